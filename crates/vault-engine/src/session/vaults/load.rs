//! Opening the vaults of a profile from its database.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::{Keyset, LocalKey, RootKey};
use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::cbor::Canonical;
use vault_wire::log::Head;
use vault_wire::revision::RevisionKind;
use vault_wire::roster::{Genesis, SignedRecord};
use vault_wire::{EntryHash, ItemId, RevHash, Root, VaultId};

use super::log::Log;
use super::vault::{Author, Vault, Vaults};
use super::vault_metadata::{Appearance, MetadataRow, VaultMetadata};
use crate::item::Item;
use crate::session::error::SessionError;
use crate::session::rows::meta;
use crate::session::rows::stored::StoredRevision;

impl Vaults {
    /// Opens the keys and checks that account, certificate, identity and vaults match. The keyset names the home vault,
    /// and metadata in the home vault names the others. Returns [`SessionError::DatabaseDamaged`] if there is a vault
    /// that neither names.
    pub(crate) fn open(db: &Connection, root_key: &RootKey, local: &LocalKey) -> Result<Self, SessionError> {
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
        Self::load(db, local, author, (home_vault, home_genesis))
    }

    /// Opens the vaults in a copy of the database, such as that of a backup. The account is the same; there may be
    /// other vaults.
    pub(crate) fn in_copy(&self, copy: &Connection, local: &LocalKey) -> Result<Self, SessionError> {
        let home = self.home()?;
        Self::load(copy, local, Arc::clone(&self.author), (home.id, home.genesis))
    }

    fn load(
        db: &Connection,
        local: &LocalKey,
        author: Arc<Author>,
        (home_vault, home_genesis): (VaultId, EntryHash),
    ) -> Result<Self, SessionError> {
        let home = Vault::open(db, local, &author.certified, home_vault, home_genesis)?;
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
            let vault = Vault::open(db, local, &vaults.author.certified, vault_id, genesis)?;
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
    /// Opens the key of a vault whose genesis hash is known.
    fn open(
        db: &Connection,
        local: &LocalKey,
        certificate: &Certificate,
        id: VaultId,
        genesis: EntryHash,
    ) -> Result<Self, SessionError> {
        let StoredVault { vault_key, epoch, sealed_key, head, record: (record, signatures) } =
            StoredVault::read(db, &id)?;
        let record = SignedRecord::from_parts(record, &signatures).map_err(damaged)?;
        let founding = Genesis::verify(&record, Some(&genesis)).map_err(damaged)?;
        let key = local.open_vault_key(&id, epoch, &sealed_key).map_err(damaged)?;
        let belongs = founding.vault_id == id
            && founding.certificate == *certificate
            && epoch == 1
            && key.commitment(&id, 1) == founding.commitment;
        if !belongs {
            return Err(SessionError::DatabaseDamaged);
        }
        Ok(Self {
            vault_key,
            id,
            epoch,
            key,
            head,
            genesis,
            metadata_row: None,
            appearance: Appearance::default(),
        })
    }
}

/// Any inconsistency here means that the database was not written by this program.
fn damaged<E>(_: E) -> SessionError {
    SessionError::DatabaseDamaged
}

struct StoredVault {
    vault_key: i64,
    epoch: u32,
    sealed_key: Vec<u8>,
    head: Head,
    /// The genesis record and its signatures.
    record: (Vec<u8>, Vec<u8>),
}

impl StoredVault {
    fn read(db: &Connection, id: &VaultId) -> Result<Self, SessionError> {
        let found = db
            .query_row(
                "SELECT vault_key, epoch, sealed, head_seq, head_root, header, signature
                 FROM vault JOIN epoch_key USING (vault_key, epoch) JOIN entry USING (vault_key)
                 WHERE vault_id = ?1 AND seq = 1",
                [id.as_bytes()],
                |row| {
                    Ok(Self {
                        vault_key: row.get(0)?,
                        epoch: row.get(1)?,
                        sealed_key: row.get(2)?,
                        head: Head { seq: row.get(3)?, root: Root::from_bytes(row.get(4)?) },
                        record: (row.get(5)?, row.get(6)?),
                    })
                },
            )
            .optional()?;
        found.ok_or(SessionError::DatabaseDamaged)
    }
}
