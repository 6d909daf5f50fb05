//! A server that was restored from a backup: it gets the entries and documents again that it has lost.

use vault_engine::session::Restoring;
use vault_wire::VaultId;
use vault_wire::log::Recovery;
use vault_wire::message::{Bodies, LogQuery, ProblemCode};

use super::ends::Cycle;
use super::error::{CycleError, VaultProblem};
use super::line::{DocumentLeft, DocumentProblem};
use super::profile::Profile;
use super::upload::Uploads;
use super::vault::Stop;
use crate::audit;

impl<P: Profile> Cycle<'_, P> {
    /// Returns whether a log may be shorter than before. Unless it is known already, the server is asked for what it states
    /// now: since it was asked last, it may have been restored or have failed over.
    pub(super) async fn recovery_now(&self) -> Result<Recovery, CycleError> {
        if self.recovery == Recovery::None {
            audit::recovery_now(self.session, self.profile).await
        } else {
            Ok(self.recovery)
        }
    }

    /// Sends entries of a vault that the server lacks, which has the first `has` ones. Others may do so at the same time.
    pub(super) async fn heal(&self, vault: VaultId, has: u64) -> Result<(), Stop> {
        let most = usize::try_from(self.limits.page_entries).unwrap_or(usize::MAX);
        let mut after = has;
        loop {
            let next = self.ask(move |session| session.next_heal(vault, after, most)).await??;
            let Some(batch) = next else {
                // Another device has the rest, or nobody.
                return if after > has { Ok(()) } else { Err(Stop::Vault(VaultProblem::BeingRestored(has))) };
            };
            match self.session.heal(&vault, &batch).await {
                Ok(_) => {}
                // Another device was quicker.
                Err(error) if error.code() == Some(ProblemCode::LogDiverged) => return Ok(()),
                // It takes nothing, or has something else there. The log says what follows.
                Err(error)
                    if matches!(
                        error.code(),
                        Some(ProblemCode::Forbidden | ProblemCode::Refused | ProblemCode::ReadOnly)
                    ) =>
                {
                    return Err(Stop::Vault(VaultProblem::BeingRestored(after)));
                }
                Err(error) => return Err(error.into()),
            }
            let sent = batch.entries.len();
            after += sent as u64;
            self.ask(move |session| session.healed(vault, sent)).await??;
        }
    }

    /// Reads the entries again that a restored server had lost, and puts the account's own grants again, which it may have
    /// lost, too.
    pub(super) async fn read_back_restored(&self, vault: VaultId) -> Result<(), Stop> {
        let mut grants = false;
        while let Some(Restoring { read_back, .. }) =
            self.ask(move |session| session.restoring(vault)).await??
        {
            if !grants {
                let founding = self.ask(move |session| session.founding(vault)).await??;
                for grant in &founding.grants {
                    self.session.put_grant(&vault, grant).await?;
                }
                grants = true;
            }
            let query = LogQuery { after: read_back, limit: self.limits.page_entries, bodies: Bodies::None };
            let page = self.session.log_page(&vault, &query).await?;
            self.ask(move |session| session.read_back_restored(vault, &page)).await??;
        }
        Ok(())
    }

    /// Sends the documents again that a restored server may have lost. Returns those that it lacks still.
    pub(super) async fn offer_documents(&self, vault: VaultId) -> Result<Vec<DocumentLeft>, Stop> {
        let mut uploads = Uploads::default();
        loop {
            let offered = self.ask(move |session| session.offered_documents(vault)).await??;
            if !self.send_slice(vault, &mut uploads, offered).await? {
                break;
            }
        }
        let (unfit, left): (Vec<_>, Vec<_>) = uploads
            .into_left()
            .into_iter()
            .partition(|left| matches!(left.problem, DocumentProblem::NotHere | DocumentProblem::Damaged));
        for DocumentLeft { document, .. } in unfit {
            self.ask(move |session| session.document_not_offered(&document)).await??;
        }
        Ok(left)
    }
}
