//! Two histories of a vault: an owner chooses the server's, and members follow.

use vault_crypto::SecretText;
use vault_engine::session::{MembersError, OtherHistory};
use vault_wire::VaultId;
use vault_wire::log::{Head, Recovery};
use vault_wire::message::{Bodies, Limits, LogPage, LogQuery, PushResult, Refusal};

use super::ends::Cycle;
use super::error::{CycleError, VaultProblem};
use super::pace::Pace;
use super::profile::Profile;
use super::vault::Stop;
use crate::session::Session;

/// How many entries the log of a vault may have.
const MOST_ENTRIES: u64 = 1_000_000;

/// Why the server's history of a vault was not chosen.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// It cannot be read, or did not take the choice.
    #[error(transparent)]
    Vault(#[from] VaultProblem),
    /// The server cannot be used, or the profile was locked.
    #[error(transparent)]
    Cycle(#[from] CycleError),
    /// The account may not choose it.
    #[error(transparent)]
    Members(#[from] MembersError),
}

impl From<Stop> for AdoptError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Vault(problem) => Self::Vault(problem),
            Stop::All(error) => Self::Cycle(error),
        }
    }
}

/// As [`Cycle::adopt`], beside the synchronization in the background.
///
/// # Errors
/// See [`AdoptError`].
pub async fn adopt(
    session: &Session,
    profile: &impl Profile,
    vault: VaultId,
    password: SecretText,
    page_entries: u64,
) -> Result<(), AdoptError> {
    let limits = Limits { page_entries, ..Limits::MAX };
    let (pace, recovery) = (&Pace::unlimited(), Recovery::None);
    Cycle { session, profile, limits, recovery, pace, progress: &|_, _| () }.adopt(vault, password).await
}

impl<P: Profile> Cycle<'_, P> {
    /// Chooses the history of a vault in alarm that the server has now, in the name of this account, and goes over to it. What
    /// only the other history has is sent by the next synchronization.
    ///
    /// # Errors
    /// See [`AdoptError`]. If it fails after the server took the choice, the next synchronization goes on from there.
    pub async fn adopt(&self, vault: VaultId, password: SecretText) -> Result<(), AdoptError> {
        let mut history = self.history(vault).await?;
        let made = self
            .ask(move |session| session.adoption(&history, &password).map(|batch| (history, batch)))
            .await?;
        let (read, batch) = made?;
        history = read;
        let reply = self.session.push(&vault, &batch).await.map_err(Stop::from)?;
        match reply.results.first() {
            Some(PushResult::Accepted { .. }) => {}
            Some(PushResult::Refused(Refusal::Rejected(reason))) => {
                return Err(MembersError::Rejected(*reason).into());
            }
            // Others write at the same time: the user may try again.
            Some(PushResult::Conflict { .. } | PushResult::Refused(_)) | None => {
                return Err(VaultProblem::Busy.into());
            }
        }
        self.read_on(vault, &mut history).await?;
        if self.follow(vault, history).await? { Ok(()) } else { Err(MembersError::OtherHistory.into()) }
    }

    /// Finds out whether an owner has chosen the history that the server has of a vault in alarm, and goes over to it.
    pub(super) async fn is_adopted(&self, vault: VaultId) -> Result<bool, Stop> {
        let page = self.log(vault, 0, 1).await?;
        let end = Head { seq: page.head_seq, root: page.head_root };
        if self.ask(move |session| session.was_compared(vault, end)).await? {
            return Ok(false);
        }
        let history = self.history(vault).await?;
        self.follow(vault, history).await
    }

    async fn follow(&self, vault: VaultId, history: OtherHistory) -> Result<bool, Stop> {
        let follows = self.ask(move |session| session.follow_adoption(&history)).await??;
        // The synchronization in the background may have been quicker.
        Ok(follows || !self.ask(move |session| session.has_alarm(vault)).await??)
    }

    /// Reads the whole log, without bodies.
    async fn history(&self, vault: VaultId) -> Result<OtherHistory, Stop> {
        let mut history = self.ask(move |session| session.other_history(vault)).await??;
        self.read_on(vault, &mut history).await?;
        Ok(history)
    }

    async fn read_on(&self, vault: VaultId, history: &mut OtherHistory) -> Result<(), Stop> {
        loop {
            let page = self.log(vault, history.read(), self.limits.page_entries).await?;
            let is_cut = page.entries.is_empty() && page.head_seq > history.read();
            if is_cut || page.head_seq > MOST_ENTRIES {
                return Err(Stop::Vault(VaultProblem::Other));
            }
            if history.receive(&page)? {
                return Ok(());
            }
        }
    }

    async fn log(&self, vault: VaultId, after: u64, limit: u64) -> Result<LogPage, Stop> {
        let query = LogQuery { after, limit, bodies: Bodies::None };
        Ok(self.session.log_page(&vault, &query).await?)
    }
}
