//! Leaving a server and deleting an account, by the whole program.

use vault_api::views::{AccountRequest, LeavingView, SyncState};
use vault_api::{ErrorCode, SecretText};
use vault_wire::log::next_root;
use vault_wire::message::{LogEntry, LogPage, ProblemCode};

use crate::support::{
    HostileServer, LOGIN, PASSWORD, Program, Reply, TestServer, choice, connected, digits, joined,
    profile_id, unlock_request,
};

fn request(hostile: &HostileServer, code: Option<&str>) -> AccountRequest {
    let (login, password) = (LOGIN.to_owned(), PASSWORD.to_owned());
    AccountRequest { server: choice(hostile), login, password, code: code.map(str::to_owned) }
}

async fn is_local(one: &Program) {
    let view = one.coffer.sync_status().await.unwrap();
    assert_eq!((view.state, view.account, view.unsent), (SyncState::Local, None, 0));
    assert_eq!(one.coffer.account_leave().await.unwrap_err().code, ErrorCode::NotConnected);
    one.check_log().await;
}

#[tokio::test]
async fn deleted_account_leaves_a_local_profile_that_connects_anew() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    two.add("From the other").await;
    one.until_titles(&["First", "From the other"]).await;
    one.up_to_date().await;
    for (login, password, code) in [
        ("another@example.test", PASSWORD, ErrorCode::LoginInvalid),
        (LOGIN, "wrong", ErrorCode::SignInRefused),
    ] {
        let refused = one.coffer.account_delete(login.to_owned(), password.into(), None).await.unwrap_err();
        assert_eq!(refused.code, code);
    }
    one.up_to_date().await;
    one.coffer.account_delete(format!(" {} ", LOGIN.to_uppercase()), PASSWORD.into(), None).await.unwrap();
    is_local(&one).await;
    one.add("While local").await;
    assert_eq!(one.titles().await, ["First", "From the other", "While local"]);
    // The other computer keeps everything, and can leave, too.
    two.add("Unsent").await;
    two.until(|view| view.state == SyncState::SignedOut).await;
    let refused = two.coffer.account_sign_in(PASSWORD.into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::AccountOther);
    two.coffer.account_leave().await.unwrap();
    is_local(&two).await;
    assert_eq!(two.titles().await, ["First", "From the other", "Unsent"]);

    let id = profile_id(&two).await;
    two.coffer.session_lock().await.unwrap();
    let wrong = two.coffer.session_unlock(unlock_request(id, "wrong")).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassword, "the account's slot is gone");

    // At another server everything is sent.
    let other = TestServer::start().await;
    let front = HostileServer::before(&other).await;
    one.connect(&other, &front).await;
    one.up_to_date().await;
    let three = joined(&front, &one).await;
    assert_eq!(three.titles().await, ["First", "From the other", "While local"]);
    let id = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
    one.up_to_date().await;
}

#[tokio::test]
async fn profile_connects_again_to_the_server_that_deleted_its_account() {
    let (server, hostile, one) = connected().await;
    one.add_document("scan.bin", b"content").await;
    one.up_to_date().await;
    one.coffer.account_delete(LOGIN.to_owned(), PASSWORD.into(), None).await.unwrap();
    one.connect(&server, &hostile).await;
    one.up_to_date().await;
    let two = joined(&hostile, &one).await;
    assert_eq!(two.titles().await, ["First", "scan"]);
    assert!(two.document("scan").await.unwrap() == b"content");
}

#[tokio::test]
async fn profile_that_left_connects_again_without_duplicates() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    one.coffer.account_leave().await.unwrap();
    is_local(&one).await;
    one.add("While local").await;
    two.add("Meanwhile").await;
    two.up_to_date().await;
    // Without a sign-up code: the account exists.
    one.coffer.account_create(request(&hostile, None)).await.unwrap();
    one.coffer.upload_begin().await.unwrap();
    one.until_titles(&["First", "Meanwhile", "While local"]).await;
    one.up_to_date().await;
    two.until_titles(&["First", "Meanwhile", "While local"]).await;
    assert_eq!(one.coffer.device_list().await.unwrap().len(), 3, "it is another device");
}

