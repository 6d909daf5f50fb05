//! The store: transactions, migrations, and what the statements of the whole crate must be like.

mod migration;
pub mod portable;
mod transaction;

use tempfile::TempDir;
use vault_server::store::Store;

use crate::support::Database;

/// A new database, perhaps in a folder that is deleted with the handle.
fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Database::new(&folder).open();
    (folder, store)
}
