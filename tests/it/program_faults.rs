//! The whole program at a server that fails or lies.

use std::sync::{Arc, Mutex};

use vault_api::ErrorCode;
use vault_api::views::{AlarmKindView, JoinRequest, ServerChoice, SignInView, SyncState, SyncView};
use vault_server::account::operator;
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{empty_root, next_root};
use vault_wire::message::{LogEntry, LogPage, ProblemCode, VaultList};
use vault_wire::{Root, VaultId};

use crate::support::{
    HostileServer, PASSWORD, Program, Reply, TestServer, connected, join_request, joined, profile_id,
    unlock_request,
};

#[tokio::test]
async fn captive_portal_signs_nobody_out() {
    let (_server, hostile, one) = connected().await;
    for status in [200, 302, 401, 403, 502, 503] {
        hostile.answers("*", move |_| Reply::html(status));
        one.add(&format!("Added at {status}")).await;
        one.coffer.sync_now().await.unwrap();
        let view = one.until(|view| view.problem.is_some()).await;
        assert_eq!(view.state, SyncState::Waiting, "{status}");
        let code = view.problem.unwrap().code;
        assert!(matches!(code, ErrorCode::ServerNotCoffer | ErrorCode::ServerProxy), "{status}: {code:?}");
        hostile.reforms();
        one.coffer.sync_now().await.unwrap();
        one.up_to_date().await;
    }
}

/// What a server answers to everything, or to one route, and the sentence that the user gets.
type Fault = (&'static str, fn() -> Reply, ErrorCode);

#[tokio::test]
async fn each_fault_of_a_server_has_its_sentence_and_loses_nothing() {
    let (_server, hostile, one) = connected().await;
    let all: [Fault; 9] = [
        ("*", || Reply::problem(503, ProblemCode::Unavailable), ErrorCode::ServerFailed),
        ("*", || Reply::problem(500, ProblemCode::Internal), ErrorCode::ServerFailed),
        ("*", || Reply::problem(429, ProblemCode::RateLimited), ErrorCode::ServerBusy),
        ("*", || Reply::problem(418, ProblemCode::Unknown), ErrorCode::ServerRefused),
        ("*", || Reply::problem(400, ProblemCode::VersionUnknown), ErrorCode::ServerNewer),
        ("POST /v1/vaults/*", || Reply::problem(503, ProblemCode::ReadOnly), ErrorCode::ServerReadOnly),
        ("POST /v1/vaults/*", || Reply::problem(507, ProblemCode::QuotaExceeded), ErrorCode::ServerFull),
        ("POST /v1/vaults/*", || Reply::problem(403, ProblemCode::Forbidden), ErrorCode::ServerRefused),
        ("GET /v1/vaults/*", || Reply::problem(404, ProblemCode::NotFound), ErrorCode::VaultMissing),
    ];
    let mut titles = one.titles().await;
    for (number, (routes, reply, code)) in all.into_iter().enumerate() {
        hostile.answers(routes, move |_| reply());
        let title = format!("Item {number}");
        one.add(&title).await;
        titles.push(title);
        one.coffer.sync_now().await.unwrap();
        let says = |view: &SyncView| {
            let vaults = view.vaults.iter().filter_map(|vault| vault.problem.as_ref());
            vaults.chain(&view.problem).any(|problem| problem.code == code)
        };
        let view = one.until(says).await;
        assert_eq!((view.state, view.unsent), (SyncState::Waiting, 1), "{code:?}");
        hostile.reforms();
        one.coffer.sync_now().await.unwrap();
        one.up_to_date().await;
    }
    assert_eq!(one.titles().await, titles);
}

#[tokio::test]
async fn t43_another_server_under_a_known_address_is_refused() {
    let (server, hostile, one) = connected().await;
    let other = HostileServer::before(&server).await;
    let vault_sync::Trust::Key(key) = hostile.trust() else { panic!("no key") };
    let find = async |hostile: &HostileServer| {
        let server = hostile.origin().as_str().to_owned();
        let choice = ServerChoice { server, key: Some(key.to_string()), network: None };
        one.coffer.server_find(choice).await.map(drop).map_err(|error| error.code)
    };
    assert_eq!(find(&hostile).await, Ok(()));
    assert_eq!(find(&other).await, Err(ErrorCode::ServerKeyChanged));
    // An unconfirmed key is refused, and so is one that is no key.
    for key in [None, Some("00".to_owned())] {
        let server = ServerChoice { server: hostile.origin().as_str().to_owned(), key, network: None };
        let request = JoinRequest { server, ..join_request(&hostile, &one, PASSWORD).await };
        let refused = Program::start().coffer.account_join(request).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::ServerUntrusted);
    }
    hostile.changes("GET /.well-known/coffer", |_, reply| {
        reply.change_json(|discovery| discovery["issuer"] = "https://other.test".into());
    });
    one.coffer.session_lock().await.unwrap();
    let id = profile_id(&one).await;
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    one.until(|view| view.problem.as_ref().is_some_and(|problem| problem.code == ErrorCode::ServerOther))
        .await;
}

