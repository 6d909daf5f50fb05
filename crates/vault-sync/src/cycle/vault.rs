//! The synchronization of one vault.

use vault_engine::session::{
    Acknowledged, Bodies as Expected, Founding, PushLimits, Received, SessionError, SyncError,
};
use vault_wire::VaultId;
use vault_wire::log::Recovery;
use vault_wire::message::{Bodies, LogQuery, ProblemCode};

use super::ends::Cycle;
use super::error::{CycleError, VaultProblem};
use super::profile::Profile;
use super::synced::VaultSynced;
use super::upload::Uploads;
use crate::error::Error;

/// How often entries are based on a newer log before others are given time.
pub(super) const ATTEMPTS: u32 = 8;

/// Why a step was not done: of the vault, or of everything.
pub(super) enum Stop {
    Vault(VaultProblem),
    All(CycleError),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        VaultProblem::of(error).map_or_else(Self::All, Self::Vault)
    }
}

impl From<SyncError> for Stop {
    fn from(error: SyncError) -> Self {
        VaultProblem::of_engine(error).map_or_else(Self::All, Self::Vault)
    }
}

impl From<CycleError> for Stop {
    fn from(error: CycleError) -> Self {
        match error {
            CycleError::Server(error) => error.into(),
            error => Self::All(error),
        }
    }
}

impl From<SessionError> for Stop {
    fn from(error: SessionError) -> Self {
        Self::All(error.into())
    }
}

