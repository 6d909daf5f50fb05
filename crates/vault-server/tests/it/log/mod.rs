//! Logs over the real database, judged by the verifier that clients use.

mod access;
mod batch;
mod compaction;
mod crash;
pub mod documents;
mod invitation;
mod page;
pub mod peer;
mod push;
mod recovery;
mod roster;
mod storage;
mod vaults;

use tempfile::TempDir;
use vault_server::log::Logs;
use vault_server::store::Store;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::Limits;

pub use peer::{Account, Peer};

use crate::support::{Database, Documents};

/// A server of its own in a folder that is deleted with it.
pub struct Server {
    pub logs: Logs,
    pub store: Store,
    pub database: Database,
    pub documents: Documents,
    pub folder: TempDir,
}

impl Server {
    pub fn new() -> Self {
        Self::with_limits(Limits::MAX)
    }

    pub fn with_limits(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(&folder);
        let (store, documents) = (database.open(), Documents::new(folder.path()));
        let logs = Logs::new(store.clone(), documents.open(), limits);
        Self { logs, store, database, documents, folder }
    }

    /// Gives an account the row of a registration, as far as its certificate matters.
    pub fn store_certificate(&self, account: &Account) {
        let bytes = |bytes: &[u8]| self.database.bytes(bytes);
        let (id, empty) = (bytes(account.id().as_bytes()), bytes(b""));
        let certificate = bytes(&account.certificate.encode());
        self.database.execute(&format!(
            "INSERT INTO account
             VALUES ({id}, '', 0, 0, 1, 0, 0, 0, {empty}, {empty}, {empty}, {certificate}, {empty})"
        ));
    }

    /// Another node on the same database, without anything in memory.
    pub fn other_node(&self) -> Logs {
        Logs::new(self.store.clone(), self.documents.open(), Limits::MAX)
    }
}
