//! The failures that users of other programs report: each of them loses nothing, and is named.

use std::sync::Arc;

use vault_api::ErrorCode;
use vault_api::views::{SyncState, SyncView};
use vault_engine::session::{VaultAppearance, VaultReadOnly};
use vault_sync::cycle::{Cycle, VaultProblem};
use vault_wire::VaultId;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{Limits, ProblemCode, PushReply, PushResult, Refusal, VaultList};

use crate::cycle::{Connected, first};
use crate::support::{Computer, HostileServer, NOW, Program, Reply, TestServer, connected, joined};

const TEN_YEARS: u64 = 315_360_000_000;

#[tokio::test]
async fn blank_server_in_place_of_the_known_one_deletes_nothing() {
    let (_server, hostile, one) = connected().await;
    let blank = TestServer::start().await;
    hostile.moves_to(&blank).await;
    one.add("Unsent").await;
    one.coffer.sync_now().await.unwrap();
    let view = one.until(|view| view.problem.is_some() || view.state == SyncState::SignedOut).await;
    assert_eq!((view.unsent, view.vaults.len()), (1, 1));
    assert_eq!(one.titles().await, ["First", "Unsent"]);
    assert!(!hostile.routes().iter().any(|route| route.starts_with("DELETE ")));
}

#[tokio::test]
async fn vault_missing_from_the_list_is_not_deleted() {
    let (_server, hostile, one, vault) = with_two_vaults().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    hostile.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| list.vaults.retain(|head| head.vault_id != vault));
    });
    for connected in [&one, &two] {
        connected.computer.add("Meanwhile");
        let mut synced = connected.try_sync().await.unwrap();
        assert_eq!(synced.remove(&vault), Some(Err(VaultProblem::Missing)));
        assert!(synced.remove(&connected.home()).unwrap().is_ok());
        assert_eq!(connected.computer.work(|session| session.vaults().unwrap().len()), 2);
    }
    assert_eq!(hostile.count("POST /v1/vaults"), 2, "it is not created a second time");
    hostile.reforms();
    one.sync().await;
    two.sync().await;
    assert_eq!(one.computer.titles(), two.computer.titles());
}

/// A computer with another vault beside the home vault, and a server that has both.
async fn with_two_vaults() -> (TestServer, HostileServer, Connected, VaultId) {
    let (server, hostile, one) = first().await;
    let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    let vault = one.computer.work(|session| session.create_vault(&work).unwrap());
    one.sync().await;
    (server, hostile, one, vault)
}

#[tokio::test]
async fn refused_entries_are_set_aside_and_the_rest_flows() {
    for refusal in [Refusal::Quota, Refusal::Size] {
        let (_server, hostile, one) = first().await;
        one.sync().await;
        one.computer.add("Refused");
        for number in 0..3 {
            one.computer.add(&format!("Item {number}"));
        }
        // The server takes the others only.
        let route = format!("POST /v1/vaults/{}/log", one.home());
        let refused = Arc::new(std::sync::Mutex::new(None));
        let push = refused.clone();
        hostile.answers_some(&route, move |sent| {
            let batch = vault_wire::message::PushBatch::decode(&sent.body).unwrap();
            let first = push.lock().unwrap().get_or_insert(batch.entries[0].entry_hash()).to_owned();
            assert!(
                batch.entries.len() == 4 || batch.entries.iter().all(|entry| entry.entry_hash() != first)
            );
            (batch.entries.len() == 4).then(|| {
                let results = batch.entries.iter().map(|_| PushResult::Refused(Refusal::Rate));
                let mut results: Vec<_> = results.collect();
                results[0] = PushResult::Refused(refusal);
                let reply = PushReply { head_seq: 2, head_root: [0; 32].into(), results };
                Reply::new(200, "application/cbor", reply.encode())
            })
        });
        let synced = one.try_sync().await.unwrap().remove(&one.home()).unwrap().unwrap();
        assert_eq!((synced.refused, synced.later, synced.sent), (1, 3, 0));
        let synced = one.try_sync().await.unwrap().remove(&one.home()).unwrap().unwrap();
        assert_eq!((synced.refused, synced.sent), (0, 3));
        let status = one.computer.work(|session| session.sync_status().unwrap().remove(0));
        assert_eq!((status.refused, status.unsent), (1, 1));
        assert_eq!(one.computer.titles().len(), 5);
        let two = Connected::another(&hostile, &one).await;
        two.sync().await;
        assert_eq!(two.computer.titles(), ["First", "Item 0", "Item 1", "Item 2"]);
    }
}

#[tokio::test]
async fn item_above_the_server_limit_is_set_aside() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    one.computer.add(&"Long ".repeat(400));
    one.computer.add("Short");
    let limited = Cycle { limits: Limits { body_bytes: 1_500, ..Limits::MAX }, ..one.cycle() };
    let synced = limited.run().await.unwrap().remove(&one.home()).unwrap().unwrap();
    assert_eq!(synced.sent, 1);
    let status = one.computer.work(|session| session.sync_status().unwrap().remove(0));
    assert_eq!((status.refused, status.unsent), (1, 1));
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    assert_eq!(two.computer.titles(), ["First", "Short"]);
}

