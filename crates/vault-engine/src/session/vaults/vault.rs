//! The vaults of an open profile: their keys, the heads of their logs, and the author of new entries.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::Connection;
use vault_crypto::{Identity, NewVault, VaultKey};
use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::log::{Head, empty_root, next_root};
use vault_wire::revision::RevisionHeader;
use vault_wire::roster::{MemberRole, Roster, SignedRecord};
use vault_wire::{AccountId, EntryHash, SignPublicKey, VaultId};

use super::log::Log;
use super::replay::Authors;
use super::vault_metadata::{Appearance, MetadataRow};
use crate::clock::Timestamp;
use crate::session::error::{SessionError, VaultReadOnly};
use crate::session::rows::entries::NewEntry;

/// The author of all entries: the account of the profile.
pub(crate) struct Author {
    pub(crate) account: AccountId,
    pub(crate) identity: Identity,
    pub(crate) certificate: SignedCertificate,
    /// The verified content of the certificate.
    pub(crate) certified: Certificate,
}

/// One vault, with its keys.
pub(crate) struct Vault {
    pub(crate) vault_key: i64,
    pub(crate) id: VaultId,
    /// The key of each epoch that is known.
    pub(crate) keys: BTreeMap<u32, VaultKey>,
    /// The authors of its revisions, and this account.
    pub(crate) authors: Authors,
    pub(crate) read_only: Option<VaultReadOnly>,
    /// Who ended this account's membership, by a part of the log that is not here.
    pub(crate) former: Option<AccountId>,
    /// The roster after all entries whose place is settled; see [`Log::head`].
    pub(crate) roster: Roster,
    pub(crate) head: Head,
    /// The entries that a server has confirmed; `None` if it knows none of them.
    pub(crate) confirmed: Option<Head>,
    pub(crate) outbox: OutboxState,
    pub(crate) genesis: EntryHash,
    /// The row of its metadata in the home vault. The home vault has metadata only once it was given a name.
    pub(crate) metadata_row: Option<MetadataRow>,
    pub(crate) appearance: Appearance,
    /// Whether it was deleted, and its log is not settled yet.
    pub(crate) ending: bool,
}

/// How the entries after the confirmed ones relate to those. The number is the one in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutboxState {
    /// They are based on them.
    Based = 0,
    /// They must be based on what was received.
    Waits = 1,
    /// As [`OutboxState::Waits`], but the rest of the log must be received first: it may supersede what was.
    Behind = 2,
}

impl OutboxState {
    pub(super) fn from_number(number: i64) -> Option<Self> {
        [Self::Based, Self::Waits, Self::Behind].into_iter().find(|state| *state as i64 == number)
    }
}

/// All vaults of the profile.
pub(crate) struct Vaults {
    pub(crate) author: Arc<Author>,
    /// The row number of the home vault.
    pub(super) home: i64,
    pub(super) all: BTreeMap<i64, Vault>,
    /// Deleted vaults: logs without content.
    pub(super) ended: Vec<Log>,
}

impl Author {
    /// Returns the account as the only author of a vault.
    pub(crate) fn alone(&self) -> Authors {
        Authors::from([((self.account, self.identity.generation()), *self.identity.public())])
    }

    /// Returns whether a verified certificate is that of an earlier identity of the account.
    pub(crate) fn follows(&self, certificate: &Certificate) -> bool {
        certificate.account_id() == self.account && certificate.generation < self.certified.generation
    }
}

impl Vaults {
    /// Lets all that follows be by another identity of the account. `named` are the rosters that name it already.
    pub(crate) fn follow(&mut self, author: Author, mut named: BTreeMap<i64, Roster>) {
        self.author = Arc::new(author);
        for vault in self.all.values_mut() {
            vault.authors.extend(self.author.alone());
            if let Some(roster) = named.remove(&vault.vault_key) {
                vault.roster = roster;
            }
            vault.renew_read_only(&self.author);
        }
    }

    /// Returns the home vault.
    pub(crate) fn home(&self) -> Result<&Vault, SessionError> {
        self.get(self.home)
    }

