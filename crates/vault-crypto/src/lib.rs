//! Everything of Coffer that has a secret key in it.

mod keys;
mod secret;
mod text;

pub use keys::{DatabaseKey, FileKey, RootKey, SecretKey, VaultKey};
pub use secret::KeyLengthError;
pub use text::SecretText;
