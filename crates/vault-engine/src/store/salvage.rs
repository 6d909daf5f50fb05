//! Reading a database with damaged pages.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use vault_crypto::DatabaseKey;

use super::error::OpenError;
use super::older;
use super::open;
use super::open::{Mode, refuse_migration};

/// A damaged database, opened for reading. It may be of any schema version that this program knows.
///
/// After a page that does not authenticate SQLCipher reads nothing more over the same connection, so a new connection
/// is opened after each failure.
pub(crate) struct Salvage {
    path: PathBuf,
    key: Arc<DatabaseKey>,
    db: Option<Connection>,
}

impl Salvage {
    /// Opens the database. Fails if its first page is damaged: nothing can be read without the schema.
    pub(crate) fn open(path: &Path, key: Arc<DatabaseKey>) -> Result<Self, OpenError> {
        let db = Some(connect(path, &key)?);
        Ok(Self { path: path.to_owned(), key, db })
    }

    /// Runs one query; `None` if it needs a damaged page.
    pub(crate) fn ask<T, E>(&mut self, question: impl FnOnce(&Connection) -> Result<T, E>) -> Option<T> {
        if self.db.is_none() {
            self.db = connect(&self.path, &self.key).ok();
        }
        let answer = question(self.db.as_ref()?);
        if answer.is_err() {
            self.db = None;
        }
        answer.ok()
    }

    /// Returns the number of pages that do not authenticate.
    pub(crate) fn damaged_pages(&mut self) -> u64 {
        let counted = self.ask(|db| -> rusqlite::Result<_> {
            let mut check = db.prepare("PRAGMA cipher_integrity_check")?;
            let mut failures = check.query([])?;
            let mut count = 0;
            while failures.next()?.is_some() {
                count += 1;
            }
            Ok(count)
        });
        counted.unwrap_or_default()
    }
}

fn connect(path: &Path, key: &DatabaseKey) -> Result<Connection, OpenError> {
    let db = open(path, key, Mode::Check, &mut refuse_migration)?;
    older::supplement(&db)?;
    Ok(db)
}
