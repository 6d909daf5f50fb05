//! Attacks of a server on the log of a vault, as a user meets them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use vault_api::ErrorCode;
use vault_api::views::{AlarmKindView, SyncState};
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{empty_root, next_root};
use vault_wire::message::{LogEntry, LogPage};
use vault_wire::{Root, VaultId};

use crate::support::{
    HostileServer, PASSWORD, Program, TestServer, connected, joined, profile_id, unlock_request,
};

/// Two computers of one account. The second has not received yet what the first wrote last: two items, each of them with the
/// other one in view.
struct Scene {
    _server: TestServer,
    hostile: HostileServer,
    two: Program,
    /// The entries that the second computer has, by their numbers.
    known: BTreeMap<u64, LogEntry>,
}

impl Scene {
    async fn new() -> Self {
        let (server, hostile, one) = connected().await;
        let seen = Arc::new(Mutex::new(BTreeMap::new()));
        let known = seen.clone();
        hostile.changes("GET /v1/vaults/*", move |_, reply| {
            let Ok(page) = LogPage::decode(&reply.body) else { return };
            let numbered = (page.after + 1..).zip(page.entries);
            known.lock().unwrap().extend(numbered);
        });
        let two = joined(&hostile, &one).await;
        two.coffer.session_lock().await.unwrap();
        hostile.reforms();
        let known = std::mem::take(&mut *seen.lock().unwrap());
        for title in ["Second", "Third"] {
            one.add(title).await;
            one.up_to_date().await;
        }
        Self { _server: server, hostile, two, known }
    }

    /// Shows the second computer another page of the log, and its true one from then on, if `lie` is over.
    async fn show(&self, lie: impl Fn(&mut LogPage, &Root) + Send + Sync + 'static) {
        let known = self.known.clone();
        self.hostile.changes("GET /v1/vaults/*", move |_, reply| {
            if LogPage::decode(&reply.body).is_ok_and(|page| page.entries.len() == 2) {
                reply.change_cbor(|page: &mut LogPage| {
                    let root = roots(page.vault_id, &known);
                    lie(page, &root);
                });
            }
        });
        let id = profile_id(&self.two).await;
        self.two.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    }

    /// The page is refused, nothing of it is shown, and the true one is received afterwards.
    async fn expect_refused(&self) {
        let failed = |code| code == ErrorCode::ServerFailed;
        let view = self.two.until(|view| {
            view.vaults.iter().any(|vault| vault.problem.as_ref().is_some_and(|error| failed(error.code)))
        });
        let view = view.await;
        assert!(view.vaults.iter().all(|vault| vault.alarm.is_none()));
        assert_eq!(self.two.titles().await, ["First"]);
        self.hostile.reforms();
        self.two.coffer.sync_now().await.unwrap();
        self.two.until_titles(&["First", "Second", "Third"]).await;
    }

    /// The vault can only be read until the server shows the truth.
    async fn expect_alarm(&self, kind: AlarmKindView, titles: &[&str]) {
        let view = self.two.until(|view| view.state == SyncState::Alarm).await;
        let alarms = view.vaults.into_iter().filter_map(|vault| vault.alarm);
        assert_eq!(alarms.map(|alarm| alarm.kind).collect::<Vec<_>>(), [kind]);
        assert_eq!(self.two.titles().await, titles);
        let refused = self.two.try_add("Fourth").await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::VaultAlarm);
        self.hostile.reforms();
        self.two.coffer.sync_now().await.unwrap();
        self.two.until_titles(&["First", "Second", "Third"]).await;
        let view = self.two.up_to_date().await;
        assert!(view.vaults.iter().all(|vault| vault.alarm.is_none()));
        self.two.add("Fourth").await;
        self.two.up_to_date().await;
    }
}

/// The root after these entries.
fn roots(vault: VaultId, known: &BTreeMap<u64, LogEntry>) -> Root {
    known.iter().fold(empty_root(&vault), |root, (seq, entry)| root_after(&root, *seq, entry))
}

fn root_after(root: &Root, seq: u64, entry: &LogEntry) -> Root {
    let signatures = match entry {
        LogEntry::Revision { revision, .. } => revision.signature.as_bytes().to_vec(),
        LogEntry::Record(record) => record.signatures(),
    };
    next_root(root, seq, &entry.entry_hash(), &signatures)
}

/// States that the log ends with the page, with the root that its entries have.
fn restate(page: &mut LogPage, before: &Root) {
    let numbered = (page.after + 1..).zip(&page.entries);
    page.head_root = numbered.fold(*before, |root, (seq, entry)| root_after(&root, seq, entry));
    page.head_seq = page.after + page.entries.len() as u64;
}

fn body(entry: &mut LogEntry) -> &mut Option<Vec<u8>> {
    match entry {
        LogEntry::Revision { body, .. } => body,
        LogEntry::Record(_) => panic!("a record has no body"),
    }
}

#[tokio::test]
async fn t01_bodies_of_two_items_exchanged_on_the_way_are_refused() {
    let scene = Scene::new().await;
    scene
        .show(|page, _| {
            let [first, second] = &mut page.entries[..] else { panic!("two entries") };
            std::mem::swap(body(first), body(second));
        })
        .await;
    scene.expect_refused().await;
}

#[tokio::test]
async fn t06_repeated_revision_raises_an_alarm() {
    let scene = Scene::new().await;
    scene.show(|page, _| page.entries[1] = page.entries[0].clone()).await;
    // Entries and stated root contradict each other.
    scene.expect_alarm(AlarmKindView::Fork, &["First"]).await;
}

#[tokio::test]
async fn t07_revision_with_a_changed_signature_raises_an_alarm() {
    let scene = Scene::new().await;
    scene
        .show(|page, _| {
            let LogEntry::Revision { revision, .. } = &mut page.entries[1] else { panic!("a revision") };
            let mut bytes = *revision.signature.as_bytes();
            bytes[0] ^= 1;
            revision.signature = bytes.into();
        })
        .await;
    // Entries and stated root contradict each other.
    scene.expect_alarm(AlarmKindView::Fork, &["First"]).await;
}

#[tokio::test]
async fn t04_item_left_out_of_a_log_that_is_restated_raises_an_alarm() {
    let scene = Scene::new().await;
    scene
        .show(|page, before| {
            page.entries.remove(0);
            restate(page, before);
        })
        .await;
    scene.expect_alarm(AlarmKindView::Contradiction, &["First"]).await;
}
