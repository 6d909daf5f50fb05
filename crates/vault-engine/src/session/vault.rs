//! The home vault of an open profile: its key, its log's head, and who writes to it.

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::{Identity, Keyset, LocalKey, RootKey, VaultKey, open_body};
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical;
use vault_wire::log::Head;
use vault_wire::revision::{RevisionHeader, SignedRevision};
use vault_wire::roster::{Founding, SignedRecord};
use vault_wire::{AccountId, BodyHash, ItemId, RevHash, Root, Signature, VaultId};

use super::{SessionError, meta};
use crate::item::{self, Item, Timestamp};

/// The one vault that this version knows.
pub(super) struct HomeVault {
    pub(super) vault_key: i64,
    pub(super) id: VaultId,
    pub(super) epoch: u32,
    pub(super) key: VaultKey,
    pub(super) head: Head,
    pub(super) account: AccountId,
    pub(super) identity: Identity,
    pub(super) founding: Founding,
}

impl HomeVault {
    /// Opens the keys and checks that account, certificate, identity and vault belong together.
    pub(super) fn open(db: &Connection, root_key: &RootKey, local: &LocalKey) -> Result<Self, SessionError> {
        let certificate =
            SignedCertificate::decode(&meta::required(db, meta::CERTIFICATE)?).map_err(damaged)?;
        let certificate = certificate.verify().map_err(damaged)?;
        let account = certificate.account_id();
        let sealed = meta::required(db, meta::KEYSET)?;
        let Keyset { identity, home_vault, home_genesis } =
            Keyset::open_local(&sealed, root_key, &account).map_err(damaged)?;
        if !identity.is_certified_by(&certificate) {
            return Err(SessionError::DatabaseDamaged);
        }
        let stored = StoredVault::read(db, &home_vault)?;
        let (record, signatures) = stored.record;
        let record = SignedRecord::from_parts(record, &signatures).map_err(damaged)?;
        let founding = Founding::verify(&record, Some(&home_genesis)).map_err(damaged)?;
        let key = local.open_vault_key(&home_vault, stored.epoch, &stored.sealed_key).map_err(damaged)?;
        let belongs = founding.vault_id == home_vault
            && founding.certificate == certificate
            && stored.epoch == 1
            && key.commitment(&home_vault, 1) == founding.commitment;
        if !belongs {
            return Err(SessionError::DatabaseDamaged);
        }
        let StoredVault { vault_key, epoch, head, .. } = stored;
        Ok(Self { vault_key, id: home_vault, epoch, key, head, account, identity, founding })
    }
}

/// Whatever does not fit together here was not written by this program.
fn damaged<E>(_: E) -> SessionError {
    SessionError::DatabaseDamaged
}

struct StoredVault {
    vault_key: i64,
    epoch: u32,
    sealed_key: Vec<u8>,
    head: Head,
    /// The founding record and its signatures.
    record: (Vec<u8>, Vec<u8>),
}

impl StoredVault {
    fn read(db: &Connection, id: &VaultId) -> Result<Self, SessionError> {
        let found = db
            .query_row(
                "SELECT vault_key, epoch, sealed_key, head_seq, head_root, header, signature
                 FROM vault JOIN entry USING (vault_key) WHERE vault_id = ?1 AND seq = 1",
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

/// A revision as it lies in the database.
pub(super) struct StoredRevision {
    pub(super) hash: RevHash,
    pub(super) signed: SignedRevision,
    pub(super) body: Option<Vec<u8>>,
    pub(super) written_at: Timestamp,
}

impl StoredRevision {
    /// The columns that [`StoredRevision::read`] takes.
    pub(super) const COLUMNS: &str = "hash, header, signature, body_hash, body, written_at";

    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            hash: RevHash::from_bytes(row.get(0)?),
            signed: SignedRevision {
                header: row.get(1)?,
                signature: Signature::from_bytes(row.get(2)?),
                body_hash: BodyHash::from_bytes(row.get(3)?),
            },
            body: row.get(4)?,
            written_at: Timestamp(row.get(5)?),
        })
    }

    /// The header, after checking that the author signed it.
    pub(super) fn header(&self, vault: &HomeVault) -> Result<RevisionHeader, SessionError> {
        self.signed.verify(&vault.identity.public().to_owned()).map_err(|_| SessionError::RevisionDamaged)
    }

    /// Opens the item, after checking that this is the revision of that item which the author signed.
    pub(super) fn open(&self, vault: &HomeVault, id: ItemId) -> Result<Item, SessionError> {
        self.open_as(vault, id, &self.header(vault)?)
    }

    /// The same without checking the signature, which takes most of the time; for walks over all items.
    pub(super) fn open_quickly(&self, vault: &HomeVault, id: ItemId) -> Result<Item, SessionError> {
        let header =
            RevisionHeader::decode(&self.signed.header).map_err(|_| SessionError::RevisionDamaged)?;
        self.open_as(vault, id, &header)
    }

    /// Opens the item under a header that was read from these bytes.
    pub(super) fn open_as(
        &self,
        vault: &HomeVault,
        id: ItemId,
        header: &RevisionHeader,
    ) -> Result<Item, SessionError> {
        if header.vault_id != vault.id || header.item_id != id || self.signed.hash() != self.hash {
            return Err(SessionError::RevisionDamaged);
        }
        let body = self.body.as_deref().ok_or(SessionError::NotFound)?;
        let payload = open_body(&self.signed, body, &vault.key).map_err(|_| SessionError::RevisionDamaged)?;
        item::decode(payload.expose()).map_err(|_| SessionError::RevisionDamaged)
    }
}
