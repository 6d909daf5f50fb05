//! What encrypted and compressed files of several programs share.

pub(crate) mod aead;
pub(crate) mod bitwarden;
pub(crate) mod kdf;
pub(crate) mod unpack;
pub(crate) mod zip;
mod zipcrypto;
