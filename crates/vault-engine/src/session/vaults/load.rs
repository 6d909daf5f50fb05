//! Opening the vaults of a profile from its database.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::{Keyset, LocalKey, RootKey, open_history};
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical;
use vault_wire::log::Head;
use vault_wire::revision::RevisionKind;
use vault_wire::roster::{Genesis, Roster, SignedRecord};
use vault_wire::{AccountId, EntryHash, ItemId, RevHash, Root, VaultId};

use super::ending::is_ending;
use super::log::Log;
use super::past;
use super::stored_roster::{StoredRoster, has_records_after};
use super::vault::{Author, OutboxState, Vault, Vaults};
use super::vault_metadata::{Appearance, MetadataRow, VaultMetadata};
use crate::item::Item;
use crate::session::error::{SessionError, VaultReadOnly};
use crate::session::rows::meta;
use crate::session::rows::restoring::Restoring;
use crate::session::rows::stored::StoredRevision;

/// What is required of the logs of vaults that others may have written to.
#[derive(Clone, Copy)]
enum Shared {
    Verified,
    Unproven,
}

impl Vaults {
    /// Opens the keys and checks that account, certificate, identity and vaults match. The keyset names the home vault,
    /// and metadata in the home vault names the others. Returns [`SessionError::DatabaseDamaged`] if there is a vault
    /// that neither names.
    pub(crate) fn open(db: &Connection, root_key: &RootKey, local: &LocalKey) -> Result<Self, SessionError> {
        Self::open_with(db, root_key, local, Shared::Verified)
    }

    /// As [`Vaults::open`] for a salvage from logs that cannot be replayed. Of shared vaults, only what this account
    /// wrote is then authentic.
    pub(crate) fn open_unproven(
        db: &Connection,
        root_key: &RootKey,
        local: &LocalKey,
    ) -> Result<Self, SessionError> {
        Self::open_with(db, root_key, local, Shared::Unproven)
    }

    fn open_with(
        db: &Connection,
        root_key: &RootKey,
        local: &LocalKey,
        shared: Shared,
    ) -> Result<Self, SessionError> {
        let signed = SignedCertificate::decode(&meta::required(db, meta::CERTIFICATE)?).map_err(damaged)?;
        let certificate = signed.verify().map_err(damaged)?;
        let account = certificate.account_id();
        let sealed = meta::required(db, meta::KEYSET)?;
        let Keyset { identity, home_vault, home_genesis } =
            Keyset::open_local(&sealed, root_key, &account).map_err(damaged)?;
        if !identity.is_certified_by(&certificate) {
            return Err(SessionError::DatabaseDamaged);
        }
        let author = Arc::new(Author { account, identity, certificate: signed, certified: certificate });
        Self::load(db, (local, shared), author, (home_vault, home_genesis))
    }

    /// Opens the vaults in a copy of the database, such as that of a backup. The account is the same; there may be
    /// other vaults.
    pub(crate) fn in_copy(&self, copy: &Connection, local: &LocalKey) -> Result<Self, SessionError> {
        let home = self.home()?;
        Self::load(copy, (local, Shared::Verified), Arc::clone(&self.author), (home.id, home.genesis))
    }

    fn load(
        db: &Connection,
        keys: (&LocalKey, Shared),
        author: Arc<Author>,
        (home_vault, home_genesis): (VaultId, EntryHash),
    ) -> Result<Self, SessionError> {
        let home = Vault::open(db, keys, &author, home_vault, home_genesis)?;
        let mut vaults = Self {
            author,
            home: home.vault_key,
            all: BTreeMap::from([(home.vault_key, home)]),
            ended: Vec::new(),
        };
        for (metadata_row, vault_id, metadata) in MetadataRow::all(db, &vaults)? {
            let Some(VaultMetadata { genesis, appearance, .. }) = metadata else {
                vaults.ended.push(Log::read(db, vault_id)?);
                continue;
            };
            if vault_id == home_vault {
                let home = vaults.all.get_mut(&vaults.home).ok_or(SessionError::DatabaseDamaged)?;
                (home.metadata_row, home.appearance) = (Some(metadata_row), appearance);
                continue;
            }
            let vault = Vault::open(db, keys, &vaults.author, vault_id, genesis)?;
            vaults
                .all
                .insert(vault.vault_key, Vault { metadata_row: Some(metadata_row), appearance, ..vault });
        }
        let rows: usize = db.query_row("SELECT count(*) FROM vault", [], |row| row.get(0))?;
        if rows == vaults.all.len() + vaults.ended.len() {
            Ok(vaults)
        } else {
            Err(SessionError::DatabaseDamaged)
        }
    }
}

