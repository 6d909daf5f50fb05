//! SSH keys: making them, reading every form in which people have them, and writing OpenSSH's.
//!
//! What is read is hostile: bounded in size, and no cost that a file names is spent before it was compared with
//! [`cost`]. A private key that was read belongs together with its public half: that half is derived from it and never
//! believed. Nothing here does input or output, and randomness is handed in.

pub mod cost;
mod ecdsa;
mod error;
mod key;
mod make;
mod openssh;
mod pem;
mod pkcs;
mod public;
mod putty;
mod read;
mod rsa;
#[cfg(test)]
mod tests;
mod traditional;
mod wire;

pub use cost::MAX_FILE;
pub use ecdsa::Curve;
pub use error::{KeyError, Unsupported};
pub use key::PrivateKey;
pub use make::{NewKey, Stopped};
pub use public::{KeyKind, PublicKey};
pub use read::read;
