//! Two computers of one account. To the second one the server can show logs that it made up.

use std::sync::{Arc, Mutex};

use vault_crypto::{Identity, VaultKey, make_revision};
use vault_engine::session::{AlarmKind, SessionError, VaultReadOnly};
use vault_sync::cycle::{VaultProblem, VaultSynced};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{Head, empty_root, next_root};
use vault_wire::message::{Bodies, LogEntry, LogPage, LogQuery, PushBatch, PushResult, VaultList};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::{AccountId, BatchId, ItemId, VaultId};

use crate::cycle::{Connected, first};
use crate::support::{HostileServer, Reply, Sent, TestServer, rng};

/// The media type of a log page.
const CBOR: &str = "application/cbor";

pub struct Scene {
    pub server: TestServer,
    pub hostile: HostileServer,
    pub one: Connected,
    /// The server as the second computer sees it.
    pub lying: HostileServer,
    pub two: Connected,
    /// The home vault.
    pub home: VaultId,
}

impl Scene {
    /// Both computers have the item `First`.
    pub async fn new() -> Self {
        let (server, hostile, one) = first().await;
        one.sync().await;
        let lying = HostileServer::before(&server).await;
        let two = Connected::another(&lying, &one).await;
        two.sync().await;
        let home = one.home();
        Self { server, hostile, one, lying, two, home }
    }

    /// Adds items on the first computer, each with those before it in view.
    pub async fn write(&self, titles: &[&str]) {
        for title in titles {
            self.one.computer.add(title);
            self.one.sync().await;
        }
    }

    /// The home vault's log as it is.
    pub async fn log(&self) -> Vec<LogEntry> {
        log(&self.one, self.home).await
    }

    /// Shows the second computer this log of the home vault.
    pub fn show(&self, entries: Vec<LogEntry>) {
        show(&self.lying, self.home, entries);
    }

    /// Changes the pages that the second computer gets.
    pub fn change(&self, change: impl Fn(&mut LogPage) + Send + Sync + 'static) {
        self.lying.changes("GET /v1/vaults/*", move |_, reply| {
            if LogPage::decode(&reply.body).is_ok_and(|page| !page.entries.is_empty()) {
                reply.change_cbor(|page| change(page));
            }
        });
    }

    /// Synchronizes the home vault of the second computer.
    pub async fn try_two(&self) -> Result<VaultSynced, VaultProblem> {
        self.two.try_sync().await.unwrap().remove(&self.home).unwrap()
    }

    /// The second computer takes in the log, and so many of its entries have no effect: it shows what it showed before, and
    /// nothing is wrong with what it has. An honest log is another one.
    pub async fn expect_no_effect(&self, void: usize) {
        let before = self.two.computer.titles();
        let synced = self.try_two().await.unwrap();
        assert_eq!(synced.void, void);
        let status = self.two.computer.work(|session| session.sync_status().unwrap().remove(0));
        assert_eq!(status.void, void as u64, "it is said");
        assert_eq!(self.two.computer.titles(), before);
        self.two.computer.work(|session| session.check_log().unwrap());
        self.two.computer.add("Of two");
        self.lying.reforms();
        let problem = self.try_two().await.unwrap_err();
        assert!(matches!(problem, VaultProblem::Alarm(_)), "{problem:?}");
        assert!(self.two.computer.titles().contains(&"Of two".to_owned()));
        assert!(before.iter().all(|title| self.two.computer.titles().contains(title)));
    }

    /// The second computer raises an alarm. It has an edit that was not sent yet, and keeps it; its vault can only be read,
    /// also after it was locked, and nothing is sent.
    pub async fn expect_alarm(&self, kind: AlarmKind) {
        let unsent = self.two.computer.add("Of two");
        let before = self.two.computer.titles();
        for _ in 0..2 {
            let problem = self.try_two().await.unwrap_err();
            let VaultProblem::Alarm(alarm) = problem else { panic!("{problem:?}") };
            assert_eq!(alarm.kind, kind);
            assert_eq!(self.two.computer.titles(), before);
            let status = self.two.computer.work(|session| session.sync_status().unwrap().remove(0));
            assert_eq!((status.alarm, status.unsent), (Some(alarm), 1));
            let refused = self.two.computer.work(|session| session.trash(&[unsent]).map(drop)).unwrap_err();
            assert_eq!(refused, SessionError::VaultReadOnly(VaultReadOnly::Alarm));
            self.two.computer.lock();
            self.two.computer.unlock();
        }
        let pushes = self.lying.routes().into_iter().filter(|route| route.starts_with("POST /v1/vaults/"));
        assert_eq!(pushes.count(), 0);
    }

    /// The truth ends the alarm, or whatever the problem was: both computers have everything and go on.
    pub async fn expect_recovery(&self) {
        self.lying.reforms();
        self.two.sync().await;
        self.one.sync().await;
        for connected in [&self.two, &self.one] {
            connected.computer.add("Afterwards");
            connected.sync().await;
        }
        self.two.sync().await;
        assert_eq!(self.two.computer.titles(), self.one.computer.titles());
        let status = self.two.computer.work(|session| session.sync_status().unwrap().remove(0));
        assert_eq!((status.alarm, status.unsent), (None, 0));
    }