#[tokio::test]
async fn t16_account_of_another_root_is_refused() {
    let (_server, hostile, one) = connected().await;
    hostile.changes("GET /v1/account/keyset", |_, reply| {
        reply.change_json(|keyset| {
            let statement = keyset["statement"].as_str().unwrap().to_owned();
            let swapped: String = statement.chars().rev().collect();
            keyset["statement"] = swapped.into();
        });
    });
    let two = Program::start();
    let refused = two.coffer.account_join(join_request(&hostile, &one, PASSWORD).await).await.unwrap_err();
    assert!(matches!(refused.code, ErrorCode::AccountOther | ErrorCode::ServerFailed), "{:?}", refused.code);
    hostile.reforms();
    hostile.changes("POST /v1/auth/login/params", |_, reply| {
        reply.change_json(|params| params["account_id"] = "00".repeat(16).into());
    });
    one.coffer.account_sign_out().await.unwrap();
    let refused = one.coffer.account_sign_in(PASSWORD.into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::AccountOther);
    hostile.reforms();
    assert_eq!(one.coffer.account_sign_in(PASSWORD.into(), None).await, Ok(SignInView::Done));
}

/// The root of a vault after its first entry, as another computer that joins the account receives it.
async fn first_root(hostile: &HostileServer, one: &Program) -> Root {
    let found = Arc::new(Mutex::new(None));
    let seen = found.clone();
    hostile.changes("GET /v1/vaults/*", move |sent, reply| {
        if let Ok(page) = LogPage::decode(&reply.body)
            && let Some(LogEntry::Record(record)) = page.entries.first()
        {
            let vault: VaultId = sent.route.split('/').nth(3).unwrap().parse().unwrap();
            let root = next_root(&empty_root(&vault), 1, &record.entry_hash(), &record.signatures());
            *seen.lock().unwrap() = Some(root);
        }
    });
    let two = Program::start();
    two.coffer.account_join(join_request(hostile, one, PASSWORD).await).await.unwrap();
    two.up_to_date().await;
    hostile.reforms();
    let root = *found.lock().unwrap();
    root.unwrap()
}

/// The server shows the first entry of each vault alone, with this root, and states a recovery.
fn restore(hostile: &HostileServer, root: Root, epoch: u64, until: Option<u64>) {
    hostile.changes("GET /.well-known/coffer", move |_, reply| {
        reply.change_json(|discovery| {
            discovery["recovery"] = serde_json::json!({ "epoch": epoch, "until": until });
        });
    });
    hostile.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| {
            list.vaults.iter_mut().for_each(|head| (head.seq, head.root) = (1, root));
        });
    });
    hostile.changes("GET /v1/vaults/*", move |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            page.entries.clear();
            (page.head_seq, page.head_root) = (1, root);
        });
    });
}

/// Closes and opens the profile, so that the server is asked what it states.
async fn reopen(program: &Program) {
    program.coffer.session_lock().await.unwrap();
    let id = profile_id(program).await;
    program.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
}

fn restoring(view: &SyncView) -> bool {
    let mut problems = view.vaults.iter().filter_map(|vault| vault.problem.as_ref());
    problems.any(|problem| problem.code == ErrorCode::ServerRestoring)
}

#[tokio::test]
async fn restored_server_is_no_alarm_while_it_says_so() {
    let (server, hostile, one) = connected().await;
    let root = first_root(&hostile, &one).await;
    one.add("Second").await;
    one.up_to_date().await;
    restore(&hostile, root, 1, Some(server.now() + 60_000));
    reopen(&one).await;
    let view = one.until(restoring).await;
    assert_eq!((view.state, view.vaults[0].alarm.clone()), (SyncState::Waiting, None));
    // Nothing is sealed for it meanwhile.
    assert_eq!(one.try_add("Meanwhile").await.unwrap_err().code, ErrorCode::ServerRestoring);
    hostile.reforms();
    one.coffer.sync_now().await.unwrap();
    one.until(|view| view.restored.is_some()).await;
    one.add("Afterwards").await;
    one.up_to_date().await;
    assert_eq!(one.titles().await, ["Afterwards", "First", "Second"]);
}

