//! Logs over the real database, judged by the verifier that clients use.

mod access;
mod batch;
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

use rusqlite::{Connection, params};
use tempfile::TempDir;
use vault_server::chunks::Chunks;
use vault_server::log::Logs;
use vault_server::store::{Options, Store};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::Limits;

pub use peer::{Account, Peer};

/// A server of its own in a folder that is deleted with it.
pub struct Server {
    pub logs: Logs,
    pub store: Store,
    pub folder: TempDir,
}

impl Server {
    pub fn new() -> Self {
        Self::with_limits(Limits::MAX)
    }

    pub fn with_limits(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        Self { logs: Logs::new(store.clone(), chunks(&folder), limits), store, folder }
    }

    /// Gives an account the row of a registration, as far as its certificate matters.
    pub fn store_certificate(&self, account: &Account) {
        let db = Connection::open(self.folder.path().join("server.db")).unwrap();
        let insert = "INSERT INTO account VALUES (?, '', 0, 0, 1, 0, 0, 0, x'', x'', x'', ?, x'')";
        let id = account.id();
        db.execute(insert, params![id.as_bytes().as_slice(), account.certificate.encode()]).unwrap();
    }

    /// Another node on the same database, without anything in memory.
    pub fn other_node(&self) -> Logs {
        Logs::new(self.store.clone(), chunks(&self.folder), Limits::MAX)
    }
}

pub fn chunks(folder: &TempDir) -> Chunks {
    Chunks::in_folder(&folder.path().join("documents")).unwrap()
}

pub fn open(folder: &TempDir) -> Store {
    Store::open(&folder.path().join("server.db"), &Options::default()).unwrap()
}