    /// Sends an entry of the home vault as the first computer may.
    pub async fn push(&self, entry: LogEntry) -> PushResult {
        let batch =
            PushBatch { batch_id: vault_crypto::make_id(&mut rng()), atomic: false, entries: vec![entry] };
        self.one.session.push(&self.home, &batch).await.unwrap().results.remove(0)
    }

    /// A new item of the home vault, signed by an identity, under a key that nobody has.
    pub fn forged(
        &self,
        by: &Identity,
        author: AccountId,
        change: impl FnOnce(&mut RevisionHeader),
    ) -> LogEntry {
        let mut header = RevisionHeader {
            vault_id: self.home,
            item_id: ItemId::from_bytes([9; 16]),
            kind: RevisionKind::Put,
            parent: None,
            author,
            generation: 1,
            epoch: 1,
            base_seq: 0,
            base_root: empty_root(&self.home),
            blobs: Vec::new(),
        };
        change(&mut header);
        let key = VaultKey::make(&mut rng());
        let sealed = make_revision(&header, b"payload", &key, by, &mut rng()).unwrap();
        LogEntry::Revision { revision: sealed.signed, body: Some(sealed.body) }
    }
}

/// The log of a vault with all bodies.
pub async fn log(connected: &Connected, vault: VaultId) -> Vec<LogEntry> {
    let query = LogQuery { bodies: Bodies::All, ..LogQuery::default() };
    connected.session.log_page(&vault, &query).await.unwrap().entries
}

/// The head of a log with these entries.
pub fn head(vault: VaultId, entries: &[LogEntry]) -> Head {
    let numbered = (1..).zip(entries);
    let root = numbered.fold(empty_root(&vault), |root, (seq, entry)| {
        let signatures = match entry {
            LogEntry::Revision { revision, .. } => revision.signature.as_bytes().to_vec(),
            LogEntry::Record(record) => record.signatures(),
        };
        next_root(&root, seq, &entry.entry_hash(), &signatures)
    });
    Head { seq: entries.len() as u64, root }
}

/// Shows this log of a vault, complete and with the roots that it has.
pub fn show(server: &HostileServer, vault: VaultId, entries: Vec<LogEntry>) {
    let end = head(vault, &entries);
    list(server, vault, move || end);
    server.answers(&log_route("GET", vault), move |sent| {
        let query = query(sent);
        let skipped = usize::try_from(query.after).unwrap();
        let entries = entries.iter().skip(skipped).take(usize::try_from(query.limit).unwrap());
        let entries = entries.cloned().collect();
        page(&LogPage {
            vault_id: vault,
            after: query.after,
            entries,
            head_seq: end.seq,
            head_root: end.root,
        })
    });
}

/// Shows another history of a vault from these entries on, and takes what is sent for it.
pub fn fork(server: &HostileServer, vault: VaultId, entries: &[LogEntry]) -> Arc<Mutex<LogServer>> {
    let [genesis, rest @ ..] = entries else { panic!("no genesis record") };
    let mut other = LogServer::default();
    other.create(vault, genesis);
    let batch = PushBatch { batch_id: BatchId::from_bytes([1; 16]), atomic: false, entries: rest.to_vec() };
    other.push(vault, 0, &batch).unwrap();
    let other = Arc::new(Mutex::new(other));
    let (listed, read, written) = (other.clone(), other.clone(), other.clone());
    list(server, vault, move || listed.lock().unwrap().head(vault));
    server.answers(&log_route("GET", vault), move |sent| {
        let LogQuery { after, limit, bodies } = query(sent);
        let bodies = if bodies == Bodies::None { PageBodies::None } else { PageBodies::Live };
        page(&read.lock().unwrap().page(vault, after, usize::try_from(limit).unwrap(), bodies).unwrap())
    });
    server.answers(&log_route("POST", vault), move |sent| {
        let batch = PushBatch::decode(&sent.body).unwrap();
        let reply = written.lock().unwrap().push(vault, 1, &batch).unwrap();
        Reply::new(200, CBOR, reply.encode())
    });
    other
}

/// Lists a vault with this head.
fn list(server: &HostileServer, vault: VaultId, end: impl Fn() -> Head + Send + Sync + 'static) {
    server.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| {
            let Head { seq, root } = end();
            let listed = list.vaults.iter_mut().find(|listed| listed.vault_id == vault).unwrap();
            (listed.seq, listed.root) = (seq, root);
        });
    });
}

fn log_route(method: &str, vault: VaultId) -> String {
    format!("{method} /v1/vaults/{vault}/log")
}

fn query(sent: &Sent) -> LogQuery {
    sent.query.as_deref().unwrap_or_default().parse().unwrap()
}

fn page(page: &LogPage) -> Reply {
    Reply::new(200, CBOR, page.encode())
}