    /// Returns the vault with a row number.
    pub(crate) fn get(&self, vault_key: i64) -> Result<&Vault, SessionError> {
        self.all.get(&vault_key).ok_or(SessionError::DatabaseDamaged)
    }

    /// Returns the vault with an id, or [`SessionError::NotFound`].
    pub(crate) fn find(&self, id: VaultId) -> Result<&Vault, SessionError> {
        self.all.values().find(|vault| vault.id == id).ok_or(SessionError::NotFound)
    }

    /// Returns whether this profile has a vault, or had it until it was deleted.
    pub(crate) fn knows(&self, id: VaultId) -> bool {
        self.find(id).is_ok() || self.ended.iter().any(|ended| ended.vault == id)
    }

    /// Returns the log of a vault that has ended.
    pub(crate) fn log_of_ended(&self, id: VaultId) -> Option<Log> {
        self.ended.iter().find(|ended| ended.vault == id).copied()
    }

    /// Returns the named vault, or the home vault for `None`.
    pub(crate) fn meant(&self, id: Option<VaultId>) -> Result<&Vault, SessionError> {
        id.map_or_else(|| self.home(), |id| self.find(id))
    }

    pub(crate) fn is_home(&self, vault: &Vault) -> bool {
        vault.vault_key == self.home
    }

    /// Returns whether a vault stays on this computer. One that a server has shown does not.
    pub(crate) fn stays_here(&self, vault: &Vault) -> bool {
        vault.appearance.only_here && vault.confirmed.is_none() && !self.is_home(vault)
    }

    /// Returns all vaults: the home vault first, then in the user's order.
    pub(crate) fn in_order(&self) -> Vec<&Vault> {
        let mut all: Vec<&Vault> = self.all.values().collect();
        all.sort_by_key(|vault| (!self.is_home(vault), vault.appearance.position, vault.vault_key));
        all
    }

    /// Returns the logs of all vaults, deleted ones included.
    pub(crate) fn logs(&self) -> impl Iterator<Item = Log> {
        self.all.values().map(Vault::log).chain(self.ended.iter().copied())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Vault> {
        self.all.values()
    }

    /// Stores the new heads and the new confirmed ones after a commit.
    pub(crate) fn apply_changes(&mut self, heads: BTreeMap<i64, Head>, confirmed: BTreeMap<i64, Head>) {
        for (vault_key, head) in heads {
            if let Some(vault) = self.all.get_mut(&vault_key) {
                vault.head = head;
            }
        }
        for (vault_key, confirmed) in confirmed {
            if let Some(vault) = self.all.get_mut(&vault_key) {
                vault.confirmed = Some(confirmed);
            }
        }
    }

    /// Returns the vault with a row number, to be changed after a commit.
    pub(crate) fn get_mut(&mut self, vault_key: i64) -> Result<&mut Vault, SessionError> {
        self.all.get_mut(&vault_key).ok_or(SessionError::DatabaseDamaged)
    }

    /// Adds a vault, which may have ended before.
    pub(crate) fn add(&mut self, vault: Vault) {
        self.ended.retain(|ended| ended.vault_key != vault.vault_key);
        self.all.insert(vault.vault_key, vault);
    }

    pub(crate) fn begin_to_end(&mut self, vault_key: i64) {
        if let Some(vault) = self.all.get_mut(&vault_key) {
            vault.ending = true;
        }
    }

    /// Moves a deleted vault to the ended ones.
    pub(crate) fn end(&mut self, vault_key: i64) {
        if let Some(vault) = self.all.remove(&vault_key) {
            self.ended.push(vault.log());
        }
    }

    pub(crate) fn set_appearance(
        &mut self,
        vault_key: i64,
        metadata_row: MetadataRow,
        appearance: Appearance,
    ) {
        if let Some(vault) = self.all.get_mut(&vault_key) {
            (vault.metadata_row, vault.appearance) = (Some(metadata_row), appearance);
            vault.ending = false;
        }
    }
}

impl Vault {
    /// Returns the present epoch and its key, under which new revisions are sealed, or
    /// [`SessionError::VaultReadOnly`].
    pub(crate) fn writable(&self) -> Result<(u32, &VaultKey), SessionError> {
        match self.read_only {
            Some(why) => Err(SessionError::VaultReadOnly(why)),
            None => self.keys.last_key_value().map(|(epoch, key)| (*epoch, key)).ok_or(SessionError::Fault),
        }
    }

