//! Reading revisions from the database, verifying and opening them.

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::open_body;
use vault_wire::cbor::Canonical;
use vault_wire::revision::{RevisionHeader, SignedRevision};
use vault_wire::{BodyHash, ItemId, RevHash, Signature};

use crate::clock::Timestamp;
use crate::item;
use crate::item::Item;
use crate::session::error::SessionError;
use crate::session::rows::view::is_tombstone;
use crate::session::vaults::vault::Vaults;

/// A revision as stored in the database.
pub(crate) struct StoredRevision {
    pub(crate) vault_key: i64,
    pub(crate) hash: RevHash,
    pub(crate) signed: SignedRevision,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) written_at: Timestamp,
}

impl StoredRevision {
    /// The columns that [`StoredRevision::read`] expects.
    pub(crate) const COLUMNS: &str = "entry.vault_key, hash, header, signature, body_hash, body, written_at";
    /// The number of [`StoredRevision::COLUMNS`].
    pub(crate) const WIDTH: usize = 7;

    pub(crate) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            vault_key: row.get(0)?,
            hash: RevHash::from_bytes(row.get(1)?),
            signed: SignedRevision {
                header: row.get(2)?,
                signature: Signature::from_bytes(row.get(3)?),
                body_hash: BodyHash::from_bytes(row.get(4)?),
            },
            body: row.get(5)?,
            written_at: Timestamp(row.get(6)?),
        })
    }

    /// Reads the revision in a row of the log.
    pub(crate) fn of_entry(db: &Connection, entry_key: i64) -> Result<Self, SessionError> {
        let sql = ["SELECT ", Self::COLUMNS, " FROM entry WHERE entry_key = ?1"].concat();
        let mut find = db.prepare_cached(&sql)?;
        Ok(find.query_row([entry_key], Self::read)?)
    }

    /// Reads the revision of an item by its hash. Returns [`SessionError::NotFound`] if there is none.
    pub(crate) fn of_hash(db: &Connection, id: ItemId, hash: RevHash) -> Result<Self, SessionError> {
        let sql = ["SELECT ", Self::COLUMNS, " FROM entry WHERE item_id = ?1 AND hash = ?2"].concat();
        let mut find = db.prepare_cached(&sql)?;
        let found = find.query_row([id.as_bytes().as_slice(), hash.as_bytes()], Self::read).optional()?;
        found.ok_or(SessionError::NotFound)
    }

    /// Reads all revisions of an item that still have content, oldest first: no tombstones, which an item has that returned
    /// after its deletion. Entries for the same id in another vault's log are not part of the item's history.
    pub(crate) fn all_of(db: &Connection, id: ItemId, vault_key: i64) -> Result<Vec<Self>, SessionError> {
        let sql = [
            "SELECT ",
            Self::COLUMNS,
            " FROM entry INDEXED BY entry_of_item
             WHERE item_id = ?1 AND vault_key = ?2 AND body IS NOT NULL ORDER BY seq",
        ]
        .concat();
        let mut revisions = db.prepare_cached(&sql)?;
        let rows = revisions.query_map((id.as_bytes(), vault_key), Self::read)?;
        let mut all = rows.collect::<Result<Vec<_>, _>>()?;
        all.retain(|stored| !is_tombstone(&stored.signed.header));
        Ok(all)
    }

    /// Returns the header after verifying the author's signature.
    pub(crate) fn header(&self, vaults: &Vaults) -> Result<RevisionHeader, SessionError> {
        let header = self.unverified_header()?;
        let author = vaults.get(self.vault_key)?.author_key(&header).ok_or(SessionError::RevisionDamaged)?;
        self.signed.verify(author).map_err(|_| SessionError::RevisionDamaged)
    }

    /// Opens the item after verifying the author's signature and that the revision is of this item.
    pub(crate) fn open(&self, vaults: &Vaults, id: ItemId) -> Result<Item, SessionError> {
        self.open_as(vaults, id, &self.header(vaults)?)
    }

    /// Opens the item without verifying the signature, which takes most of the time; for scans of all items.
    pub(crate) fn open_quickly(&self, vaults: &Vaults, id: ItemId) -> Result<Item, SessionError> {
        self.open_as(vaults, id, &self.unverified_header()?)
    }

    fn unverified_header(&self) -> Result<RevisionHeader, SessionError> {
        RevisionHeader::decode(&self.signed.header).map_err(|_| SessionError::RevisionDamaged)
    }

    /// Opens the item under a header decoded from these bytes. The key is that of the vault whose log has the revision;
    /// the header must name that vault.
    pub(crate) fn open_as(
        &self,
        vaults: &Vaults,
        id: ItemId,
        header: &RevisionHeader,
    ) -> Result<Item, SessionError> {
        let vault = vaults.get(self.vault_key)?;
        if header.vault_id != vault.id || header.item_id != id || self.signed.hash() != self.hash {
            return Err(SessionError::RevisionDamaged);
        }
        let body = self.body.as_deref().ok_or(SessionError::NotFound)?;
        let payload = open_body(&self.signed, body, vault.key_of(header.epoch)?)
            .map_err(|_| SessionError::RevisionDamaged)?;
        item::decode(payload.expose()).map_err(|_| SessionError::RevisionDamaged)
    }
}