#[tokio::test]
async fn failed_over_server_is_no_alarm_and_everything_is_there_afterwards() {
    let (server, hostile, one) = connected().await;
    let root = first_root(&hostile, &one).await;
    one.add("Second").await;
    one.up_to_date().await;
    // It lost its last writes, announces that by itself, and takes nothing meanwhile.
    restore(&hostile, root, 1, Some(server.now() + 60_000));
    hostile.answers("POST /v1/vaults/*", |_| Reply::problem(503, ProblemCode::ReadOnly));
    one.coffer.sync_now().await.unwrap();
    reopen(&one).await;
    let view = one.until(restoring).await;
    assert_eq!(view.vaults[0].alarm, None);
    assert_eq!(one.try_add("Meanwhile").await.unwrap_err().code, ErrorCode::ServerRestoring);
    hostile.reforms();
    hostile.changes("GET /.well-known/coffer", |_, reply| {
        reply.change_json(|discovery| {
            discovery["recovery"] = serde_json::json!({ "epoch": 1, "until": null });
        });
    });
    one.coffer.sync_now().await.unwrap();
    one.until(|view| view.restored.is_some()).await;
    one.add("Afterwards").await;
    one.up_to_date().await;
    assert_eq!(one.titles().await, ["Afterwards", "First", "Second"]);
}

#[tokio::test]
async fn t08_recovery_that_is_false_over_or_was_seen_to_end_excuses_nothing() {
    // The root of another log, an end that has passed, and an epoch that had ended.
    let cases = [
        (Some([7; 32].into()), 60_000, 0, AlarmKindView::Fork),
        (None, -1, 0, AlarmKindView::Rollback),
        (None, 60_000, 1, AlarmKindView::Rollback),
    ];
    for (other_root, lasts, ended, kind) in cases {
        let (server, hostile, one) = connected().await;
        let root = first_root(&hostile, &one).await;
        one.add("Second").await;
        one.up_to_date().await;
        hostile.changes("GET /.well-known/coffer", move |_, reply| {
            reply.change_json(|discovery| {
                discovery["recovery"] = serde_json::json!({ "epoch": ended, "until": null });
            });
        });
        reopen(&one).await;
        one.up_to_date().await;
        hostile.reforms();
        restore(&hostile, other_root.unwrap_or(root), 1, server.now().checked_add_signed(lasts));
        reopen(&one).await;
        let view = one.until(|view| view.state == SyncState::Alarm).await;
        assert_eq!(view.vaults[0].alarm.as_ref().map(|alarm| alarm.kind), Some(kind));
        assert_eq!(one.titles().await, ["First", "Second"]);
        assert_eq!(one.try_add("Third").await.unwrap_err().code, ErrorCode::VaultAlarm);
        // What was lost is there again: nobody was deceived.
        hostile.reforms();
        one.coffer.sync_now().await.unwrap();
        one.up_to_date().await;
        one.add("Third").await;
        one.up_to_date().await;
    }
}

#[tokio::test]
async fn t08_alarm_is_shown_and_the_vault_can_be_read() {
    let (_server, hostile, one) = connected().await;
    one.add("Second").await;
    one.up_to_date().await;
    hostile.changes("GET /v1/vaults", |_, reply| {
        reply.change_cbor(|list: &mut VaultList| list.vaults.iter_mut().for_each(|head| head.seq = 1));
    });
    hostile.changes("GET /v1/vaults/*", |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            page.entries.clear();
            (page.head_seq, page.head_root) = (1, [7; 32].into());
        });
    });
    one.coffer.sync_now().await.unwrap();
    let view = one.until(|view| view.state == SyncState::Alarm).await;
    let alarm = view.vaults[0].alarm.clone().unwrap();
    assert_eq!((alarm.kind, alarm.entry), (AlarmKindView::Fork, 1));
    assert_eq!(one.titles().await, ["First", "Second"]);
    let refused = one.try_add("Third").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::VaultAlarm);
}

#[tokio::test]
async fn what_the_server_had_no_room_for_is_sent_once_it_has() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let one = Program::with_profile().await;
    one.add("First").await;
    // Nothing is taken before the account's room is known.
    hostile.answers("POST /v1/vaults/*", |_| Reply::problem(503, ProblemCode::Unavailable));
    one.connect(&server, &hostile).await;
    one.until(|view| view.problem.is_some() || view.vaults[0].problem.is_some()).await;
    let account = operator::list(&server.app.store, None).await.unwrap().remove(0).account_id;
    operator::set_quota(&server.app.store, account, Some(1)).await.unwrap();
    hostile.reforms();
    one.coffer.sync_now().await.unwrap();
    one.until(|view| view.vaults[0].refused > 0 && view.unsent == view.vaults[0].refused).await;
    // The operator has given more room.
    operator::set_quota(&server.app.store, account, None).await.unwrap();
    one.coffer.sync_now().await.unwrap();
    one.up_to_date().await;
    assert_eq!(joined(&hostile, &one).await.titles().await, ["First"]);
}
