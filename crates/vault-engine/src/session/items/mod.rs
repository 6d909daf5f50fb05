//! Reading and changing items, their history and their files.

pub(crate) mod batch;
pub(crate) mod bulk;
pub(crate) mod change;
pub(crate) mod compare;
pub(crate) mod diff;
pub(crate) mod drafts;
pub(crate) mod files;
pub(crate) mod generated;
pub(crate) mod history;
mod import;
pub(crate) mod profile_copy;
pub(crate) mod progress;
pub(crate) mod read;
pub(crate) mod redirects;
pub(crate) mod reseal;
pub(crate) mod resealed;
pub(crate) mod transfer;
pub(crate) mod undo;
pub(crate) mod undo_record;
mod write;
