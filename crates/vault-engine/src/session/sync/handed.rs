//! Heads that another device of the account has handed over, or written into the home vault: the logs that a server shows must
//! contain them.

use rusqlite::Connection;
use vault_wire::VaultId;
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::log::{Equivocation, Head, LogVerifier};

use crate::session::error::SessionError;
use crate::session::rows::freshness::{Handover, State};
use crate::session::rows::meta;
use crate::session::state::Session;
use crate::session::vaults::past;

/// The most heads that are stored.
const MOST: usize = 256;

impl Session {
    /// Returns the last verified head of each vault, for a new device of the account: the home vault's first. Empty if the
    /// server has confirmed nothing yet, or this device is not verified up to date itself.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn verified_heads(&self) -> Result<Vec<(VaultId, Head)>, SessionError> {
        let home = self.vaults.home()?;
        let Some(head) = home.confirmed.filter(|_| State::read(&self.db) == Ok(None)) else {
            return Ok(Vec::new());
        };
        let others = self.vaults.iter().filter(|vault| vault.id != home.id);
        let others = others.filter_map(|vault| Some((vault.id, vault.confirmed?)));
        Ok(std::iter::once((home.id, head)).chain(others).take(MOST).collect())
    }

    /// Stores heads that another device of the account has verified. From now on a log that lacks one, or has another root
    /// there, raises an alarm. Once all logs were replayed, the profile is verified up to date.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn confirm_heads(&mut self, heads: &[(VaultId, Head)]) -> Result<(), SessionError> {
        self.writable()?;
        let Handed(known) = Handed::read(&self.db)?;
        let known = known.into_iter().filter(|(id, _)| heads.iter().all(|(other, _)| other != id));
        let handed = Handed(heads.iter().copied().chain(known).take(MOST).collect());
        self.write(|tx| {
            handed.store(&tx.db)?;
            State::Replaying(Handover::Heads).store(&tx.db)
        })
    }

    /// Returns whether a server has shown a vault to this device, or to the one that approved it.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else fails if the database cannot be read.
    pub fn was_at_server(&self, vault: VaultId) -> Result<bool, SessionError> {
        Ok(self.confirmed(vault)? > 0 || head_of(&self.db, &vault)?.is_some())
    }
}

/// The heads that no log was found to contain yet.
struct Handed(Vec<(VaultId, Head)>);

impl Handed {
    fn read(db: &Connection) -> Result<Self, SessionError> {
        let Some(stored) = meta::get(db, meta::HANDED_HEADS)? else { return Ok(Self(Vec::new())) };
        Self::decode(&stored).map_err(|_| SessionError::DatabaseDamaged)
    }

    fn store(&self, db: &Connection) -> Result<(), SessionError> {
        if self.0.is_empty() {
            return meta::remove(db, meta::HANDED_HEADS);
        }
        meta::set(db, meta::HANDED_HEADS, &self.encode())
    }
}

impl Canonical for Handed {
    const MAX_LEN: usize = 8 + MOST * 62;

    fn write(&self) -> Array {
        self.0.iter().fold(Array::new(), |list, (vault, head)| {
            list.array(&Array::new().bytes(vault.as_bytes()).uint(head.seq).bytes(head.root.as_bytes()))
        })
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut heads = Vec::new();
        for _ in 0..reader.array_up_to(MOST as u64)? {
            reader.array(3)?;
            heads.push((reader.fixed()?, Head { seq: reader.uint()?, root: reader.fixed()? }));
        }
        Ok(Self(heads))
    }
}

/// Stores the head of a vault's log that another device has written into the home vault, unless the log has it here.
pub(crate) fn expect(
    db: &Connection,
    vault: &VaultId,
    own: Option<(i64, Head)>,
    head: Head,
) -> Result<(), SessionError> {
    // The genesis record is pinned anyway.
    if head.seq <= 1 {
        return Ok(());
    }
    if let Some((vault_key, confirmed)) = own
        && head.seq <= confirmed.seq
        && past::root_at(db, vault_key, head.seq)? == Some(head.root)
    {
        return Ok(());
    }
    let Handed(mut heads) = Handed::read(db)?;
    if heads.iter().any(|(id, known)| id == vault && known.seq >= head.seq) {
        return Ok(());
    }
    heads.retain(|(id, _)| id != vault);
    if heads.len() < MOST {
        heads.push((*vault, head));
    }
    Handed(heads).store(db)
}

/// Returns the head that was handed over for a vault, until its log was found to contain it.
pub(super) fn head_of(db: &Connection, vault: &VaultId) -> Result<Option<Head>, SessionError> {
    Ok(Handed::read(db)?.0.into_iter().find(|(id, _)| id == vault).map(|(_, head)| head))
}

/// What a log shows of a head that was handed over.
pub(super) enum Compared {
    /// It contains the head.
    Contains,
    /// It goes on, or the head is not that far.
    NotYet,
    /// It ends before the head.
    Ends {
        /// Where.
        seq: u64,
    },
    /// It has another root there.
    Differs(Equivocation),
}

/// Compares a verified log, which ends with its last entry if `at_head`, with the head that was handed over.
pub(super) fn compare(handed: Head, log: &LogVerifier, at_head: bool) -> Compared {
    let end = log.head();
    match log.root_at(handed.seq) {
        Some(root) if *root == handed.root => Compared::Contains,
        Some(_) => Compared::Differs(Equivocation::Fork { seq: handed.seq }),
        None if at_head && handed.seq > end.seq => Compared::Ends { seq: end.seq },
        None => Compared::NotYet,
    }
}

/// Stores a head that the log of a vault must contain when it is received again.
pub(crate) fn keep(db: &Connection, vault: &VaultId, head: Head) -> Result<(), SessionError> {
    let Handed(mut heads) = Handed::read(db)?;
    heads.retain(|(id, _)| id != vault);
    heads.insert(0, (*vault, head));
    heads.truncate(MOST);
    Handed(heads).store(db)
}

/// Stores that the log of a vault contains the head that was handed over.
pub(super) fn confirm(db: &Connection, vault: &VaultId) -> Result<(), SessionError> {
    let Handed(mut heads) = Handed::read(db)?;
    heads.retain(|(id, _)| id != vault);
    Handed(heads).store(db)
}
