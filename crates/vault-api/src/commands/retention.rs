//! How long the history of items and the trash are kept.

use vault_engine::ItemId;
use vault_engine::session::{ItemProgress, Session};

use crate::coffer::Coffer;
use crate::error::{InputProblem, Result, malformed_as};
use crate::views::{HistoryRetention, JobKind, RemovedView, RetentionRules};

impl Coffer {
    /// Removes earlier revisions of items by a rule; of all items if none are named.
    ///
    /// # Errors
    /// `not_found`, `invalid_input` for a number out of range, `cancelled`, or the disk.
    pub async fn history_purge(
        &self,
        ids: Option<Vec<ItemId>>,
        keep: HistoryRetention,
    ) -> Result<RemovedView> {
        let ids = match ids {
            Some(ids) => ids,
            None => self.read(|session| Ok(session.items_with_history()?)).await?,
        };
        let job = self.job_for_many(JobKind::HistoryPurge, ids.len());
        let purge = move |session: &mut Session, progress: ItemProgress<'_>| {
            let removed = session.purge_history(&ids, keep.into(), progress);
            removed.map_err(malformed_as(InputProblem::HistoryRule))
        };
        Ok(self.change_many(job, purge).await?.into())
    }

    /// Returns the retention rules of history and trash.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn history_rules_get(&self) -> Result<RetentionRules> {
        self.read(|session| Ok(session.retention_rules()?.into())).await
    }

    /// Sets the retention rules; they are applied from the next day on.
    ///
    /// # Errors
    /// `invalid_input` for a number out of range, or the disk.
    pub async fn history_rules_set(&self, rules: RetentionRules) -> Result<RetentionRules> {
        self.read(move |session| {
            session.set_retention_rules(&rules.into()).map_err(malformed_as(InputProblem::HistoryRule))?;
            Ok(rules)
        })
        .await
    }
}
