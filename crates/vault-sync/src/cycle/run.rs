//! The synchronization of all vaults.

use std::collections::BTreeMap;

use vault_engine::session::{Unjoined, VaultSync};
use vault_wire::VaultId;
use vault_wire::log::Head;
use vault_wire::message::{Bodies, LogQuery, ProblemCode, VaultList};

use super::ends::Cycle;
use super::error::{CycleError, VaultProblem};
use super::profile::Profile;
use super::synced::VaultSynced;
use crate::error::Error;

/// Pages of the list of vaults: more than an account may have.
const LIST_PAGES: usize = 16;

/// What a synchronization did, by vault. A vault with a problem does not keep the others from being synchronized.
pub type Synced = BTreeMap<VaultId, Result<VaultSynced, VaultProblem>>;

impl<P: Profile> Cycle<'_, P> {
    /// Synchronizes all vaults: the home vault first, which names the others.
    ///
    /// # Errors
    /// [`CycleError`] if the server cannot be used at all, or the profile was locked. What was confirmed until then stays.
    pub async fn run(&self) -> Result<Synced, CycleError> {
        let on_server = self.listed().await?;
        let mut synced = Synced::new();
        // A vault that is named by what this very cycle received is synchronized, too.
        loop {
            let vaults = self.local().await?;
            let Some(next) = vaults.into_iter().find(|vault| !synced.contains_key(vault)) else { break };
            let is_home = synced.is_empty();
            let outcome = self.vault_up_to(next, on_server.get(&next).copied()).await?;
            synced.insert(next, outcome);
            if is_home {
                // What own devices know of accounts counts before anything is encrypted to them.
                self.share_pins(next, &mut synced).await?;
            }
            self.join_all(&on_server, &mut synced).await?;
            self.enter_all(&on_server).await?;
        }
        self.end_deleted(&mut synced).await?;
        if let Some(home) = self.local().await?.into_iter().next() {
            self.share_pins(home, &mut synced).await?;
        }
        if synced.values().all(Result::is_ok) {
            self.profile.with(|session| session.replayed()).await??;
        }
        Ok(synced)
    }

    /// Compares what this device remembers of accounts and of the server with what own devices do, once the home vault was
    /// received, and sends what only this one knows.
    async fn share_pins(&self, home: VaultId, synced: &mut Synced) -> Result<(), CycleError> {
        if !matches!(synced.get(&home), Some(Ok(_))) {
            return Ok(());
        }
        if self.profile.with(|session| session.share_client_state()).await?? {
            self.send_more(home, synced).await?;
        }
        refuse_other_key(self.profile).await
    }

    /// Sends what was written into a vault since it was synchronized.
    async fn send_more(&self, vault: VaultId, synced: &mut Synced) -> Result<(), CycleError> {
        match (self.send(vault).await?, synced.get_mut(&vault)) {
            (Ok(more), Some(Ok(before))) => before.sent += more.sent,
            (outcome, _) => drop(synced.insert(vault, outcome)),
        }
        Ok(())
    }

    /// Ends the vaults that were deleted and are now settled, and sends what says so.
    async fn end_deleted(&self, synced: &mut Synced) -> Result<(), CycleError> {
        let whole = synced.iter().filter(|(_, outcome)| outcome.is_ok());
        let whole: Vec<VaultId> = whole.map(|(vault, _)| *vault).collect();
        if !self.profile.with(move |session| session.end_deleted(&whole)).await?? {
            return Ok(());
        }
        let Some(home) = self.local().await?.into_iter().next() else { return Ok(()) };
        self.send_more(home, synced).await
    }

    /// Synchronizes one vault, unless nothing is to be received by what the list of vaults says, nor to be sent. A list that
    /// hides entries delays them, as a log that hides them would.
    async fn vault_up_to(
        &self,
        vault: VaultId,
        listed: Option<Head>,
    ) -> Result<Result<VaultSynced, VaultProblem>, CycleError> {
        if let Some(end) = listed
            && self.profile.with(move |session| session.is_current(vault, end)).await??
        {
            return Ok(Ok(VaultSynced::default()));
        }
        self.vault(vault, listed.is_some()).await
    }

    /// Sends what waits in any vault. One that the server does not have yet is created by [`Cycle::run`].
    ///
    /// # Errors
    /// As [`Cycle::run`].
    pub async fn send_all(&self) -> Result<Synced, CycleError> {
        let waiting = self.profile.with(|session| session.sync_status()).await??;
        let waiting: Vec<_> =
            waiting.into_iter().filter(|vault| vault.unsent > vault.refused || vault.roster_work).collect();
        if waiting.iter().any(|vault| vault.confirmed == 0) {
            return self.run().await;
        }
        let mut synced = Synced::new();
        for VaultSync { vault, roster_work, .. } in waiting {
            let sent = if roster_work { self.vault(vault, true).await } else { self.send(vault).await };
            synced.insert(vault, sent?);
        }
        self.end_deleted(&mut synced).await?;
        Ok(synced)
    }

    /// The vaults that the server has for this account, with heads that nobody verified.
    async fn listed(&self) -> Result<BTreeMap<VaultId, Head>, CycleError> {
        let mut all = BTreeMap::new();
        let mut after = None;
        for _ in 0..LIST_PAGES {
            let VaultList { vaults, next } = self.session.vaults(after.as_ref()).await?;
            all.extend(
                vaults.into_iter().map(|head| (head.vault_id, Head { seq: head.seq, root: head.root })),
            );
            after = next;
            if after.is_none() {
                return Ok(all);
            }
        }
        Err(Error::Malformed.into())
    }

    /// The vaults of the profile that are synchronized, the home vault first.
    pub(super) async fn local(&self) -> Result<Vec<VaultId>, CycleError> {
        Ok(self.profile.with(|session| session.synchronized_vaults()).await?)
    }

    /// Adds the vaults that the home vault names and the profile does not have.
    async fn join_all(
        &self,
        on_server: &BTreeMap<VaultId, Head>,
        synced: &mut Synced,
    ) -> Result<(), CycleError> {
        for Unjoined { vault, .. } in self.profile.with(|session| session.unjoined()).await?? {
            if synced.contains_key(&vault) {
                continue;
            }
            let joined = if on_server.contains_key(&vault) {
                self.join(vault).await
            } else {
                // The device that created it has not sent it yet.
                Ok(Some(VaultProblem::Missing))
            };
            match joined {
                Ok(None) => {}
                Ok(Some(problem)) => drop(synced.insert(vault, Err(problem))),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Adds one vault.
    async fn join(&self, vault: VaultId) -> Result<Option<VaultProblem>, CycleError> {
        let account = self.profile.with(|session| session.account()).await?;
        let query = LogQuery { after: 0, limit: 1, bodies: Bodies::None };
        let asked = async {
            let page = self.session.log_page(&vault, &query).await?;
            // A member who joined later has a grant of a later epoch, which is asked for when the log is here.
            let grant = match self.session.grant(&vault, 1, &account).await {
                Err(error) if error.code() == Some(ProblemCode::NotFound) => None,
                grant => Some(grant?),
            };
            Ok((page, grant))
        };
        let (page, grant) = match asked.await {
            Ok(asked) => asked,
            Err(error) => return VaultProblem::of(error).map(Some),
        };
        let Some(first) = page.entries.into_iter().next() else { return Ok(Some(VaultProblem::Missing)) };
        let joined = self.profile.with(move |session| session.join(vault, &first, grant.as_ref())).await?;
        match joined {
            Ok(()) => Ok(None),
            Err(error) => VaultProblem::of_engine(error).map(Some),
        }
    }
}

/// Fails if own devices know the server by another key.
pub(crate) async fn refuse_other_key(profile: &impl Profile) -> Result<(), CycleError> {
    match profile.with(|session| session.other_server_key()).await?? {
        None => Ok(()),
        Some(_) => Err(Error::KeyDisputed.into()),
    }
}
