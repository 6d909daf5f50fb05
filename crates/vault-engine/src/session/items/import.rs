//! Writing what an import brings: new items, and new revisions of existing ones.

use std::ops::ControlFlow;

use super::change::{Put, Stored, Target};
use super::undo_record::{Changed, UndoStep};
use crate::session::error::SessionError;
use crate::session::state::Session;

impl Session {
    /// Writes many items, all or none, as one change that can be undone. `progress` receives the number of finished items and may
    /// cancel.
    ///
    /// # Errors
    /// As [`Session::put`]; [`SessionError::Cancelled`] if `progress` cancelled.
    pub fn import_all(
        &mut self,
        puts: Vec<Put>,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Changed, SessionError> {
        let steps = self.write(|tx| {
            let mut before = Vec::with_capacity(puts.len());
            for put in &puts {
                before.push(match put.target {
                    Target::Existing { id, .. } => Some(tx.current(id)?.entry_key),
                    Target::New | Target::Kept { .. } => None,
                });
            }
            let stored = tx.put_all(puts, progress)?;
            let step = |(&Stored { id, .. }, before): (&Stored, Option<i64>)| {
                let after = tx.current(id)?.entry_key;
                Ok(match before {
                    Some(before) => UndoStep::Changed { id, before, after },
                    None => UndoStep::Copied { id, after },
                })
            };
            stored.iter().zip(before).map(step).collect::<Result<Vec<_>, SessionError>>()
        })?;
        let count = steps.len();
        Ok(self.remember_as(steps, count))
    }
}
