//! Documents between this computer and a server: those to send before the entries that name them, and those to download.

use std::collections::BTreeSet;

use rusqlite::{CachedStatement, Connection};
use vault_wire::cbor::Canonical;
use vault_wire::message::LogEntry;
use vault_wire::revision::{BlobRef, RevisionHeader};
use vault_wire::{BlobId, CtRoot, ItemId, VaultId};

use crate::session::error::{SessionError, VaultReadOnly};
use crate::session::rows::blobs;
use crate::session::settings::set;
use crate::session::state::Session;
use crate::session::vaults::vault::OutboxState;

/// The setting of a vault whose documents are downloaded only when they are asked for, by its id; then `0`.
const KEPT_OFFLINE: &str = "documents.offline.";

/// Whether the server of a vault lacks a document: it said so, or no entry of the vault that it confirmed names it. It has what
/// is not here yet, also if the entry that named it was deleted since.
const LACKS: &str = "coalesce((SELECT sent = 0 FROM blob_sent WHERE blob_id = blob.blob_id), NOT EXISTS (
     SELECT 1 FROM not_here WHERE not_here.blob_id = blob.blob_id) AND NOT EXISTS (
     SELECT 1 FROM entry_blob AS named JOIN entry AS naming USING (entry_key)
     WHERE named.blob_id = blob.blob_id AND naming.vault_key = vault.vault_key AND naming.seq <= vault.confirmed))";

/// A document that is named by a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedDocument {
    /// The document.
    pub blob: BlobRef,
    /// An item that has or had it.
    pub item: ItemId,
}

impl Session {
    /// Lists the documents that entries of the outbox name and the server of the vault lacks, in the order in which they
    /// are needed. Those entries are not sent before [`Session::document_sent`].
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn unsent_documents(&self, vault: VaultId) -> Result<Vec<NamedDocument>, SessionError> {
        let vault = self.vaults.find(vault)?;
        if vault.confirmed.is_none() || vault.outbox != OutboxState::Based || vault.writable().is_err() {
            return Ok(Vec::new());
        }
        unsent(&self.db, vault.vault_key)
    }

