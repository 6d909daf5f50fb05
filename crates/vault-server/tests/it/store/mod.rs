//! The store: transactions, migrations, and what the statements of the whole crate must be like.

mod migration;
mod portable;
mod transaction;

use tempfile::TempDir;
use vault_server::store::{Options, Store};

/// A new database in a folder that is deleted with the handle.
fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("server.db"), &Options::default()).unwrap();
    (folder, store)
}