#[tokio::test]
async fn keys_and_vaults_may_arrive_later_than_what_names_them() {
    let (_server, hostile, one, vault) = with_two_vaults().await;
    let two = Connected::another(&hostile, &one).await;
    let grant = format!("GET /v1/vaults/{vault}/grants/*");
    // The home vault names it, and neither the list nor a grant is there; then the list alone.
    hostile.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| list.vaults.retain(|head| head.vault_id != vault));
    });
    let mut synced = two.try_sync().await.unwrap();
    assert_eq!(synced.remove(&vault), Some(Err(VaultProblem::Missing)));
    assert!(synced.remove(&two.home()).unwrap().is_ok());
    hostile.reforms();
    hostile.answers(&grant, |_| Reply::problem(404, ProblemCode::NotFound));
    // The log comes without its key: nothing of it can be read or written.
    let mut synced = two.try_sync().await.unwrap();
    assert!(synced.remove(&vault).unwrap().unwrap().waits_for_key);
    assert_eq!(two.computer.titles(), ["First"]);
    let state =
        |connected: &Connected| connected.computer.work(|session| session.vaults().unwrap()[1].read_only);
    assert_eq!(state(&two), Some(VaultReadOnly::KeyMissing));
    hostile.reforms();
    two.sync().await;
    assert_eq!(state(&two), None);
}

#[tokio::test]
async fn two_copies_of_one_profile_both_write() {
    let (_server, _hostile, one) = first().await;
    one.sync().await;
    let id = one.computer.add("Before the copy");
    // An answer of which neither knows is part of the copy.
    let home = one.home();
    let limits = vault_engine::session::PushLimits { entries: 10, body: 1 << 20 };
    let batch = one.computer.work(|session| session.next_push(home, &limits).unwrap().unwrap());
    one.session.push(&home, &batch).await.unwrap();
    let copy = Connected::copy_of(&one).await;
    one.computer.set_title(id, "Of the original");
    copy.computer.set_title(id, "Of the copy");
    copy.computer.add("New of the copy");
    for connected in [&one, &copy, &one] {
        connected.sync().await;
    }
    assert_eq!(one.computer.titles(), ["First", "New of the copy", "Of the original"]);
    assert_eq!(copy.computer.titles(), one.computer.titles());
    let item = one.computer.work(|session| session.get(id).unwrap().item);
    assert_eq!(item.superseded[0].value.expose(), "Of the copy");
}

#[tokio::test]
async fn clocks_twenty_years_apart_make_no_conflict() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let future = Computer::with_clock(NOW + TEN_YEARS, None);
    let id = future.add("First");
    let one = Connected::first(&server, &hostile, future).await;
    one.sync().await;
    let two = Connected::another_at(&hostile, &one, NOW - TEN_YEARS).await;
    two.sync().await;
    for (number, (writer, reader)) in [(&two, &one), (&one, &two), (&two, &one)].into_iter().enumerate() {
        let title = format!("Title {number}");
        writer.computer.set_title(id, &title);
        writer.sync().await;
        reader.sync().await;
        for connected in [&one, &two] {
            let item = connected.computer.work(|session| session.get(id).unwrap().item);
            assert_eq!((item.title.as_str(), item.superseded.len()), (title.as_str(), 0));
        }
    }
}

#[tokio::test]
async fn item_of_a_clock_years_ahead_shows_when_it_came() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    two.pass(TEN_YEARS);
    two.add("Ahead").await;
    one.until_titles(&["Ahead", "First"]).await;
    let times = async |program: &Program| {
        let view = program.coffer.item_get(program.id_of("Ahead").await).await.unwrap();
        (view.created_at, view.modified_at)
    };
    assert_eq!(times(&two).await, (NOW + TEN_YEARS, NOW + TEN_YEARS));
    assert_eq!(times(&one).await, (NOW, NOW));
}

#[tokio::test]
async fn proxy_that_refuses_a_push_is_named_and_loses_nothing() {
    let (_server, hostile, one) = connected().await;
    let mut titles = vec!["First".to_owned()];
    for status in [413, 502, 504] {
        hostile.answers("POST /v1/vaults/*", move |_| Reply::html(status));
        let title = format!("Item {status}");
        one.add(&title).await;
        titles.push(title);
        let named = |view: &SyncView| {
            view.problem.as_ref().is_some_and(|problem| problem.code == ErrorCode::ServerProxy)
        };
        let view = one.until(named).await;
        assert_eq!((view.state, view.unsent), (SyncState::Waiting, 1));
        hostile.reforms();
        one.coffer.sync_now().await.unwrap();
        one.up_to_date().await;
    }
    assert_eq!(one.titles().await, titles);
}