    /// Lists the documents of a vault that are here, that the server had, and that it may have lost when it was restored.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn offered_documents(&self, vault: VaultId) -> Result<Vec<NamedDocument>, SessionError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        let mut find = self.db.prepare_cached(
            "SELECT blob_id, ct_size, ct_root, max(item_id)
             FROM blob_sent CROSS JOIN blob USING (blob_id) CROSS JOIN entry_blob USING (blob_id)
                 CROSS JOIN entry USING (entry_key) JOIN vault USING (vault_key)
             WHERE sent = ?2 AND vault_key = ?1 AND body IS NOT NULL AND seq <= confirmed
             GROUP BY blob_id ORDER BY ct_size, blob_id",
        )?;
        let found = find.query_map((vault_key, blobs::OFFERED), read)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Gives up offering a document to a restored server, since its file is not here as it was signed.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn document_not_offered(&mut self, document: &BlobId) -> Result<(), SessionError> {
        self.write(|tx| blobs::forget_sent(&tx.db, document))
    }

    /// Stores that the server has a document completely.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn document_sent(&mut self, document: &BlobId) -> Result<(), SessionError> {
        self.write(|tx| blobs::set_sent(&tx.db, document, true))
    }

    /// Lists the documents of a vault that were not downloaded yet, the smallest first: of revisions whose content is here.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn missing_documents(&self, vault: VaultId) -> Result<Vec<NamedDocument>, SessionError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        // In this order: few documents are not here, and a log is long.
        let mut find = self.db.prepare_cached(
            "SELECT blob_id, ct_size, ct_root, max(item_id)
             FROM not_here CROSS JOIN blob USING (blob_id) CROSS JOIN entry_blob USING (blob_id)
                 CROSS JOIN entry USING (entry_key)
             WHERE vault_key = ?1 AND body IS NOT NULL GROUP BY blob_id ORDER BY ct_size, blob_id",
        )?;
        let found = find.query_map([vault_key], read)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Returns whether a document was not downloaded yet, or its file was removed since.
    #[must_use]
    pub fn is_missing(&self, document: &BlobId) -> bool {
        self.blobs.expects(document)
    }

    /// Finds a document of a vault that can be downloaded, whether or not it is here.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if no entry names it that the server has confirmed.
    pub fn document_on_server(
        &self,
        vault: VaultId,
        document: &BlobId,
    ) -> Result<NamedDocument, SessionError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        let mut find = self.db.prepare_cached(
            "SELECT blob_id, ct_size, ct_root, item_id
             FROM blob CROSS JOIN entry_blob USING (blob_id) CROSS JOIN entry USING (entry_key)
                 JOIN vault USING (vault_key)
             WHERE vault_key = ?1 AND blob_id = ?2 AND seq <= confirmed LIMIT 1",
        )?;
        let mut found = find.query_map((vault_key, document.as_bytes()), read)?;
        Ok(found.next().ok_or(SessionError::NotFound)??)
    }

    /// Notes that the file of a document was downloaded and verified. If nothing names the document any more, the file is
    /// removed.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn document_arrived(&mut self, document: &BlobId) -> Result<(), SessionError> {
        match blobs::find(&self.db, document) {
            Ok(_) => {
                self.write(|tx| blobs::arrived(&tx.db, document))?;
                self.blobs.arrived(document);
            }
            Err(SessionError::NotFound) => self.blobs.remove(document),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Returns whether all documents of a vault are downloaded to this computer, and not only when they are asked for.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn keeps_offline(&self, vault: VaultId) -> Result<bool, SessionError> {
        Ok(self.setting(&kept_offline(vault))?.as_deref() != Some("0"))
    }

    /// Lists the documents of a vault that are here and that the server has, so that they can be downloaded again.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn downloaded_documents(&self, vault: VaultId) -> Result<Vec<BlobRef>, SessionError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        let mut find = self.db.prepare_cached(
            "SELECT blob_id, ct_size, ct_root, max(item_id)
             FROM vault CROSS JOIN entry USING (vault_key) CROSS JOIN entry_blob USING (entry_key)
                 CROSS JOIN blob USING (blob_id)
             WHERE vault_key = ?1 AND seq <= confirmed AND body IS NOT NULL
                 AND blob_id NOT IN (SELECT blob_id FROM not_here)
                 AND blob_id NOT IN (SELECT blob_id FROM blob_sent WHERE sent <> 1)
             GROUP BY blob_id",
        )?;
        let found = find.query_map([vault_key], |row| Ok(read(row)?.blob))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Removes the files of documents of a vault that the server has, which are from then on downloaded when they are asked for.
    /// Returns how many.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault, [`SessionError::VaultReadOnly`] while the server is not to be believed
    /// that it has them; fails if the profile cannot be written.
    pub fn remove_copies(&mut self, vault: VaultId) -> Result<usize, SessionError> {
        if let Some(why @ (VaultReadOnly::Alarm | VaultReadOnly::BeingRestored)) =
            self.vaults.find(vault)?.read_only
        {
            return Err(SessionError::VaultReadOnly(why));
        }
        let here = self.downloaded_documents(vault)?;
        // A crash before could have left the files of these.
        let before: Vec<_> =
            self.missing_documents(vault)?.into_iter().map(|document| document.blob.blob_id).collect();
        self.write(|tx| {
            blobs::expect_confirmed(&tx.db, here.iter().map(|blob| &blob.blob_id))?;
            set(&tx.db, &kept_offline(vault), "0")
        })?;
        let removed = here.iter().map(|blob| blob.blob_id);
        for document in removed.clone().chain(before) {
            self.blobs.remove_copy(&document);
        }
        Ok(removed.len())
    }

    /// Sets it. Documents that are here already stay.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn set_keeps_offline(&mut self, vault: VaultId, kept: bool) -> Result<(), SessionError> {
        self.set_setting(&kept_offline(vault), if kept { "1" } else { "0" })
    }
}

fn kept_offline(vault: VaultId) -> String {
    [KEPT_OFFLINE, &vault.to_string()].concat()
}

