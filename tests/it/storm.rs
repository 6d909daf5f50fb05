//! Two programs and a server, each killed again and again while they work, over a slow network that cuts connections. Afterwards
//! both programs have the same, and everything that was typed is in an item or its history.
//!
//! Each of the three is a process of its own. What is done follows from the seed; how it interleaves, from the machine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rand_core::Rng as _;
use tempfile::TempDir;
use vault_engine::item::encode;
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{Opened, Put, Query, Session};
use vault_testkit::FixedRng;
use vault_wire::{ContentHash, ItemId};

use crate::background::{Running, join, open};
use crate::documents::content;
use crate::support::{
    CHILD, Computer, FOLDER, Process, ROLE, RoughNetwork, TestServer, introduce, introduction, number,
};

const NAME: &str = "storm::kills_and_cut_connections_lose_nothing";

/// Kills in an ordinary test run.
const KILLS: u64 = 24;
/// The most that the network carries between two kills.
const PIECES: usize = 600;
/// A program that has so many changes to send changes nothing more.
const UNSENT: u64 = 12;
/// A profile with so many items gets no more of them.
const ITEMS: usize = 120;
/// The most that a process may need, in KiB. It does not grow with the time that it works.
const MEMORY: u64 = 256 * 1024;

/// The server of a folder, until it is killed.
async fn serve(folder: &Path) {
    let server = TestServer::at(folder).await;
    introduce(&server, 1).await;
    std::future::pending::<()>().await;
}

/// A user who types and synchronizes at once, until the process is killed. Prints what was typed once it is stored.
async fn work(folder: &Path, seed: u64) {
    let computer = Arc::new(Computer::at(folder));
    let mut user = User { rng: FixedRng::new(seed), seed, typed: 0 };
    let mut running = Running::start(computer.clone());
    loop {
        if computer.work(|session| unsent(session)) < UNSENT {
            println!("typed {}", user.change(&computer));
        }
        let ended = running.watcher.now().ended;
        running.signals.now();
        tokio::select! {
            _ = running.watcher.until(|seen| seen.ended > ended) => {}
            stopped = &mut running.task => panic!("{stopped:?}"),
        }
    }
}

fn unsent(session: &Session) -> u64 {
    session.sync_status().unwrap().iter().map(|vault| vault.unsent).sum()
}

struct User {
    rng: FixedRng,
    seed: u64,
    typed: u64,
}

impl User {
    fn below(&mut self, bound: usize) -> usize {
        self.rng.next_u32() as usize % bound
    }

    /// Changes something; returns the value that it has now.
    fn change(&mut self, computer: &Computer) -> String {
        self.typed += 1;
        let value = format!("value-{}-{}", self.seed, self.typed);
        let items = computer.work(|session| items(session, Scope::All));
        match self.below(8) {
            0..=1 if items.len() < ITEMS => drop(computer.add(&value)),
            2 if items.len() < ITEMS => {
                let size = self.below(40_000);
                computer.add_documents(&value, &[&document(&value, size)]);
            }
            _ if items.is_empty() => drop(computer.add(&value)),
            kind => {
                let id = *items.get(self.below(items.len())).unwrap();
                computer.work(|session| {
                    let Opened { mut item, revision, .. } = session.get(id).unwrap();
                    if kind == 3 {
                        value.clone_into(&mut item.title);
                    } else {
                        item.notes = value.as_str().into();
                    }
                    session.put(Put::change(id, revision, item)).unwrap();
                    match kind {
                        4 => {
                            session.trash(&[id]).unwrap();
                        }
                        5 => {
                            let trashed = items_in_trash(session);
                            session.restore(&trashed).unwrap();
                        }
                        _ => {}
                    }
                });
            }
        }
        value
    }
}

/// The content of the document that was added with this value.
fn document(value: &str, size: usize) -> Vec<u8> {
    content(u64::from_be_bytes(ContentHash::of(value.as_bytes()).as_bytes()[..8].try_into().unwrap()), size)
}

fn items(session: &mut Session, scope: Scope) -> Vec<ItemId> {
    let query = Query { text: String::new(), scope, sort: Sort::Title, offset: 0, limit: 1_000 };
    session.list(&query).unwrap().rows.into_iter().map(|row| row.id).collect()
}

fn items_in_trash(session: &mut Session) -> Vec<ItemId> {
    items(session, Scope::Trash)
}

