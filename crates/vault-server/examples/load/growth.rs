//! What a push and a pull cost in large databases, and chunks of documents.

use rusqlite::{Connection, params};

use crate::bench::{Bench, Owner, Vault, session};
use crate::clients::{Client, batches, pull, push};
use crate::report::{Load, median, row};

const ROUNDS: usize = 3;
const PUSHES: usize = 100;
const PULLS: usize = 200;

/// Rows of entries as a vault has them, with other hashes.
const ENTRIES: &str = "WITH RECURSIVE n(seq) AS (SELECT ?2 UNION ALL SELECT seq + 1 FROM n WHERE seq < ?3)
     INSERT INTO entry SELECT e.vault_id, n.seq, e.content, e.signatures, randomblob(32), randomblob(16), e.body_hash, e.body
     FROM n, entry e WHERE e.vault_id = ?1 AND e.seq = 2";
const ITEMS: &str = "INSERT INTO item_head SELECT vault_id, item_id, seq, root FROM entry
     WHERE vault_id = ?1 AND seq BETWEEN ?2 AND ?3";
const HEAD: &str = "UPDATE vault_head SET head_seq = ?2, head_root =
     (SELECT root FROM entry WHERE vault_id = ?1 AND seq = ?2) WHERE vault_id = ?1";

/// Clients with one vault each, all of which have so many entries.
async fn of_entries(clients: u64, entries: u64) -> (Load, Load) {
    let bench = Bench::start(1);
    let owners: Vec<_> = (0..clients).map(|number| Owner::new(number + 1)).collect();
    let (mut ready, mut vaults) = (Vec::new(), Vec::new());
    for (number, owner) in (0..).zip(&owners) {
        let (client, mut vault) = Client::open(&bench, owner, number).await;
        vault.chained = false;
        ready.push(client);
        vaults.push(vault);
    }
    let made = vaults.iter_mut().map(|vault| batches(vault, 1)).collect();
    (ready, _) = push(&bench, ready, made).await;
    let connection = Connection::open(bench.file()).unwrap();
    for vault in &vaults {
        let id = vault.id.as_bytes();
        for first in (3..=entries).step_by(10_000) {
            let last = entries.min(first + 9_999);
            let tx = connection.unchecked_transaction().unwrap();
            tx.execute(ENTRIES, params![id, first, last]).unwrap();
            tx.execute(ITEMS, params![id, first, last]).unwrap();
            tx.execute(HEAD, params![id, last]).unwrap();
            tx.commit().unwrap();
        }
    }
    loads(&bench, ready, &mut vaults, entries).await
}

async fn loads(
    bench: &Bench,
    mut ready: Vec<Client>,
    vaults: &mut [Vault<'_>],
    entries: u64,
) -> (Load, Load) {
    let (mut pushes, mut pulls) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let made = vaults.iter_mut().map(|vault| batches(vault, PUSHES)).collect();
        let (done, load) = push(bench, ready, made).await;
        pushes.push(load);
        let (done, load) = pull(bench, done, entries / 2, 1, PULLS).await;
        pulls.push(load);
        ready = done;
    }
    (median(pushes), median(pulls))
}

/// Vaults with more and more entries, each beside the smallest.
pub async fn entries(most: u64) {
    let mut smallest = None;
    for entries in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|entries| *entries <= most) {
        let (pushes, pulls) = of_entries(4, entries).await;
        let (push, pull) = *smallest.get_or_insert((pushes, pulls));
        for (what, load, first) in [("pushes to", pushes, push), ("pulls from", pulls, pull)] {
            let beside = format!("with 1000: {:.2} ms CPU", first.milliseconds());
            let ratio = load.milliseconds() / first.milliseconds();
            row(&format!("{what} 4 vaults of {entries} entries"), &load.to_string(), Some((&beside, ratio)));
        }
    }
}

/// More and more vaults, of which four are used.
pub async fn vaults(most: u64) {
    let mut smallest = None;
    for count in [10, 1_000, 10_000].into_iter().filter(|count| *count <= most) {
        let bench = Bench::start(1);
        let owners: Vec<_> = (0..4).map(|number| Owner::new(number + 1)).collect();
        for number in 4..count {
            Vault::found(&bench.app, &owners[usize::try_from(number % 4).unwrap()], number).await;
        }
        let (mut ready, mut vaults) = (Vec::new(), Vec::new());
        for (number, owner) in (0..).zip(&owners) {
            let (client, vault) = Client::open(&bench, owner, number).await;
            ready.push(client);
            vaults.push(vault);
        }
        let made = vaults.iter_mut().map(|vault| batches(vault, 1)).collect();
        (ready, _) = push(&bench, ready, made).await;
        let (pushes, pulls) = loads(&bench, ready, &mut vaults, 2).await;
        let (push, pull) = *smallest.get_or_insert((pushes, pulls));
        for (what, load, first) in [("pushes", pushes, push), ("pulls", pulls, pull)] {
            let beside = format!("with 10: {:.2} ms CPU", first.milliseconds());
            let ratio = load.milliseconds() / first.milliseconds();
            row(&format!("{what}, {count} vaults on the server"), &load.to_string(), Some((&beside, ratio)));
        }
    }
}

/// One client sends and reads chunks of 4 MiB.
pub async fn chunks() {
    use vault_wire::BlobId;
    use vault_wire::blob::BlobLayout;
    use vault_wire::cbor::Canonical as _;
    use vault_wire::message::DeclareBlob;
    const CHUNKS: u32 = 32;
    let bench = Bench::start(1);
    let owner = Owner::new(1);
    let session = session(&bench.app, &owner, 0).await;
    let vault = Vault::found(&bench.app, &owner, 0).await;
    let mut connection = crate::connection::Connection::open(&bench, &session).await;
    let layout = BlobLayout::new(u64::from(CHUNKS) << 22).unwrap();
    let id = BlobId::from_bytes([7; 16]);
    let declare = DeclareBlob::new(id, layout.sealed()).unwrap().encode();
    let path = format!("/v1/vaults/{}/blobs", vault.id);
    assert_eq!(connection.send("POST", &path, Some("application/cbor"), &declare).await.status, 200);
    let chunk = |number| vec![7_u8; usize::try_from(layout.chunk_len(number)).unwrap() + 16];
    let chunks: Vec<_> = (0..layout.chunks()).map(chunk).collect();
    let before = bench.program.memory();
    let put = Load::of(&bench.program, async {
        for (number, chunk) in chunks.iter().enumerate() {
            let path = format!("{path}/{id}/{number}");
            let answer = connection.send("PUT", &path, Some("application/octet-stream"), chunk).await;
            assert_eq!(answer.status, 204);
        }
        chunks.len()
    });
    let put = put.await;
    let got = Load::of(&bench.program, async {
        for number in 0..chunks.len() {
            let answer = connection.get(&format!("{path}/{id}/{number}")).await;
            assert_eq!(answer.status, 200);
        }
        chunks.len()
    });
    let got = got.await;
    let memory = (bench.program.memory().saturating_sub(before)) / 1024;
    row("chunks of 4 MiB, sent", &put.to_string(), None);
    row("chunks of 4 MiB, read", &format!("{got}; {memory} MiB more private memory afterwards"), None);
}