/// The documents that the server lacks and entries of the outbox name, those of refused items left out.
pub(super) fn unsent(db: &Connection, vault_key: i64) -> Result<Vec<NamedDocument>, SessionError> {
    // In this order, since an outbox is short, but what is confirmed is not.
    let sql = [
        "SELECT blob_id, ct_size, ct_root, item_id, min(seq) AS needed
         FROM vault CROSS JOIN entry USING (vault_key) CROSS JOIN entry_blob USING (entry_key)
             CROSS JOIN blob USING (blob_id)
         WHERE vault_key = ?1 AND seq > confirmed AND NOT EXISTS (
             SELECT 1 FROM entry AS before INDEXED BY entry_of_item JOIN refused USING (entry_key)
             WHERE before.item_id = entry.item_id AND before.vault_key = entry.vault_key) AND ",
        LACKS,
        " GROUP BY blob_id ORDER BY needed, blob_id",
    ]
    .concat();
    let mut find = db.prepare_cached(&sql)?;
    let found = find.query_map([vault_key], read)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Which entries of an outbox wait for documents. Those after a waiting one of the same item wait with it.
pub(super) struct Waiting<'a> {
    lacks: CachedStatement<'a>,
    vault_key: i64,
    confirmed: u64,
    items: BTreeSet<ItemId>,
}

/// Whether an entry waits for documents.
pub(super) enum Next {
    /// It may be sent.
    Ready,
    /// It does not wait, but is based on entries of the outbox of which one waits.
    BasedOnWaiting,
    /// It waits.
    Waits,
}

impl<'a> Waiting<'a> {
    pub(super) fn new(db: &'a Connection, vault_key: i64, confirmed: u64) -> Result<Self, SessionError> {
        let sql =
            ["SELECT 1 FROM blob JOIN vault WHERE blob_id = ?1 AND vault_key = ?2 AND ", LACKS].concat();
        Ok(Self { lacks: db.prepare_cached(&sql)?, vault_key, confirmed, items: BTreeSet::new() })
    }

    /// Looks at the next entry.
    pub(super) fn next(&mut self, entry: &LogEntry) -> Result<Next, SessionError> {
        let LogEntry::Revision { revision, .. } = entry else { return Ok(Next::Ready) };
        let header = RevisionHeader::decode(&revision.header).map_err(|_| SessionError::DatabaseDamaged)?;
        let mut waits = self.items.contains(&header.item_id);
        for blob in &header.blobs {
            waits = waits || self.lacks.exists((blob.blob_id.as_bytes(), self.vault_key))?;
        }
        if waits {
            self.items.insert(header.item_id);
            return Ok(Next::Waits);
        }
        let is_based = !self.items.is_empty() && header.base_seq > self.confirmed;
        Ok(if is_based { Next::BasedOnWaiting } else { Next::Ready })
    }
}

/// The documents that an entry names.
pub(super) fn named_by(entry: &LogEntry) -> Vec<BlobRef> {
    let LogEntry::Revision { revision, .. } = entry else { return Vec::new() };
    RevisionHeader::decode(&revision.header).map(|header| header.blobs).unwrap_or_default()
}

/// The documents of an entry that a server refused for want of one. What is not here came from it: that is none, if others
/// are.
pub(super) fn lacking(db: &Connection, entry: &LogEntry) -> Result<Vec<BlobRef>, SessionError> {
    let mut is_away = db.prepare_cached("SELECT 1 FROM not_here WHERE blob_id = ?1")?;
    let (mut here, mut away) = (Vec::new(), Vec::new());
    for blob in named_by(entry) {
        if is_away.exists([blob.blob_id.as_bytes()])? {
            away.push(blob);
        } else {
            here.push(blob);
        }
    }
    Ok(if here.is_empty() { away } else { here })
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<NamedDocument> {
    let blob = BlobRef {
        blob_id: BlobId::from_bytes(row.get(0)?),
        ct_size: row.get(1)?,
        ct_root: CtRoot::from_bytes(row.get(2)?),
    };
    Ok(NamedDocument { blob, item: ItemId::from_bytes(row.get(3)?) })
}
