//! Members of vaults: keys that others sent, changes of the roster, grants for others, and invitations.

use std::collections::{BTreeMap, BTreeSet};

use vault_engine::session::{Invited, JoinFailure, Joining, LackingAnswered};
use vault_wire::VaultId;
use vault_wire::cbor::Canonical as _;
use vault_wire::log::Head;
use vault_wire::message::{Bodies, GrantList, LogQuery, MAX_GRANTS, ProblemCode};

use super::ends::Cycle;
use super::error::{CycleError, VaultProblem};
use super::profile::Profile;
use super::synced::VaultSynced;
use super::vault::{ATTEMPTS, Stop};
use crate::error::Error;
use crate::session::Session;

/// How much is read for the end of a membership: more than a hundred thousand entries have without bodies.
const MOST_BYTES: usize = 64 << 20;

/// How many entries the log of an invitation may have.
const MOST_ENTRIES: u64 = 1_000_000;

/// Why the log of an invitation was not read.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// The server cannot be used, or does not have the vault.
    #[error(transparent)]
    Server(#[from] Error),
    /// The log is not the one that the invitation names, or the invitation is not open.
    #[error(transparent)]
    Log(#[from] JoinFailure),
}

/// Reads the log of a vault to which this account is invited, without bodies, and verifies it.
///
/// # Errors
/// See [`InvitationError`].
pub async fn read_invitation(
    session: &Session,
    account: vault_wire::AccountId,
    mut invited: Invited,
    page_entries: u64,
) -> Result<Invited, InvitationError> {
    let vault = invited.link().vault_id;
    let reading = invited.link().secret.reading(&vault, account);
    loop {
        let query = LogQuery { after: invited.read(), limit: page_entries, bodies: Bodies::None };
        let page = session.invited_page(&vault, &query, &reading).await?;
        let is_cut = page.entries.is_empty() && page.head_seq > invited.read();
        if is_cut || page.head_seq > MOST_ENTRIES {
            return Err(Error::Malformed.into());
        }
        if invited.receive(&page)? {
            return Ok(invited);
        }
    }
}

impl<P: Profile> Cycle<'_, P> {
    /// Receives the key that is missing, and sends changes of the roster and grants. Then takes in answers to invitations.
    pub(super) async fn members(&self, vault: VaultId, synced: &mut VaultSynced) -> Result<(), Stop> {
        self.receive_key(vault, synced).await?;
        self.change_roster(vault, synced).await?;
        if self.ask(move |session| session.expects_answers(vault)).await?? {
            let answers = self.session.answers(&vault).await?.answers;
            if self.ask(move |session| session.take_answers(vault, &answers)).await?? > 0 {
                self.change_roster(vault, synced).await?;
            }
        }
        self.serve_lacking(vault, synced).await
    }

    /// Sends grants that another manager's computer owes and has not sent.
    async fn serve_lacking(&self, vault: VaultId, synced: &mut VaultSynced) -> Result<(), Stop> {
        if !self.ask(move |session| session.asks_for_lacking(vault)).await?? {
            return Ok(());
        }
        let lacking = match self.session.lacking_grants(&vault).await {
            Ok(lacking) => lacking,
            // The account has another role by now.
            Err(error) if error.code() == Some(ProblemCode::Forbidden) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let LackingAnswered { grants, again } =
            self.ask(move |session| session.answer_lacking(vault, &lacking)).await??;
        synced.others_wait = again;
        if !grants.is_empty() {
            let list = GrantList { grants };
            self.session.put_grants(&vault, &list).await?;
            self.ask(move |session| session.lacking_sent(vault, &list.grants)).await?;
        }
        Ok(())
    }

    /// Finds out why the server does not list a vault that it had shown: the account is no member any more, which the log
    /// proves, or the server lost or hides the vault.
    pub(super) async fn removal(&self, vault: VaultId) -> Result<VaultSynced, Stop> {
        if self.ask(move |session| session.is_former(vault)).await?? {
            return Ok(VaultSynced::default());
        }
        let mut pages = Vec::new();
        let mut after = self.ask(move |session| session.confirmed(vault)).await??;
        let mut bytes = 0;
        // A part of the log proves nothing.
        while bytes < MOST_BYTES {
            let query = LogQuery { after, limit: self.limits.page_entries, bodies: Bodies::None };
            let page = self.session.log_page(&vault, &query).await?;
            after += page.entries.len() as u64;
            bytes += page.encode().len();
            let (at_end, is_empty) = (page.next().is_none(), page.entries.is_empty());
            pages.push(page);
            if at_end || is_empty {
                break;
            }
        }
        let ended = self.ask(move |session| session.receive_removal(vault, &pages)).await??;
        if ended { Ok(VaultSynced::default()) } else { Err(Stop::Vault(VaultProblem::Missing)) }
    }

    async fn receive_key(&self, vault: VaultId, synced: &mut VaultSynced) -> Result<(), Stop> {
        let missing = self.ask(move |session| Ok((session.missing_key(vault)?, session.account()))).await?;
        let missing: Result<_, vault_engine::session::SessionError> = missing;
        let (Some(epoch), account) = missing? else { return Ok(()) };
        let is_key = match self.session.grant(&vault, epoch, &account).await {
            Ok(grant) => self.ask(move |session| session.receive_grant(vault, &grant)).await??,
            Err(error) if error.code() == Some(ProblemCode::NotFound) => false,
            Err(error) => return Err(error.into()),
        };
        synced.waits_for_key = !is_key;
        Ok(())
    }

    async fn change_roster(&self, vault: VaultId, synced: &mut VaultSynced) -> Result<(), Stop> {
        for _ in 0..ATTEMPTS {
            self.send_grants(vault).await?;
            let Some(batch) = self.ask(move |session| session.next_record(vault)).await?? else {
                return Ok(());
            };
            let reply = self.session.push(&vault, &batch).await?;
            let go_on = self.ask(move |session| session.acknowledge_record(vault, &batch, &reply)).await??;
            self.pull(vault, synced).await?;
            if !go_on {
                synced.later += 1;
                return Ok(());
            }
        }
        // Many changes wait, or others change the same roster all the time: the rest follows with the next synchronization.
        synced.later += 1;
        self.send_grants(vault).await
    }

    async fn send_grants(&self, vault: VaultId) -> Result<(), Stop> {
        let most = usize::try_from(MAX_GRANTS).unwrap_or(usize::MAX);
        loop {
            let grants = self.ask(move |session| session.grants_due(vault, most)).await??;
            if grants.is_empty() {
                return Ok(());
            }
            let list = GrantList { grants };
            self.session.put_grants(&vault, &list).await?;
            self.ask(move |session| session.grants_sent(vault, &list.grants)).await??;
        }
    }

    /// Sends answers to invitations, and adds vaults of which this account became a member, by an invitation or by its team.
    pub(super) async fn enter_all(&self, on_server: &BTreeMap<VaultId, Head>) -> Result<(), CycleError> {
        let here = self.local().await?;
        for Joining { vault, is_sent, .. } in self.profile.with(|session| session.joining()).await?? {
            let done = if on_server.contains_key(&vault) {
                // A former member has the vault, and its log goes on.
                if here.contains(&vault) { Ok(()) } else { self.enter(vault).await }
            } else if is_sent {
                Ok(())
            } else {
                self.answer(vault).await
            };
            match done {
                Ok(()) => {}
                // The invitation was used or withdrawn meanwhile, or the server hides the vault: it stays among those that wait.
                Err(Stop::Vault(_)) => {}
                Err(Stop::All(error)) => return Err(error),
            }
        }
        let on_server: BTreeSet<VaultId> = on_server.keys().copied().collect();
        let of_teams = self.profile.with(move |session| session.unentered(|vault| on_server.contains(vault)));
        for vault in of_teams.await?? {
            match self.enter(vault).await {
                // Another log than the team's directory names, or one that the server hides: nothing is entered.
                Ok(()) | Err(Stop::Vault(_)) => {}
                Err(Stop::All(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn answer(&self, vault: VaultId) -> Result<(), Stop> {
        let answer = self.ask(move |session| session.joining_answer(vault)).await??;
        self.session.answer(&vault, &answer).await?;
        Ok(self.ask(move |session| session.joining_sent(vault)).await??)
    }

    async fn enter(&self, vault: VaultId) -> Result<(), Stop> {
        let query = LogQuery { after: 0, limit: 1, bodies: Bodies::None };
        let page = self.session.log_page(&vault, &query).await?;
        let Some(first) = page.entries.into_iter().next() else {
            return Err(Stop::Vault(VaultProblem::Missing));
        };
        let entered = self.ask(move |session| session.join_invited(vault, &first)).await??;
        if entered { Ok(()) } else { Err(Stop::Vault(VaultProblem::Other)) }
    }
}