impl MetadataRow {
    /// Reads and opens the metadata of all vaults. That of a deleted vault is a tombstone, returned as `None`.
    pub(crate) fn all(
        db: &Connection,
        vaults: &Vaults,
    ) -> Result<Vec<(Self, VaultId, Option<VaultMetadata>)>, SessionError> {
        let mut all = db.prepare("SELECT item_id, entry_key, revision, vault_id FROM joined")?;
        let rows = all.query_map([], |row| {
            let metadata_row = Self {
                item_id: ItemId::from_bytes(row.get(0)?),
                entry_key: row.get(1)?,
                revision: RevHash::from_bytes(row.get(2)?),
            };
            Ok((metadata_row, VaultId::from_bytes(row.get(3)?)))
        })?;
        let mut rows_of_metadata = Vec::new();
        for row in rows {
            let (metadata_row, named) = row?;
            let stored = metadata_row.stored(db, vaults)?;
            let header = stored.header(vaults).map_err(|_| SessionError::DatabaseDamaged)?;
            let metadata = if header.kind == RevisionKind::Tombstone {
                let sound = header.item_id == metadata_row.item_id && stored.signed.hash() == stored.hash;
                sound.then_some(None)
            } else {
                let item = stored.open_as(vaults, metadata_row.item_id, &header);
                let metadata = VaultMetadata::of(&item.map_err(|_| SessionError::DatabaseDamaged)?);
                metadata.filter(|metadata| metadata.vault_id == named).map(Some)
            };
            rows_of_metadata.push((metadata_row, named, metadata.ok_or(SessionError::DatabaseDamaged)?));
        }
        Ok(rows_of_metadata)
    }

    /// Opens the item that has the metadata.
    pub(crate) fn open(&self, db: &Connection, vaults: &Vaults) -> Result<Item, SessionError> {
        self.stored(db, vaults)?.open(vaults, self.item_id)
    }

    fn stored(&self, db: &Connection, vaults: &Vaults) -> Result<StoredRevision, SessionError> {
        let stored = StoredRevision::of_entry(db, self.entry_key)?;
        if stored.hash != self.revision || stored.vault_key != vaults.home()?.vault_key {
            return Err(SessionError::DatabaseDamaged);
        }
        Ok(stored)
    }
}

impl Vault {
    /// Opens a vault of the open profile.
    pub(crate) fn open_verified(
        db: &Connection,
        local: &LocalKey,
        author: &Author,
        id: VaultId,
        genesis: EntryHash,
    ) -> Result<Self, SessionError> {
        Self::open(db, (local, Shared::Verified), author, id, genesis)
    }

    /// Opens the keys of a vault whose genesis hash is known. Its log is replayed if there may be entries of others.
    fn open(
        db: &Connection,
        (local, shared): (&LocalKey, Shared),
        author: &Author,
        id: VaultId,
        genesis: EntryHash,
    ) -> Result<Self, SessionError> {
        let stored = StoredVault::read(db, &id)?;
        let (record, signatures) = &stored.genesis;
        let record = SignedRecord::from_parts(record.clone(), signatures).map_err(damaged)?;
        let founding = Genesis::verify(&record, Some(&genesis)).map_err(damaged)?;
        if founding.vault_id != id {
            return Err(SessionError::DatabaseDamaged);
        }
        let mut keys = BTreeMap::new();
        for (epoch, sealed) in &stored.sealed_keys {
            keys.insert(*epoch, local.open_vault_key(&id, *epoch, sealed).map_err(damaged)?);
        }
        let confirmed = match stored.confirmed {
            0 => None,
            seq => Some(past::head_at(db, stored.vault_key, seq)?),
        };
        let vault = Self {
            vault_key: stored.vault_key,
            id,
            keys,
            authors: author.alone(),
            read_only: None,
            former: stored.former,
            roster: Roster::from_genesis(&founding).map_err(damaged)?,
            head: stored.head,
            confirmed,
            outbox: OutboxState::from_number(stored.outbox).ok_or(SessionError::DatabaseDamaged)?,
            genesis,
            metadata_row: None,
            appearance: Appearance::default(),
            ending: is_ending(db, &id)?,
        };
        // What was founded by an earlier identity of the account has a record that names the next one, or gets it.
        let is_renewed = founding.certificate != author.certified
            && founding.certificate.account_id() == author.account
            && founding.certificate.generation < author.certified.generation;
        let mut vault = match (stored.is_shared() || is_renewed, shared) {
            (false, _) => vault.founded_by(&founding, author),
            (true, Shared::Verified) => vault.with_roster(db, author),
            (true, Shared::Unproven) => Ok(vault),
        }?;
        if stored.alarm {
            vault.alarmed();
        } else if Restoring::read(db, &id)?.is_some() {
            vault.being_restored();
        }
        Ok(vault)
    }

