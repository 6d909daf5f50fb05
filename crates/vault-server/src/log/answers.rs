//! Answers to invitations, kept for those who may add members.

use vault_wire::cbor::Canonical as _;
use vault_wire::invitation::Answer;
use vault_wire::log::RejectReason;
use vault_wire::message::{AnswerList, MAX_ANSWERS, Refusal};
use vault_wire::roster::Roster;
use vault_wire::{AccountId, SignPublicKey, VaultId};

use super::head::Head;
use super::{Caller, LogError, Logs, access};
use crate::hints::Change;
use crate::store::{Sql, StoreError, Tx, VaultKey};
use crate::values;

const WRITE: Sql<VaultKey> = Sql::new(
    "INSERT INTO answer (vault_id, invite_key, account_id, content, received_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (vault_id, invite_key, account_id)
     DO UPDATE SET content = excluded.content, received_at = excluded.received_at",
);
const COUNT: Sql<VaultKey> = Sql::new("SELECT count(*) FROM answer WHERE vault_id = $1");
const READ: Sql<VaultKey> = Sql::new(
    "SELECT content FROM answer WHERE vault_id = $1 ORDER BY received_at, invite_key, account_id LIMIT 1024",
);
const DELETE_ACCOUNT: Sql<VaultKey> = Sql::new("DELETE FROM answer WHERE vault_id = $1 AND account_id = $2");
const DELETE_INVITATION: Sql<VaultKey> =
    Sql::new("DELETE FROM answer WHERE vault_id = $1 AND invite_key = $2");

/// Deletes the answers of an account that became a member.
///
/// # Errors
/// See [`StoreError`].
pub async fn delete_of_account(tx: &Tx<VaultKey>, account: &AccountId) -> Result<(), StoreError> {
    tx.execute(&DELETE_ACCOUNT, values![account]).await.map(drop)
}

/// Deletes the answers to an invitation that was closed.
///
/// # Errors
/// See [`StoreError`].
pub async fn delete_of_invitation(tx: &Tx<VaultKey>, invite: &SignPublicKey) -> Result<(), StoreError> {
    tx.execute(&DELETE_INVITATION, values![invite]).await.map(drop)
}

impl Logs {
    /// Keeps the caller's answer to an open invitation, in place of an earlier one.
    ///
    /// # Errors
    /// [`LogError::Refused`] if the invitation is not open or has expired, or a signature is invalid.
    pub async fn answer(&self, caller: &Caller, vault: VaultId, answer: &Answer) -> Result<(), LogError> {
        self.refuse_in_recovery(caller.at).await?;
        let keep = self.store.vault(vault).run(|tx| async move {
            let head = Head::lock(&tx).await?.ok_or(LogError::NotFound)?;
            let roster = self.rosters.load(&tx, &head).await?;
            let invite = check(&roster, caller, answer)?;
            let count: u64 =
                tx.first(&COUNT, &[]).await?.map_or(Err(StoreError::Damaged), |row| row.get(0))?;
            if count >= MAX_ANSWERS {
                return Err(LogError::TooMany);
            }
            let values = values![invite, caller.account, answer.encode(), caller.at];
            tx.execute(&WRITE, values).await?;
            Ok(())
        });
        keep.await?;
        self.hints.announce(Change::Beside(vault));
        Ok(())
    }

    /// The answers, oldest first, for owners and managers.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn answers(&self, caller: &Caller, vault: VaultId) -> Result<AnswerList, LogError> {
        let read = self.store.vault(vault).read(|view| async move {
            let (_, role) = access::member(&view, caller).await?;
            if !role.may_rotate() {
                return Err(LogError::Forbidden);
            }
            let mut answers = Vec::new();
            for row in view.query(&READ, &[]).await? {
                let bytes: Vec<u8> = row.get(0)?;
                answers.push(Answer::decode(&bytes).map_err(|_| StoreError::Damaged)?);
            }
            Ok(AnswerList { answers })
        });
        read.await
    }
}

/// Checks an answer against the roster and returns the invitation's key.
fn check(roster: &Roster, caller: &Caller, answer: &Answer) -> Result<SignPublicKey, LogError> {
    let refused = |reason| LogError::Refused(Some(Refusal::Rejected(reason)));
    if roster.is_closed() {
        return Err(refused(RejectReason::Closed));
    }
    let certificate = answer.certificate.verify().map_err(|_| refused(RejectReason::Certificate))?;
    let account = certificate.account_id();
    if account != caller.account {
        return Err(LogError::Forbidden);
    }
    if roster.member(&account).is_some() {
        return Err(refused(RejectReason::Member));
    }
    let accept = answer
        .accept
        .verify(&answer.certificate.hash(), &certificate.sign)
        .map_err(|_| refused(RejectReason::Invitation))?;
    let invite = roster.invite(&accept.invite).ok_or(refused(RejectReason::Invitation))?;
    let as_issued = accept.genesis_hash == *roster.genesis_hash()
        && accept.invite_record == invite.record
        && accept.role == invite.role
        && caller.at <= invite.expires_at;
    if as_issued { Ok(accept.invite) } else { Err(refused(RejectReason::Invitation)) }
}