    /// Finds out again whether the vault can be written. What the server caused does not end by that.
    pub(crate) fn renew_read_only(&mut self, author: &Author) {
        if !matches!(self.read_only, Some(VaultReadOnly::Alarm | VaultReadOnly::BeingRestored)) {
            self.read_only = self.why_read_only(author);
        }
    }

    /// Returns the role of this account; `None` if it is no member any more.
    pub(crate) fn role_of(&self, own: &AccountId) -> Option<MemberRole> {
        let member = self.roster.member(own).filter(|_| self.former.is_none());
        member.map(|member| member.role)
    }

    /// Makes the vault read-only, since its server contradicted itself.
    pub(crate) fn alarmed(&mut self) {
        self.read_only = Some(VaultReadOnly::Alarm);
    }

    /// Makes the vault read-only until the server has shown everything again, unless there is an alarm.
    pub(crate) fn being_restored(&mut self) {
        if self.read_only != Some(VaultReadOnly::Alarm) {
            self.read_only = Some(VaultReadOnly::BeingRestored);
        }
    }

    /// Returns the key of an epoch, or [`SessionError::VaultKeyMissing`].
    pub(crate) fn key_of(&self, epoch: u32) -> Result<&VaultKey, SessionError> {
        self.keys.get(&epoch).ok_or(SessionError::VaultKeyMissing)
    }

    /// Returns the key by which the author of a revision signed.
    pub(crate) fn author_key(&self, header: &RevisionHeader) -> Option<&SignPublicKey> {
        self.authors.get(&(header.author, header.generation))
    }

    /// Returns the log as the row of this vault describes it.
    pub(crate) fn log(&self) -> Log {
        let Self { vault_key, id, genesis, head, confirmed, outbox, .. } = self;
        let head = confirmed.filter(|_| *outbox != OutboxState::Based).unwrap_or(*head);
        Log { vault_key: *vault_key, vault: *id, genesis: *genesis, head }
    }
}

/// Writes the first rows of a new vault. Returns its row number and the head of its log.
pub(crate) fn insert(
    db: &Connection,
    vault: &NewVault,
    sealed_key: &[u8],
    now: Timestamp,
) -> Result<(i64, Head), SessionError> {
    let (vault_key, head) = insert_unopened(db, &vault.vault_id, &vault.record, now)?;
    db.execute("UPDATE vault SET epoch = 1 WHERE vault_key = ?1", [vault_key])?;
    db.execute(
        "INSERT INTO epoch_key (vault_key, epoch, sealed) VALUES (?1, 1, ?2)",
        (vault_key, sealed_key),
    )?;
    Ok((vault_key, head))
}

/// The same for a vault whose keys are not known yet.
pub(crate) fn insert_unopened(
    db: &Connection,
    vault_id: &VaultId,
    record: &SignedRecord,
    now: Timestamp,
) -> Result<(i64, Head), SessionError> {
    let genesis_hash = record.entry_hash();
    let root = next_root(&empty_root(vault_id), 1, &genesis_hash, &record.signatures());
    db.execute(
        "INSERT INTO vault (vault_id, genesis_hash, epoch, head_seq, head_root) VALUES (?1, ?2, 0, 1, ?3)",
        (vault_id.as_bytes(), genesis_hash.as_bytes(), root.as_bytes()),
    )?;
    let vault_key = db.last_insert_rowid();
    NewEntry {
        vault_key,
        seq: 1,
        root: &root,
        item_id: None,
        hash: genesis_hash.as_bytes(),
        header: &record.bytes,
        signatures: &record.signatures(),
        body_hash: None,
        body: None,
        written_at: now,
    }
    .insert(db)?;
    Ok((vault_key, Head { seq: 1, root }))
}
