//! How far work on a document is.

use std::ops::ControlFlow;

use vault_wire::blob::{BlobLayout, ChunkHash};

use super::error::DocumentError;
use super::pipeline::as_len;

/// Is told how many bytes of the document are done, and may break off.
pub type Progress<'a> = &'a mut dyn FnMut(u64) -> ControlFlow<()>;

/// Does work that cannot go on later: told to break off, however near the end, it counts for nothing.
pub(crate) fn all_or_nothing<T>(
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
    pub(crate) fn of(done: &[ChunkHash], layout: &BlobLayout) -> Self {
        if done.len() == as_len(layout.chunks()) { Self::Done } else { Self::Stopped }
    }
}
