//! Version 1 of every format. After its release this module is not changed any more: a version 2 is a new one.

pub(crate) mod account;
pub(crate) mod blob;
pub(crate) mod derive;
pub(crate) mod header;
pub(crate) mod local;
pub(crate) mod padding;
pub(crate) mod password;
pub(crate) mod revision;
pub(crate) mod seal;
pub(crate) mod secret_key;
pub(crate) mod sign;
pub(crate) mod vault;
#[cfg(test)]
mod vectors;
