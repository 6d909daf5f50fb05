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
mod rules;
mod seal;
mod source;
mod space;

#[cfg(test)]
mod tests;

pub use error::DocumentError;
pub(crate) use file::Pending;
pub use file::{Existing, write_new_file};
pub use list::ChunkList;
pub use media::{media_type, type_mismatch};
pub use open::{DocumentReader, Opening, open_to_file};
pub use rules::Rules;
pub use seal::{NewBlob, SealedBlob, SealedDocument, Sealing, seal, seal_file};
pub use source::SourceFile;
pub(crate) use space::expect_room;

use std::ops::ControlFlow;

use vault_wire::blob::{BlobLayout, ChunkHash};

/// Is told how many bytes of the document are done, and may break off.
pub type Progress<'a> = &'a mut dyn FnMut(u64) -> ControlFlow<()>;

/// Does work that cannot go on later: told to break off, however near the end, it counts for nothing.
fn all_or_nothing<T>(
    progress: Progress<'_>,
    work: impl FnOnce(Progress<'_>) -> Result<T, DocumentError>,
) -> Result<T, DocumentError> {
    let mut broken_off = false;
    let done = work(&mut |done| {
        let flow = progress(done);
        broken_off |= flow.is_break();
        flow
    })?;
    if broken_off { Err(DocumentError::Cancelled) } else { Ok(done) }
}

/// How far a document came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// All of it is done.
    Done,
    /// It was stopped between two chunks and can go on.
    Stopped,
}

impl Step {
    fn of(done: &[ChunkHash], layout: &BlobLayout) -> Self {
        if done.len() == pipeline::as_len(layout.chunks()) { Self::Done } else { Self::Stopped }
    }
}