    /// Checks a vault that only this account has written to.
    fn founded_by(self, founding: &Genesis, author: &Author) -> Result<Self, SessionError> {
        let key = self.keys.get(&1).ok_or(SessionError::DatabaseDamaged)?;
        let belongs =
            founding.certificate == author.certified && key.commitment(&self.id, 1) == founding.commitment;
        if belongs { Ok(self) } else { Err(SessionError::DatabaseDamaged) }
    }

    /// Reads the roster. Every stored key must be the one that the log commits to; those before it that it opens are
    /// added.
    fn with_roster(mut self, db: &Connection, author: &Author) -> Result<Self, SessionError> {
        let last = self.log().head.seq;
        let StoredRoster { roster, authors } = StoredRoster::read(db, self.vault_key, self.roster, last)?;
        let mut keys = BTreeMap::new();
        for (epoch, key) in self.keys {
            keys.extend(open_history(&roster, epoch, key).map_err(damaged)?);
        }
        self.authors.extend(authors);
        let mut vault = Self { keys, roster, ..self };
        vault.read_only = vault.why_read_only(author);
        if vault.read_only == Some(VaultReadOnly::NewIdentity)
            && has_records_after(db, vault.vault_key, last)?
        {
            // The record that names it is in the outbox.
            vault.read_only = None;
        }
        Ok(vault)
    }

    /// Returns why nothing can be written, by the roster and the keys.
    pub(crate) fn why_read_only(&self, author: &Author) -> Option<VaultReadOnly> {
        let Self { roster, keys, .. } = self;
        let present = roster.member(&author.account).filter(|_| self.former.is_none());
        let writer = present.filter(|member| member.role.may_write());
        let may_write = writer.is_some_and(|member| *member.certificate() == author.certified);
        let is_renewed = writer.is_some_and(|member| author.follows(member.certificate()));
        if !roster.is_format_known() {
            Some(VaultReadOnly::Newer)
        } else if roster.is_closed() {
            Some(VaultReadOnly::Closed)
        } else if is_renewed {
            Some(VaultReadOnly::NewIdentity)
        } else if !may_write {
            Some(VaultReadOnly::NotPermitted)
        } else if !keys.contains_key(&roster.epoch()) {
            Some(VaultReadOnly::KeyMissing)
        } else {
            None
        }
    }
}

/// Any inconsistency here means that the database was not written by this program.
fn damaged<E>(_: E) -> SessionError {
    SessionError::DatabaseDamaged
}

struct StoredVault {
    vault_key: i64,
    /// The newest epoch whose key is stored; 0 if there is none yet.
    epoch: u32,
    /// By epoch, ascending.
    sealed_keys: Vec<(u32, Vec<u8>)>,
    /// The number of entries that a server has confirmed.
    confirmed: u64,
    outbox: i64,
    alarm: bool,
    former: Option<AccountId>,
    head: Head,
    /// The genesis record and its signatures.
    genesis: (Vec<u8>, Vec<u8>),
}

impl StoredVault {
    /// Returns whether others may have written to the vault: their entries come from a server.
    fn is_shared(&self) -> bool {
        self.confirmed > 0 || self.epoch != 1
    }

    fn read(db: &Connection, id: &VaultId) -> Result<Self, SessionError> {
        let found = db
            .query_row(
                "SELECT vault_key, epoch, confirmed, head_seq, head_root, header, signature, coalesce(rebase, 0),
                     EXISTS (SELECT 1 FROM alarm WHERE alarm.vault_key = vault.vault_key),
                     (SELECT author FROM former WHERE former.vault_key = vault.vault_key)
                 FROM vault JOIN entry USING (vault_key) LEFT JOIN sync USING (vault_key)
                 WHERE vault_id = ?1 AND seq = 1",
                [id.as_bytes()],
                |row| {
                    Ok(Self {
                        vault_key: row.get(0)?,
                        epoch: row.get(1)?,
                        sealed_keys: Vec::new(),
                        confirmed: row.get(2)?,
                        outbox: row.get(7)?,
                        alarm: row.get(8)?,
                        former: row.get::<_, Option<[u8; 16]>>(9)?.map(AccountId::from_bytes),
                        head: Head { seq: row.get(3)?, root: Root::from_bytes(row.get(4)?) },
                        genesis: (row.get(5)?, row.get(6)?),
                    })
                },
            )
            .optional()?;
        let mut vault = found.ok_or(SessionError::DatabaseDamaged)?;
        let mut keys =
            db.prepare_cached("SELECT epoch, sealed FROM epoch_key WHERE vault_key = ?1 ORDER BY epoch")?;
        let keys = keys.query_map([vault.vault_key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        vault.sealed_keys = keys.collect::<Result<_, _>>()?;
        let newest = vault.sealed_keys.last().map_or(0, |(epoch, _)| *epoch);
        if newest == vault.epoch { Ok(vault) } else { Err(SessionError::DatabaseDamaged) }
    }
}
