//! The local activity log: what was done that no item's history shows. It holds ids and numbers, nothing that a person
//! typed.

use rusqlite::Connection;
use vault_wire::{ItemId, VaultId};

use crate::clock::Timestamp;
use crate::disk::DiskError;
use crate::session::error::SessionError;
use crate::session::rows::view::time;
use crate::session::state::Session;

/// Events that are kept; the oldest goes when a new one comes.
const KEPT: i64 = 10_000;

/// What was done; the number is the one in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum EventKind {
    /// The profile was unlocked.
    Unlocked = 1,
    /// The master password was changed.
    PasswordChanged = 2,
    /// An item was taken out of a backup.
    TakenFromBackup = 3,
    /// A vault was made.
    VaultCreated = 10,
    /// A vault got another name, colour, icon or place.
    VaultChanged = 11,
    /// A vault was deleted.
    VaultDeleted = 12,
    /// Items were moved to another vault.
    Moved = 20,
    /// Items were copied.
    Copied = 21,
    /// Items were deleted for good.
    Purged = 22,
    /// Earlier revisions were removed.
    HistoryPurged = 23,
    /// A change of several items was undone.
    Undone = 24,
    /// A folder was renamed or moved.
    FolderRenamed = 25,
    /// A tag was renamed, merged or taken off everything.
    TagRenamed = 26,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Unlocked,
        Self::PasswordChanged,
        Self::TakenFromBackup,
        Self::VaultCreated,
        Self::VaultChanged,
        Self::VaultDeleted,
        Self::Moved,
        Self::Copied,
        Self::Purged,
        Self::HistoryPurged,
        Self::Undone,
        Self::FolderRenamed,
        Self::TagRenamed,
    ];

    fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == number)
    }
}

/// One line of the activity log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// The vault it was about.
    pub vault: Option<VaultId>,
    /// The item it was about, if it was one.
    pub item: Option<ItemId>,
    /// How many items it was about.
    pub count: u32,
}

/// Writes a line; of the items only one is named, of more only their number is kept.
pub(crate) fn note(
    db: &Connection,
    at: Timestamp,
    kind: EventKind,
    vault: Option<VaultId>,
    items: &[ItemId],
) -> Result<(), SessionError> {
    let item = if let [only] = items { Some(only.as_bytes()) } else { None };
    let mut insert = db.prepare_cached(
        "INSERT INTO event (at, kind, vault_id, item_id, count) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let vault = vault.as_ref().map(VaultId::as_bytes);
    insert.execute((time(at.0), kind as i64, vault, item, time(items.len() as u64)))?;
    let newest = db.last_insert_rowid();
    db.prepare_cached("DELETE FROM event WHERE event_key <= ?1")?.execute([newest.saturating_sub(KEPT)])?;
    Ok(())
}

/// Notes that the profile was unlocked. It is worth no wait for the disk, and no failure: a full one opens, too.
pub(crate) fn note_unlock(db: &Connection, now: Timestamp) -> Result<(), SessionError> {
    db.pragma_update(None, "synchronous", "NORMAL")?;
    let noted = note(db, now, EventKind::Unlocked, None, &[]);
    db.pragma_update(None, "synchronous", "FULL")?;
    if noted == Err(SessionError::Disk(DiskError::Full)) { Ok(()) } else { noted }
}

impl Session {
    /// The activity log, newest first. Kinds that only a newer program knows are left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn events(&self, offset: u32, limit: u32) -> Result<Vec<Event>, SessionError> {
        let mut page = self.db.prepare_cached(
            "SELECT at, kind, vault_id, item_id, count FROM event ORDER BY event_key DESC LIMIT ?1 OFFSET ?2",
        )?;
        let mut rows = page.query((limit, offset))?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            let Some(kind) = EventKind::from_number(row.get(1)?) else { continue };
            events.push(Event {
                at: Timestamp(row.get(0)?),
                kind,
                vault: row.get::<_, Option<[u8; 16]>>(2)?.map(VaultId::from_bytes),
                item: row.get::<_, Option<[u8; 16]>>(3)?.map(ItemId::from_bytes),
                count: row.get(4)?,
            });
        }
        Ok(events)
    }
}
