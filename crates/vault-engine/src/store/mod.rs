//! The database of a profile: SQLCipher, opened with a raw key.

mod copy;
mod error;
mod migrate;
mod older;
mod open;
#[cfg(test)]
pub(crate) mod recorded;
mod salvage;

pub(crate) use copy::{COPIED_AT_ONCE, check_pages, copy, form, open_copy, size};
pub(crate) use error::{OpenError, StoreError};
pub(crate) use migrate::NEWEST;
pub(crate) use open::{Mode, close, index_of, log_of, open, refuse_migration};
pub(crate) use salvage::Salvage;
