//! The local activity log: events that no item's history shows. It has ids and numbers, nothing that a user typed.

use rusqlite::Connection;
use vault_wire::{ItemId, VaultId};

use crate::clock::Timestamp;
use crate::disk::DiskError;
use crate::session::error::SessionError;
use crate::session::rows::view::time;

/// Events that are kept; a new one replaces the oldest.
const KEPT: i64 = 10_000;

/// The kind of an event. The number is the one in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum EventKind {
    /// The profile was unlocked.
    Unlocked = 1,
    /// The master password was changed.
    PasswordChanged = 2,
    /// An item was restored from a backup.
    TakenFromBackup = 3,
    /// A vault was created.
    VaultCreated = 10,
    /// A vault's name, colour, icon or position was changed.
    VaultChanged = 11,
    /// A vault was deleted.
    VaultDeleted = 12,
    /// Items were moved to another vault.
    Moved = 20,
    /// Items were copied.
    Copied = 21,
    /// Items were deleted permanently.
    Purged = 22,
    /// Superseded revisions were removed.
    HistoryPurged = 23,
    /// A change of several items was undone.
    Undone = 24,
    /// A folder was renamed or moved.
    FolderRenamed = 25,
    /// A tag was renamed, merged or removed from all items.
    TagRenamed = 26,
    /// The server of a vault was restored from a backup and lacks entries.
    ServerRestored = 30,
    /// The server has everything again; some of the entries were sent by this computer.
    ServerComplete = 31,
    /// The server contradicted what it showed before.
    AlarmRaised = 32,
    /// The server has everything again that it contradicted.
    AlarmEnded = 33,
    /// The words of the log were compared with those of another device of the account.
    Compared = 34,
    /// An owner chose the history of a vault that the server has; the other one was merged onto it.
    HistoryChosen = 35,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [Self; 19] = [
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
        Self::ServerRestored,
        Self::ServerComplete,
        Self::AlarmRaised,
        Self::AlarmEnded,
        Self::Compared,
        Self::HistoryChosen,
    ];

    pub(super) fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == number)
    }
}

/// An event of the activity log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its time.
    pub at: Timestamp,
    /// Its kind.
    pub kind: EventKind,
    /// The vault, if there is one.
    pub vault: Option<VaultId>,
    /// The item, if it was exactly one.
    pub item: Option<ItemId>,
    /// The number of items, or of the entries that were sent again.
    pub count: u32,
}

/// Adds an event. One item is named; of several only the number is stored.
pub(crate) fn note(
    db: &Connection,
    at: Timestamp,
    kind: EventKind,
    vault: Option<VaultId>,
    items: &[ItemId],
) -> Result<(), SessionError> {
    let item = if let [only] = items { Some(only) } else { None };
    insert(db, (at, kind, vault), item, items.len() as u64)
}

/// Adds an event with a number of entries.
pub(crate) fn note_entries(
    db: &Connection,
    at: Timestamp,
    kind: EventKind,
    vault: VaultId,
    entries: u64,
) -> Result<(), SessionError> {
    insert(db, (at, kind, Some(vault)), None, entries)
}

fn insert(
    db: &Connection,
    (at, kind, vault): (Timestamp, EventKind, Option<VaultId>),
    item: Option<&ItemId>,
    count: u64,
) -> Result<(), SessionError> {
    let mut insert = db.prepare_cached(
        "INSERT INTO event (at, kind, vault_id, item_id, count) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let vault = vault.as_ref().map(VaultId::as_bytes);
    insert.execute((time(at.0), kind as i64, vault, item.map(ItemId::as_bytes), time(count)))?;
    let newest = db.last_insert_rowid();
    db.prepare_cached("DELETE FROM event WHERE event_key <= ?1")?.execute([newest.saturating_sub(KEPT)])?;
    Ok(())
}

/// Records an unlock, without a sync and ignoring a full disk: a profile on a full disk opens as well.
pub(crate) fn note_unlock(db: &Connection, now: Timestamp) -> Result<(), SessionError> {
    db.pragma_update(None, "synchronous", "NORMAL")?;
    let noted = note(db, now, EventKind::Unlocked, None, &[]);
    db.pragma_update(None, "synchronous", "FULL")?;
    if noted == Err(SessionError::Disk(DiskError::Full)) { Ok(()) } else { noted }
}
