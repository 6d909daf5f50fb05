//! Changes of members that were asked for and are not in the log yet.

use rusqlite::Connection;
use vault_wire::cbor::Canonical;
use vault_wire::log::RejectReason;
use vault_wire::roster::{MemberRole, Op, SignedRecord};
use vault_wire::{AccountId, EntryHash, SignPublicKey};

use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::rows::view::time;

/// A change of a vault's members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// Gives a member another role.
    Role {
        /// The member.
        account: AccountId,
        /// The new role.
        role: MemberRole,
    },
    /// Removes a member. The vault gets a new key.
    Remove {
        /// The member.
        account: AccountId,
    },
    /// Removes this account.
    Leave,
    /// Withdraws an invitation.
    Revoke {
        /// The invitation's public key.
        invitation: SignPublicKey,
    },
    /// Ends the vault for all members.
    Close,
    /// Sets whether the server gives the vault only to sign-ins with a second factor.
    SecondFactor {
        /// Whether it is needed.
        required: bool,
    },
}

impl MemberChange {
    pub(super) fn op(&self) -> Op {
        match self {
            Self::Role { account, role } => Op::Role { account: *account, role: *role },
            Self::Remove { account } => Op::Remove { account: *account },
            Self::Leave => Op::Leave,
            Self::Revoke { invitation } => Op::Revoke { key: *invitation },
            Self::Close => Op::Close,
            Self::SecondFactor { required } => Op::Require { second_factor: *required },
        }
    }
}

/// A change that is not in the log yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingChange {
    /// Whether the program made it, since the vault's directory asks for it.
    pub is_of_team: bool,
    /// Its number in this profile.
    pub id: i64,
    /// When it was asked for.
    pub made_at: Timestamp,
    /// The change.
    pub op: Op,
    /// Why the log does not take it. Then it is not tried again.
    pub problem: Option<ChangeProblem>,
}

/// Why a change is not in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeProblem {
    /// It has no effect after what others changed meanwhile, or is not permitted any more.
    Rejected(RejectReason),
    /// The roster changed after the account's root had signed: the password is needed again.
    PasswordAgain,
}

/// The number of [`ChangeProblem::PasswordAgain`]: no reason of the log has it.
const PASSWORD_AGAIN: u64 = 1_000;

impl ChangeProblem {
    fn number(self) -> u64 {
        match self {
            Self::Rejected(reason) => reason.number(),
            Self::PasswordAgain => PASSWORD_AGAIN,
        }
    }

    fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => None,
            PASSWORD_AGAIN => Some(Self::PasswordAgain),
            other => {
                Some(Self::Rejected(RejectReason::from_number(other).unwrap_or(RejectReason::Malformed)))
            }
        }
    }
}

/// A change as it is stored.
pub(super) struct StoredChange {
    pub(super) change: PendingChange,
    /// The record, if the account's root has signed it.
    pub(super) signed: Option<SignedRecord>,
}

/// Reads the changes of a vault in the order in which they were asked for.
pub(super) fn all(db: &Connection, vault_key: i64) -> Result<Vec<StoredChange>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT roster_change.change_id, made_at, op, record, signatures, problem, team_change.change_id IS NOT NULL
         FROM roster_change LEFT JOIN team_change ON team_change.change_id = roster_change.change_id
         WHERE vault_key = ?1 ORDER BY roster_change.change_id",
    )?;
    let mut rows = find.query([vault_key])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (op, record, signatures): (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>) =
            (row.get(2)?, row.get(3)?, row.get(4)?);
        let signed = record.zip(signatures);
        let signed = signed.map(|(record, signatures)| SignedRecord::from_parts(record, &signatures));
        all.push(StoredChange {
            change: PendingChange {
                id: row.get(0)?,
                made_at: Timestamp(row.get(1)?),
                op: Op::decode(&op).map_err(|_| SessionError::DatabaseDamaged)?,
                problem: ChangeProblem::from_number(row.get(5)?),
                is_of_team: row.get(6)?,
            },
            signed: signed.transpose().map_err(|_| SessionError::DatabaseDamaged)?,
        });
    }
    Ok(all)
}

/// Returns whether a vault has changes that may still be sent.
pub(crate) fn any(db: &Connection, vault_key: i64) -> Result<bool, SessionError> {
    let mut find = db.prepare_cached("SELECT 1 FROM roster_change WHERE vault_key = ?1 AND problem = 0")?;
    Ok(find.exists([vault_key])?)
}

pub(super) fn add(
    db: &Connection,
    vault_key: i64,
    op: &Op,
    signed: Option<&SignedRecord>,
    now: Timestamp,
) -> Result<(), SessionError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO roster_change (vault_key, made_at, op, record, signatures) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let signatures = signed.map(SignedRecord::signatures);
    insert.execute((vault_key, time(now.0), op.encode(), signed.map(|signed| &signed.bytes), signatures))?;
    Ok(())
}

/// Adds a change that the directory of the vault asks for.
pub(crate) fn add_of_team(
    db: &Connection,
    vault_key: i64,
    op: &Op,
    now: Timestamp,
) -> Result<(), SessionError> {
    add(db, vault_key, op, None, now)?;
    db.prepare_cached("INSERT INTO team_change (change_id) VALUES (?1)")?
        .execute([db.last_insert_rowid()])?;
    Ok(())
}

/// Returns the operations of a vault's changes, also of those that had no effect.
pub(crate) fn ops(db: &Connection, vault_key: i64) -> Result<Vec<Op>, SessionError> {
    Ok(all(db, vault_key)?.into_iter().map(|stored| stored.change.op).collect())
}

/// Removes a change. Returns whether there was one.
pub(super) fn remove(db: &Connection, vault_key: i64, id: i64) -> Result<bool, SessionError> {
    let mut remove =
        db.prepare_cached("DELETE FROM roster_change WHERE change_id = ?1 AND vault_key = ?2")?;
    Ok(remove.execute((id, vault_key))? > 0)
}

/// Stores which record contains changes.
pub(super) fn set_sent(db: &Connection, ids: &[i64], hash: &EntryHash) -> Result<(), SessionError> {
    let mut set = db.prepare_cached("UPDATE roster_change SET sent = ?2 WHERE change_id = ?1")?;
    for id in ids {
        set.execute((id, hash.as_bytes()))?;
    }
    Ok(())
}

/// Removes the changes in a record that is in the log. Returns their number.
pub(super) fn settle(db: &Connection, vault_key: i64, hash: &EntryHash) -> Result<usize, SessionError> {
    let mut remove = db.prepare_cached("DELETE FROM roster_change WHERE vault_key = ?1 AND sent = ?2")?;
    Ok(remove.execute((vault_key, hash.as_bytes()))?)
}

pub(super) fn set_problem(db: &Connection, id: i64, problem: ChangeProblem) -> Result<(), SessionError> {
    let mut set = db.prepare_cached("UPDATE roster_change SET problem = ?2 WHERE change_id = ?1")?;
    set.execute((id, time(problem.number())))?;
    Ok(())
}

/// Stores why the log does not take the changes in a record.
pub(super) fn refuse(
    db: &Connection,
    vault_key: i64,
    hash: &EntryHash,
    reason: RejectReason,
) -> Result<(), SessionError> {
    let mut set =
        db.prepare_cached("UPDATE roster_change SET problem = ?3 WHERE vault_key = ?1 AND sent = ?2")?;
    set.execute((vault_key, hash.as_bytes(), time(reason.number())))?;
    Ok(())
}
