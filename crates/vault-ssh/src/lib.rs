//! SSH keys: generates them, reads all common private key formats, and writes OpenSSH's and PKCS#8.
//!
//! Input is untrusted: its size is limited, and the costs of a key derivation function are checked against [`cost`]
//! before it runs. The public half of a private key is always derived from it, never trusted. The crate does no I/O,
//! and the random number generator is a parameter.

pub mod cost;
mod ecdsa;
mod error;
mod key;
mod make;
mod openssh;
mod pem;
mod pkcs;
mod pkcs8;
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