/// All that a computer shows.
pub fn shown(session: &mut Session) -> BTreeMap<ItemId, Vec<u8>> {
    let all = [items(session, Scope::All), items(session, Scope::Trash)].concat();
    all.into_iter().map(|id| (id, encode(&session.get(id).unwrap().item).unwrap().to_vec())).collect()
}

/// All values in items and their histories.
pub fn values(session: &mut Session) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for id in shown(session).into_keys() {
        for entry in session.history(id).unwrap() {
            let item = session.at_revision(id, entry.revision).unwrap();
            found.extend([item.title.clone(), item.notes.expose().to_owned()]);
            found.extend(item.superseded.iter().map(|old| old.value.expose().to_owned()));
        }
    }
    found
}

fn is_complete(session: &Session) -> bool {
    let vaults = session.vaults().unwrap();
    unsent(session) == 0 && vaults.iter().all(|vault| session.missing_documents(vault.id).unwrap().is_empty())
}

/// Checks the documents of a computer, and returns their number.
fn check_documents(computer: &Computer) -> usize {
    let ids = computer.work(|session| shown(session).into_keys().collect::<Vec<_>>());
    let mut count = 0;
    for id in ids {
        for attachment in computer.work(|session| session.get(id).unwrap().item.attachments) {
            let read = computer.read(id, &attachment.blob_id).unwrap();
            assert_eq!(read, document(&attachment.name, read.len()), "{}", attachment.name);
            count += 1;
        }
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_and_cut_connections_lose_nothing() {
    if let (Ok(role), Ok(folder)) = (std::env::var(ROLE), std::env::var(FOLDER)) {
        return match role.as_str() {
            "server" => serve(Path::new(&folder)).await,
            _ => work(Path::new(&folder), number(CHILD).unwrap()).await,
        };
    }
    let seed = number("COFFER_SOAK_SEED").unwrap_or(12);
    let kills = number("COFFER_SOAK_KILLS").unwrap_or(KILLS);
    let mut rng = FixedRng::new(seed);
    let mut below = |bound: usize| rng.next_u32() as usize % bound;
    let mut count = seed.wrapping_mul(1_000_003) % (1 << 32);
    let mut start = |role: &str, folder: &Path| {
        count += 1;
        Process::start(NAME, role, folder, count)
    };

    let folder = TempDir::new().unwrap();
    let mut server = start("server", folder.path());
    let (address, key, mut codes) = introduction(&mut server).await;
    let network = RoughNetwork::to(key, seed).await;
    network.leads_to(Some(address));
    let one = Arc::new(Computer::new());
    open(codes.remove(0), &network, &one).await;
    Running::once(one.clone()).await;
    let two = Arc::new(join(&network, &one).await);
    let computers = [one, two];
    computers.iter().for_each(|computer| computer.lock());

    network.calm(false);
    let mut typed = Vec::new();
    let mut users = computers.each_ref().map(|computer| start("user", computer.folder()));
    for _ in 0..kills {
        network.after(1 + below(PIECES) as u64).await;
        match below(3) {
            2 => {
                network.leads_to(None);
                server.kill(MEMORY).await;
                server = start("server", folder.path());
                network.leads_to(Some(introduction(&mut server).await.0));
            }
            at => {
                users[at].kill(MEMORY).await;
                typed.extend(users[at].said("typed"));
                users[at] = start("user", computers[at].folder());
            }
        }
    }
    for user in &mut users {
        user.kill(MEMORY).await;
        typed.extend(user.said("typed"));
    }
    assert!(
        network.cut() > kills && typed.len() > usize::try_from(kills).unwrap(),
        "seed {seed}: it was calm"
    );

    network.calm(true);
    computers.iter().for_each(|computer| computer.unlock());
    let [one, two] = computers.each_ref().map(|computer| Running::start(Arc::clone(computer)));
    one.watcher
        .until_with(&two.watcher, || {
            let complete = computers.iter().all(|computer| computer.work(|session| is_complete(session)));
            complete && computers[0].work(shown) == computers[1].work(shown)
        })
        .await;
    // A computer that was not reached meanwhile gets an item's last revision only; the other one has those before.
    let (mut documents, mut found) = (BTreeSet::new(), BTreeSet::new());
    for computer in &computers {
        computer.work(|session| {
            session.check_log().unwrap();
            found.append(&mut values(session));
        });
        documents.insert(check_documents(computer));
    }
    typed.retain(|value| !found.contains(value));
    assert!(typed.is_empty(), "seed {seed}: {typed:?}");
    assert!(documents.len() == 1 && !documents.contains(&0), "{documents:?}");
}
