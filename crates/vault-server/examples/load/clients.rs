//! Many clients at once, each with a connection on which it waits for each answer.

use vault_wire::cbor::Canonical as _;
use vault_wire::message::{LogPage, PushReply, PushResult};

use crate::bench::{Bench, Owner, Vault, session};
use crate::connection::Connection;
use crate::report::Load;

/// A client with the vault that it uses.
pub struct Client {
    pub connection: Connection,
    path: String,
}

impl Client {
    /// Opens an account, a vault and a connection.
    pub async fn open<'a>(bench: &Bench, owner: &'a Owner, number: u64) -> (Self, Vault<'a>) {
        let session = session(&bench.app, owner, number).await;
        let vault = Vault::found(&bench.app, owner, number).await;
        (Self::of(bench, &session, &vault).await, vault)
    }

    pub async fn of(bench: &Bench, session: &crate::connection::Session, vault: &Vault<'_>) -> Self {
        let path = format!("/v1/vaults/{}/log", vault.id);
        Self { connection: Connection::open(bench, session).await, path }
    }

    /// Sends batches of one entry, which must be accepted.
    async fn push(mut self, batches: Vec<Vec<u8>>) -> Self {
        for batch in batches {
            let answer = self.connection.send("POST", &self.path, Some("application/cbor"), &batch).await;
            let reply: PushReply = answer.cbor();
            assert!(matches!(reply.results[..], [PushResult::Accepted { .. }]), "{:?}", reply.results);
        }
        self
    }

    /// Reads what follows an entry so many times; it must be so many entries.
    async fn pull(mut self, after: u64, entries: usize, times: usize) -> Self {
        let path = format!("{}?after={after}&limit={}", self.path, entries.max(1));
        for _ in 0..times {
            let page: LogPage = self.connection.get(&path).await.cbor();
            assert_eq!(page.entries.len(), entries);
        }
        self
    }
}

/// Lets clients work at the same time, and returns them in their order.
async fn together(
    work: impl IntoIterator<Item = impl Future<Output = Client> + Send + 'static>,
) -> Vec<Client> {
    let tasks: Vec<_> = work.into_iter().map(tokio::spawn).collect();
    let mut done = Vec::with_capacity(tasks.len());
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

/// Batches of one entry.
pub fn batches(vault: &mut Vault<'_>, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|_| vault.batch(1).encode()).collect()
}

/// Clients push batches that were made before.
pub async fn push(bench: &Bench, clients: Vec<Client>, batches: Vec<Vec<Vec<u8>>>) -> (Vec<Client>, Load) {
    let (count, mut done) = (batches.iter().map(Vec::len).sum(), Vec::new());
    let load = Load::of(&bench.program, async {
        done = together(clients.into_iter().zip(batches).map(|(client, batches)| client.push(batches))).await;
        count
    });
    let load = load.await;
    (done, load)
}

/// Clients read what follows an entry, so many times each.
pub async fn pull(
    bench: &Bench,
    clients: Vec<Client>,
    after: u64,
    entries: usize,
    each: usize,
) -> (Vec<Client>, Load) {
    let (count, mut done) = (clients.len() * each, Vec::new());
    let load = Load::of(&bench.program, async {
        done = together(clients.into_iter().map(|client| client.pull(after, entries, each))).await;
        count
    });
    let load = load.await;
    (done, load)
}
