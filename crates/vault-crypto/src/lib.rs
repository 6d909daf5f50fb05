//! Everything of Coffer that has a secret key in it.
mod text;

pub use text::SecretText;
