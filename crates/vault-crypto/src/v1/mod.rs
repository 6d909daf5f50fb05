//! Version 1 of every format. Frozen after its release; version 2 becomes a new module.

pub(crate) mod account;
pub(crate) mod approval;
pub(crate) mod backup;
pub(crate) mod blob;
pub(crate) mod code;
mod content;
pub(crate) mod derive;
pub(crate) mod epoch;
pub(crate) mod grant;
pub(crate) mod header;
pub(crate) mod invitation;
pub(crate) mod kit_code;
pub(crate) mod link;
pub(crate) mod local;
pub(crate) mod padding;
pub(crate) mod password;
pub(crate) mod record;
pub(crate) mod recovery;
pub(crate) mod revision;
pub(crate) mod seal;
pub(crate) mod sign;
pub(crate) mod slot;
pub(crate) mod vault;
#[cfg(test)]
mod vectors;
pub(crate) mod wrap;
