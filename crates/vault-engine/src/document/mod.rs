//! Documents: files sealed into the profile and written out again, as streams.
//!
//! A document is read, sealed and written chunk by chunk on a few threads; memory is a few chunks, whatever its size.
//! What is written appears under its name only when it is whole and checked; until then it is a temporary file that
//! goes away with an error, a wish to stop, or a crash (swept later).

mod error;
mod file;
mod list;
mod media;
mod open;
mod pipeline;
mod seal;

#[cfg(test)]
mod tests;

pub use error::DocumentError;
pub(crate) use file::Pending;
pub use file::{Existing, write_new_file};
pub use list::ChunkList;
pub use media::{media_type, type_mismatch};
pub use open::{DocumentReader, open_to_file};
pub use seal::{NewBlob, SealedDocument, seal, seal_file};

use std::ops::ControlFlow;

/// Is told how many bytes of the document are done, and may break off.
pub type Progress<'a> = &'a mut dyn FnMut(u64) -> ControlFlow<()>;
