//! Numbered steps from one form of the database to the next, forward only.

use rusqlite::Connection;

/// The steps in order; the first one makes the database. A step that was released is never changed.
const STEPS: &[&str] = &[include_str!("../../migrations/0001_profile.sql")];

/// The newest form this program knows.
pub(crate) const NEWEST: u32 = 1;
const _: () = assert!(STEPS.len() == NEWEST as usize);

/// The form the database is in.
pub(super) fn version(db: &Connection) -> rusqlite::Result<u32> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Takes the steps that are missing, each whole or not at all.
pub(super) fn migrate(db: &Connection, from: u32) -> rusqlite::Result<()> {
    for (number, step) in (1_u32..).zip(STEPS).filter(|(number, _)| *number > from) {
        let step_taken = db.unchecked_transaction()?;
        step_taken.execute_batch(step)?;
        step_taken.pragma_update(None, "user_version", number)?;
        step_taken.commit()?;
    }
    Ok(())
}