#[tokio::test]
async fn account_is_deleted_with_its_second_factor() {
    let (server, _hostile, one) = connected().await;
    let offer = one.coffer.factor_begin(PASSWORD.into(), None).await.unwrap();
    let code = |server: &TestServer| SecretText::new(digits(&offer.secret, server.now()));
    one.coffer.factor_confirm(code(&server)).await.map(drop).unwrap();
    let delete = |code| one.coffer.account_delete(LOGIN.to_owned(), PASSWORD.into(), code);
    assert_eq!(delete(None).await.unwrap_err().code, ErrorCode::SecondFactorNeeded);
    server.pass(30_000);
    delete(Some(code(&server))).await.unwrap();
    is_local(&one).await;
}

#[tokio::test]
async fn deletion_whose_answer_is_lost_or_refused_leaves_the_profile_connected() {
    let (_server, hostile, one) = connected().await;
    hostile.answers("DELETE /v1/account", |_| Reply::problem(409, ProblemCode::VaultsLeft));
    let delete = || one.coffer.account_delete(LOGIN.to_owned(), PASSWORD.into(), None);
    assert_eq!(delete().await.unwrap_err().code, ErrorCode::ServerRefused);
    hostile.reforms();
    one.add("Second").await;
    one.up_to_date().await;
    hostile.loses("DELETE /v1/account");
    assert_eq!(delete().await.unwrap_err().code, ErrorCode::ServerUnreachable);
    hostile.reforms();
    one.add("Unsent").await;
    one.until(|view| view.state == SyncState::SignedOut).await;
    assert_eq!(delete().await.unwrap_err().code, ErrorCode::AccountOther);
    one.coffer.account_leave().await.unwrap();
    is_local(&one).await;
    assert_eq!(one.titles().await, ["First", "Second", "Unsent"]);
}

#[tokio::test]
async fn what_is_only_at_the_server_is_said_before_it_is_left() {
    let (_server, hostile, one) = connected().await;
    let nothing = LeavingView { documents: 0, vaults: 0, shared: Vec::new(), owned: Vec::new() };
    assert_eq!(one.coffer.account_leaving().await.unwrap(), nothing);
    let two = joined(&hostile, &one).await;
    hostile.changes("GET /v1/vaults/*", |sent, reply| {
        if sent.route.contains("/blobs/") {
            *reply = Reply::problem(404, ProblemCode::NotFound);
        }
    });
    one.add_document("scan.bin", b"content").await;
    one.up_to_date().await;
    two.until_titles(&["First", "scan"]).await;
    let lost = LeavingView { documents: 1, ..nothing };
    assert_eq!(two.coffer.account_leaving().await.unwrap(), lost);
}

#[tokio::test]
async fn vault_frozen_by_an_alarm_can_be_changed_after_leaving() {
    let (_server, hostile, one) = connected().await;
    one.add("Second").await;
    one.up_to_date().await;
    hostile.changes("GET /v1/vaults", |_, reply| {
        reply.change_cbor(|list: &mut vault_wire::message::VaultList| {
            list.vaults.iter_mut().for_each(|head| head.seq = 1);
        });
    });
    hostile.changes("GET /v1/vaults/*", |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            page.entries.clear();
            (page.head_seq, page.head_root) = (1, [7; 32].into());
        });
    });
    one.coffer.sync_now().await.unwrap();
    one.until(|view| view.state == SyncState::Alarm).await;
    one.coffer.account_leave().await.unwrap();
    is_local(&one).await;
    one.add("Third").await;
    let other = TestServer::start().await;
    let front = HostileServer::before(&other).await;
    one.connect(&other, &front).await;
    one.up_to_date().await;
    assert_eq!(joined(&front, &one).await.titles().await, ["First", "Second", "Third"]);
}

#[tokio::test]
async fn junk_that_a_server_let_in_goes_to_no_other_server() {
    let (_server, hostile, one) = connected().await;

    hostile.changes("GET /v1/vaults/*", |_, reply| {
        reply.change_cbor(|page: &mut LogPage| {
            let Some(last) = page.entries.last().cloned() else { return };
            let LogEntry::Revision { revision, .. } = &last else { return };
            let (seq, signature) = (page.head_seq + 1, revision.signature.as_bytes());
            page.head_root = next_root(&page.head_root, seq, &last.entry_hash(), signature);
            page.head_seq = seq;
            page.entries.push(last);
        });
    });
    one.add("Second").await;
    one.until(|view| view.unsent == 0).await;
    hostile.loses("*");
    one.coffer.account_leave().await.unwrap();
    is_local(&one).await;
    let other = TestServer::start().await;
    let front = HostileServer::before(&other).await;
    one.connect(&other, &front).await;
    one.up_to_date().await;
    assert_eq!(joined(&front, &one).await.titles().await, ["First", "Second"]);
}
