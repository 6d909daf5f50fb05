//! Reading the local activity log.

use rusqlite::{Connection, OptionalExtension, Row};
use vault_wire::{ItemId, VaultId};

use super::event::{Event, EventKind};
use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::state::Session;

impl Session {
    /// Returns the newest event of a kind.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn last_event(&self, kind: EventKind) -> Result<Option<Event>, SessionError> {
        let mut find = self.db.prepare_cached(
            "SELECT at, kind, vault_id, item_id, count FROM event WHERE kind = ?1 ORDER BY event_key DESC LIMIT 1",
        )?;
        let found = find.query_row([kind as i64], |row| read(row, kind)).optional()?;
        Ok(found)
    }

    /// Returns the activity log, newest first. Unknown kinds, of a newer program, are left out.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn events(&self, offset: u32, limit: u32) -> Result<Vec<Event>, SessionError> {
        let mut page = self.db.prepare_cached(
            "SELECT at, kind, vault_id, item_id, count FROM event ORDER BY event_key DESC LIMIT ?1 OFFSET ?2",
        )?;
        let mut rows = page.query((limit, offset))?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            let Some(kind) = EventKind::from_number(row.get(1)?) else { continue };
            events.push(read(row, kind)?);
        }
        Ok(events)
    }
}

/// Reads events before one, newest first, and the number of the last row that was read.
pub(super) fn before(
    db: &Connection,
    before: i64,
    limit: usize,
) -> Result<(Vec<Event>, Option<i64>), SessionError> {
    let mut page = db.prepare_cached(
        "SELECT at, kind, vault_id, item_id, count, event_key FROM event
         WHERE event_key < ?1 ORDER BY event_key DESC LIMIT ?2",
    )?;
    let mut rows = page.query((before, i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let (mut events, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        last = Some(row.get(5)?);
        let Some(kind) = EventKind::from_number(row.get(1)?) else { continue };
        events.push(read(row, kind)?);
    }
    Ok((events, last))
}

fn read(row: &Row<'_>, kind: EventKind) -> rusqlite::Result<Event> {
    Ok(Event {
        at: Timestamp(row.get(0)?),
        kind,
        vault: row.get::<_, Option<[u8; 16]>>(2)?.map(VaultId::from_bytes),
        item: row.get::<_, Option<[u8; 16]>>(3)?.map(ItemId::from_bytes),
        count: row.get(4)?,
    })
}
