//! Progress and cancellation of work on a document.

use std::ops::ControlFlow;

use vault_wire::blob::{BlobLayout, ChunkHash};

use super::error::DocumentError;

/// Receives the number of finished bytes of the document and may cancel.
pub type Progress<'a> = &'a mut dyn FnMut(u64) -> ControlFlow<()>;

/// Runs work that cannot be resumed. Returns [`DocumentError::Cancelled`] if `progress` cancelled, even after the last
/// chunk.
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

/// The state of a resumable operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// All chunks are done.
    Done,
    /// It was paused between two chunks and can be resumed.
    Stopped,
}

impl Step {
    pub(crate) fn of(done: &[ChunkHash], layout: &BlobLayout) -> Self {
        if u32::try_from(done.len()) == Ok(layout.chunks()) { Self::Done } else { Self::Stopped }
    }
}
