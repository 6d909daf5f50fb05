//! Undoing changes of many items.

use vault_engine::session::{UndoId, UndoStage};

use crate::coffer::Coffer;
use crate::error::{ErrorView, Result};
use crate::views::{JobKind, JobUnit, UndoneView};

impl Coffer {
    /// Undoes a change of many items. Items that were changed since stay as they are; the result lists them.
    ///
    /// # Errors
    /// `not_found` if it is too long ago or already undone; `cancelled`, after which it can still be undone; or the disk.
    pub async fn undo(&self, id: UndoId) -> Result<UndoneView> {
        let job = self.jobs.start(JobKind::ItemUndo, String::new(), 0);
        self.change(move |session| {
            let mut progress = |far| match far {
                UndoStage::Bytes { done, total } => job.progress_in(JobUnit::Bytes, done, total),
                UndoStage::Items { done, total } => {
                    job.progress_in(JobUnit::Items, done as u64, total as u64)
                }
            };
            let undone = session.undo(id, &mut progress).map_err(ErrorView::from);
            Ok(job.end_with(undone)?.into())
        })
        .await
    }
}