impl<P: Profile> Cycle<'_, P> {
    /// Sends what was written into one vault that the server has: two requests, if nobody else wrote meanwhile.
    ///
    /// # Errors
    /// As [`Cycle::run`].
    pub async fn send(&self, vault: VaultId) -> Result<Result<VaultSynced, VaultProblem>, CycleError> {
        let mut synced = VaultSynced::default();
        sorted(self.push_all(vault, &mut synced).await.map(|()| synced))
    }

    /// Synchronizes one vault. `exists` is whether the server says that it has it.
    pub(super) async fn vault(
        &self,
        vault: VaultId,
        exists: bool,
    ) -> Result<Result<VaultSynced, VaultProblem>, CycleError> {
        sorted(self.steps(vault, exists).await)
    }

    async fn steps(&self, vault: VaultId, exists: bool) -> Result<VaultSynced, Stop> {
        if !exists {
            // One that the server had already shown is created again only if it was restored.
            if self.ask(move |session| session.was_at_server(vault)).await??
                && self.recovery_now().await? == Recovery::None
            {
                return self.removal(vault).await;
            }
            self.create(vault).await?;
        }
        match self.exchange(vault).await {
            // What fails here is tried again with the next synchronization.
            Err(Stop::Vault(VaultProblem::Alarm(alarm))) => match self.is_adopted(vault).await {
                Ok(true) => self.exchange(vault).await,
                Ok(false) | Err(Stop::Vault(_)) => Err(Stop::Vault(VaultProblem::Alarm(alarm))),
                Err(stop) => Err(stop),
            },
            // It was there when the vaults were listed.
            Err(Stop::Vault(VaultProblem::Missing)) => self.removal(vault).await,
            done => done,
        }
    }

    async fn exchange(&self, vault: VaultId) -> Result<VaultSynced, Stop> {
        let mut synced = VaultSynced::default();
        self.pull(vault, &mut synced).await?;
        self.members(vault, &mut synced).await?;
        let left = self.offer_documents(vault).await?;
        let pushed = self.push_all(vault, &mut synced).await;
        synced.documents.extend(left);
        pushed?;
        Ok(synced)
    }

    /// Sends what waits, and reads it back: first what needs no document, then the documents, and what needs them.
    async fn push_all(&self, vault: VaultId, synced: &mut VaultSynced) -> Result<(), Stop> {
        let mut uploads = Uploads::default();
        let done = loop {
            match self.push_ready(vault, synced).await {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(stop) => break Err(stop),
            }
            match self.send_documents(vault, &mut uploads).await {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error.into()),
            }
        };
        synced.documents = uploads.into_left();
        done
    }

    /// Sends the entries that wait for no document, and reads them back. Returns whether the server takes more now.
    async fn push_ready(&self, vault: VaultId, synced: &mut VaultSynced) -> Result<bool, Stop> {
        let limits = PushLimits {
            entries: usize::try_from(self.limits.push_entries).unwrap_or(usize::MAX),
            body: usize::try_from(self.limits.body_bytes).unwrap_or(usize::MAX),
        };
        let mut behind = 0;
        loop {
            let next = self.ask(move |session| session.next_push(vault, &limits)).await??;
            let Some(batch) = next else { return Ok(true) };
            let reply = self.session.push(&vault, &batch).await?;
            let taken = self.ask(move |session| session.acknowledge(vault, &batch, &reply)).await??;
            let Acknowledged { accepted, behind: not_current, refused, later, documents } = taken;
            synced.refused += refused;
            synced.later += later;
            let before = synced.sent;
            if accepted > 0 && not_current == 0 {
                self.read_back(vault, synced).await?;
            } else {
                self.pull(vault, synced).await?;
            }
            if later > 0 {
                return Ok(false);
            }
            // Entries that lack a document wait for it from now on.
            behind = if synced.sent > before || documents > 0 { 0 } else { behind + 1 };
            if behind > ATTEMPTS {
                return Err(Stop::Vault(VaultProblem::Busy));
            }
        }
    }

    /// Creates the vault at the server, with the account's own grants.
    async fn create(&self, vault: VaultId) -> Result<(), Stop> {
        let founding = self.ask(move |session| session.founding(vault)).await??;
        let Founding { entry, grants } = founding;
        match self.session.create_vault(&entry).await {
            Ok(_) => {}
            // An answer was lost, or another device of the account was quicker.
            Err(error) if error.code() == Some(ProblemCode::Exists) => {}
            Err(error) => return Err(error.into()),
        }
        for grant in &grants {
            self.session.put_grant(&vault, grant).await?;
        }
        Ok(())
    }

    /// Receives the log up to its head, with the history of its items: a device that moves an item deletes what the others have
    /// of it. A restored server gets the entries first that it has lost.
    pub(super) async fn pull(&self, vault: VaultId, synced: &mut VaultSynced) -> Result<(), Stop> {
        let mut heals = 0;
        loop {
            match self.page(vault, Bodies::All, Expected::Live).await {
                Ok(received) => {
                    synced.add(received);
                    if received.at_head {
                        return self.read_back_restored(vault).await;
                    }
                }
                Err(Stop::Vault(VaultProblem::BeingRestored(seq))) if heals < ATTEMPTS => {
                    heals += 1;
                    self.heal(vault, seq).await?;
                }
                Err(stop) => return Err(stop),
            }
        }
    }

    /// Reads back what was sent, without bodies unless others wrote meanwhile.
    async fn read_back(&self, vault: VaultId, synced: &mut VaultSynced) -> Result<(), Stop> {
        match self.page(vault, Bodies::None, Expected::None).await {
            Ok(received) => {
                synced.add(received);
                if received.at_head { Ok(()) } else { self.pull(vault, synced).await }
            }
            Err(Stop::Vault(VaultProblem::Other)) => self.pull(vault, synced).await,
            Err(stop) => Err(stop),
        }
    }

    /// Receives the next page of a log.
    async fn page(&self, vault: VaultId, bodies: Bodies, expected: Expected) -> Result<Received, Stop> {
        let ends = self.ask(move |session| {
            Ok::<_, SessionError>((session.confirmed(vault)?, session.known_end(vault)?))
        });
        let (after, known) = ends.await??;
        let query = LogQuery { after, limit: self.limits.page_entries, bodies };
        let page = self.session.log_page(&vault, &query).await?;
        let recovery = if page.head_seq < known { self.recovery_now().await? } else { self.recovery };
        let received = self.ask(move |session| session.receive(vault, &page, expected, recovery)).await??;
        let mut step = VaultSynced::default();
        step.add(received);
        (self.progress)(vault, step);
        Ok(received)
    }

    /// Works with the profile.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut vault_engine::session::Session) -> T + Send + 'static,
    ) -> Result<T, Stop> {
        self.profile.with(work).await.map_err(|locked| Stop::All(locked.into()))
    }
}

/// Distinguishes a problem of one vault from an error of all.
fn sorted(done: Result<VaultSynced, Stop>) -> Result<Result<VaultSynced, VaultProblem>, CycleError> {
    match done {
        Ok(synced) => Ok(Ok(synced)),
        Err(Stop::Vault(problem)) => Ok(Err(problem)),
        Err(Stop::All(error)) => Err(error),
    }
}
