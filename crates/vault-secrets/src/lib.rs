//! Keys of the server that a secrets manager or hardware keeps, by URI.
//!
//! A [`Location`] is read from a URI in any build; [`Location::read_key`] fetches the key, if the feature of its manager is
//! built. A URI has no secrets in it: a token or a PIN is named by the place where it is, which the [`Surroundings`] read.

#[cfg(feature = "aws")]
mod aws;
mod error;
#[cfg(feature = "https")]
mod https;
mod location;
#[cfg(feature = "pkcs11")]
mod pkcs11;
#[cfg(feature = "aws")]
mod sigv4;
mod surroundings;
mod uri;
#[cfg(feature = "vault")]
mod vault;

pub use error::{Error, Unread};
pub use location::Location;
pub use surroundings::Surroundings;
pub use uri::UriError;

/// A key of 32 bytes.
pub type Key = zeroize::Zeroizing<[u8; 32]>;
