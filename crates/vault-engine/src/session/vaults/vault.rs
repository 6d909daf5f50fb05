//! The vaults of an open profile: their keys, the heads of their logs, and who writes to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::{Identity, Keyset, LocalKey, NewVault, RootKey, VaultKey};
use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::cbor::Canonical;
use vault_wire::log::{Head, empty_root, next_root};
use vault_wire::roster::{Genesis, SignedRecord};
use vault_wire::{AccountId, EntryHash, Root, VaultId};

use super::vault_metadata::{Card, Look, Shelf};
use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::integrity::check::Log;
use crate::session::rows::meta;
use crate::session::rows::view::time;

/// Who writes: the account of the profile.
pub(crate) struct Author {
    pub(crate) account: AccountId,
    pub(crate) identity: Identity,
    pub(crate) certificate: SignedCertificate,
    /// What the certificate says.
    certified: Certificate,
}

/// One vault, with its key.
pub(crate) struct Vault {
    pub(crate) vault_key: i64,
    pub(crate) id: VaultId,
    pub(crate) epoch: u32,
    pub(crate) key: VaultKey,
    pub(crate) head: Head,
    pub(crate) genesis: EntryHash,
    /// Where its card lies in the home vault; the home vault has one only once it was given a name.
    pub(crate) shelf: Option<Shelf>,
    pub(crate) look: Look,
}

/// All vaults of the profile.
pub(crate) struct Vaults {
    pub(crate) author: Arc<Author>,
    /// The number of the home vault's row.
    home: i64,
    all: BTreeMap<i64, Vault>,
    /// Those that were deleted: logs without content.
    ended: Vec<Log>,
}

impl Vaults {
    /// Opens the keys and checks that account, certificate, identity and vaults belong together. The keyset names the
    /// home vault; its cards name the others. A vault that neither names is not joined in silence.
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

    /// The vaults as they are in a copy of the database, such as a backup has: of the same account, but there may be others.
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
        for (shelf, vault_id, card) in Shelf::all(db, &vaults)? {
            let Some(Card { genesis, look, .. }) = card else {
                vaults.ended.push(Log::read(db, vault_id)?);
                continue;
            };
            if vault_id == home_vault {
                let home = vaults.all.get_mut(&vaults.home).ok_or(SessionError::DatabaseDamaged)?;
                (home.shelf, home.look) = (Some(shelf), look);
                continue;
            }
            let vault = Vault::open(db, local, &vaults.author.certified, vault_id, genesis)?;
            vaults.all.insert(vault.vault_key, Vault { shelf: Some(shelf), look, ..vault });
        }
        let rows: usize = db.query_row("SELECT count(*) FROM vault", [], |row| row.get(0))?;
        if rows == vaults.all.len() + vaults.ended.len() {
            Ok(vaults)
        } else {
            Err(SessionError::DatabaseDamaged)
        }
    }

    /// The home vault.
    pub(crate) fn home(&self) -> Result<&Vault, SessionError> {
        self.get(self.home)
    }

    /// The vault with a row.
    pub(crate) fn get(&self, vault_key: i64) -> Result<&Vault, SessionError> {
        self.all.get(&vault_key).ok_or(SessionError::DatabaseDamaged)
    }

    /// The vault with an id.
    pub(crate) fn find(&self, id: VaultId) -> Result<&Vault, SessionError> {
        self.all.values().find(|vault| vault.id == id).ok_or(SessionError::NotFound)
    }

    /// The vault meant: the one named, else the home vault.
    pub(crate) fn meant(&self, id: Option<VaultId>) -> Result<&Vault, SessionError> {
        id.map_or_else(|| self.home(), |id| self.find(id))
    }

    pub(crate) fn is_home(&self, vault: &Vault) -> bool {
        vault.vault_key == self.home
    }

    /// All of them: the home vault first, then as the person ordered them.
    pub(crate) fn in_order(&self) -> Vec<&Vault> {
        let mut all: Vec<&Vault> = self.all.values().collect();
        all.sort_by_key(|vault| (!self.is_home(vault), vault.look.position, vault.vault_key));
        all
    }

    /// The log of each vault, of those too that were deleted.
    pub(crate) fn logs(&self) -> impl Iterator<Item = Log> {
        self.all.values().map(Log::of).chain(self.ended.iter().copied())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Vault> {
        self.all.values()
    }

    /// Takes note of what a transaction did.
    pub(crate) fn settle(&mut self, heads: BTreeMap<i64, Head>) {
        for (vault_key, head) in heads {
            if let Some(vault) = self.all.get_mut(&vault_key) {
                vault.head = head;
            }
        }
    }

    pub(crate) fn add(&mut self, vault: Vault) {
        self.all.insert(vault.vault_key, vault);
    }

    /// Takes note that a vault was deleted.
    pub(crate) fn end(&mut self, vault_key: i64) {
        if let Some(vault) = self.all.remove(&vault_key) {
            self.ended.push(Log::of(&vault));
        }
    }

    pub(crate) fn set_look(&mut self, vault_key: i64, shelf: Shelf, look: Look) {
        if let Some(vault) = self.all.get_mut(&vault_key) {
            (vault.shelf, vault.look) = (Some(shelf), look);
        }
    }
}

impl Vault {
    /// Opens the key of a vault whose founding record is known by its hash.
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
        Ok(Self { vault_key, id, epoch, key, head, genesis, shelf: None, look: Look::default() })
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

/// Writes the first rows of a new vault, and answers with its row's number and the head of its log.
pub(crate) fn insert(
    db: &Connection,
    vault: &NewVault,
    sealed_key: &[u8],
    now: Timestamp,
) -> Result<(i64, Head), SessionError> {
    let NewVault { vault_id, key: _, record, genesis_hash } = vault;
    let root = next_root(&empty_root(vault_id), 1, genesis_hash, &record.signatures());
    db.execute(
        "INSERT INTO vault (vault_id, genesis_hash, sealed_key, epoch, head_seq, head_root)
         VALUES (?1, ?2, ?3, 1, 1, ?4)",
        (vault_id.as_bytes(), genesis_hash.as_bytes(), sealed_key, root.as_bytes()),
    )?;
    let vault_key = db.last_insert_rowid();
    db.execute(
        "INSERT INTO entry (vault_key, seq, root, hash, header, signature, written_at)
         VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)",
        (
            vault_key,
            root.as_bytes(),
            genesis_hash.as_bytes(),
            &record.bytes,
            record.signatures(),
            time(now.0),
        ),
    )?;
    Ok((vault_key, Head { seq: 1, root }))
}
