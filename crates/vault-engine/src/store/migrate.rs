//! Migration of the database: numbered steps from one schema version to the next, forward only.

use rusqlite::Connection;

use super::error::OpenError;

/// Makes a checked copy of a database before it is migrated to the given schema version.
pub(crate) type CopyFirst<'a> = &'a mut dyn FnMut(&Connection, u32) -> Result<(), OpenError>;

/// The steps in order; the first one creates the tables. A released step is never changed.
pub(crate) const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_profile.sql"),
    include_str!("../../migrations/0002_vaults_events_templates.sql"),
    include_str!("../../migrations/0003_epoch_keys.sql"),
    include_str!("../../migrations/0004_sync.sql"),
    include_str!("../../migrations/0005_members.sql"),
    include_str!("../../migrations/0006_directory.sql"),
];

/// The newest schema version that this program knows.
pub(crate) const NEWEST: u32 = 6;
const _: () = assert!(STEPS.len() == NEWEST as usize);

/// Returns the schema version of the database.
pub(crate) fn version(db: &Connection) -> rusqlite::Result<u32> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Runs the missing steps, each in a transaction. Before a database with content is changed, `copy_first` must make a
/// checked copy; it receives the next schema version.
pub(crate) fn migrate(
    db: &Connection,
    from: u32,
    steps: &[&str],
    copy_first: CopyFirst<'_>,
) -> Result<(), OpenError> {
    if let Some(next) = from.checked_add(1).filter(|next| *next > 1 && steps.len() >= *next as usize) {
        copy_first(db, next)?;
    }
    for (number, step) in (1_u32..).zip(steps).filter(|(number, _)| *number > from) {
        let step_taken = db.unchecked_transaction()?;
        step_taken.execute_batch(step)?;
        step_taken.pragma_update(None, "user_version", number)?;
        step_taken.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use vault_crypto::{Header, KdfParams, PasswordSlot, RootKey, SecretKey, SecretText};
    use vault_testkit::FixedRng;
    use vault_wire::ProfileId;

    use super::*;
    use crate::backup::Source;
    use crate::backup::before_migration;
    use crate::clock::Timestamp;
    use crate::disk::DiskError;
    use crate::disk::Folder;
    use crate::disk::files;
    use crate::session::keys::BackupKeys;
    use crate::store::copy::{check_pages, form};
    use crate::store::open::{Mode, open_with, refuse_migration};

    /// The existing steps and a further one.
    const NEXT: &[&str] = &[
        STEPS[0],
        STEPS[1],
        STEPS[2],
        STEPS[3],
        STEPS[4],
        STEPS[5],
        "CREATE TABLE next (number INTEGER) STRICT",
    ];

    /// A profile's folder of the current schema version, with what a backup reads.
    fn profile() -> (tempfile::TempDir, Folder, Arc<BackupKeys>) {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path().to_owned());
        let (id, root_key) = (ProfileId::from_bytes([7; 16]), RootKey::from_bytes(&[1; 32]));
        let (password, secret_key) = (SecretText::from("x"), SecretKey::from_bytes(&[2; 16]));
        let mut rng = FixedRng::new(1);
        let slot = PasswordSlot::make(&id, &root_key, &password, &secret_key, KdfParams::TEST, &mut rng);
        let header = Header::new(id, slot.ok().unwrap().0);
        files::replace(&folder.keys(), &header.to_file(&root_key)).unwrap();
        let keys = Arc::new(BackupKeys::derive(id, &root_key, None));
        let db = open_with(&folder.database(), &keys.database, Mode::Create, STEPS, &mut refuse_migration)
            .unwrap();
        db.execute("INSERT INTO setting VALUES ('a', 'b')", []).unwrap();
        db.close().map_err(|(_, error)| error).unwrap();
        (temporary, folder, keys)
    }

    #[test]
    fn database_is_migrated_only_after_a_checked_copy() {
        let (_temporary, folder, keys) = profile();
        let mut asked = Vec::new();
        let mut copy_first = |db: &Connection, next| {
            asked.push((form(db).unwrap(), next));
            let source = Source { db, folder: &folder, keys: keys.clone(), now: Timestamp(1), frozen: None };
            before_migration(&source, next).map(drop).map_err(OpenError::from)
        };
        let open = |copy_first: CopyFirst<'_>| {
            open_with(&folder.database(), &keys.database, Mode::Write, NEXT, copy_first)
        };
        let db = open(&mut copy_first).unwrap();
        assert_eq!(form(&db), Ok(7));
        drop(db);
        let copy = folder.path().join("backups/before-form-7.tar");
        let written = fs::read(&copy).unwrap();
        // Opened again, there is nothing to migrate, and the copy of the older version is kept.
        drop(open(&mut copy_first).unwrap());
        assert_eq!(asked, [(6, 7)]);
        assert_eq!(fs::read(&copy).unwrap(), written);

        // The copy has the database as it was.
        let at = written.windows(9).position(|bytes| bytes == b"vault.db\0").unwrap();
        let size = std::str::from_utf8(&written[at + 124..at + 135]).unwrap();
        let size = usize::from_str_radix(size, 8).unwrap();
        let old = folder.path().join("old.db");
        fs::write(&old, &written[at + 512..at + 512 + size]).unwrap();
        let old = open_with(&old, &keys.database, Mode::Read, STEPS, &mut refuse_migration).unwrap();
        check_pages(&old).unwrap();
        let value: String = old.query_row("SELECT value FROM setting", [], |row| row.get(0)).unwrap();
        assert_eq!((value.as_str(), form(&old)), ("b", Ok(6)));
    }

    #[test]
    fn without_a_valid_copy_nothing_is_migrated() {
        let (_temporary, folder, keys) = profile();
        let open = |copy_first: CopyFirst<'_>| {
            open_with(&folder.database(), &keys.database, Mode::Write, NEXT, copy_first)
        };
        let full = &mut |_: &Connection, _| Err(OpenError::Disk(DiskError::Full));
        assert_eq!(open(full).err(), Some(OpenError::Disk(DiskError::Full)));
        assert_eq!(open(&mut refuse_migration).err(), Some(OpenError::Fault));
        // With an unreadable key file the copy is invalid.
        fs::write(folder.keys(), "x").unwrap();
        let mut copy_first = |db: &Connection, next| {
            let source = Source { db, folder: &folder, keys: keys.clone(), now: Timestamp(1), frozen: None };
            before_migration(&source, next).map(drop).map_err(OpenError::from)
        };
        assert_eq!(open(&mut copy_first).err(), Some(OpenError::Damaged));
        let db =
            open_with(&folder.database(), &keys.database, Mode::Read, STEPS, &mut refuse_migration).unwrap();
        assert_eq!(form(&db), Ok(6));
        assert_eq!(fs::read_dir(folder.path().join("backups")).unwrap().count(), 0);
    }
}
