//! A forgotten password, reset with the recovery code on a computer that is connected.

use std::sync::Arc;

use tokio::sync::Notify;
use vault_api::ErrorCode;
use vault_api::views::{RecoverRequest, ReenrolState, ReenrolmentView, SignInView, SyncState, SyncView};
use vault_server::account::reenrol::WAIT;
use vault_wire::message::ProblemCode;

use crate::support::{
    HostileServer, PASSWORD, Program, Reply, TestServer, connected, joined, profile_id, recovery_code,
    unlock_request,
};

const NEW: &str = "another staple of horses";

/// A connected program whose password is reset, while the server in front of the real one behaves as `before` made it.
async fn reset(before: impl FnOnce(&HostileServer)) -> (TestServer, HostileServer, Program) {
    let (server, hostile, one) = connected().await;
    recover(&one, &hostile, before).await;
    (server, hostile, one)
}

async fn recover(one: &Program, hostile: &HostileServer, before: impl FnOnce(&HostileServer)) {
    let code = recovery_code(one).await;
    let profile_id = profile_id(one).await;
    one.coffer.session_lock().await.unwrap();
    before(hostile);
    let request = RecoverRequest { profile_id, code, new_password: NEW.to_owned() };
    one.coffer.session_recover(request).await.map(drop).unwrap();
}

fn is(state: ReenrolState) -> impl Fn(&SyncView) -> bool {
    move |view| view.reenrolment.is_some_and(|found| found.state == state)
}

async fn unlock_again(one: &Program, password: &str) {
    let id = profile_id(one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.session_unlock(unlock_request(id, password)).await.map(drop).unwrap();
}

/// The server's waiting time passes.
async fn pass_wait(server: &TestServer, one: &Program) {
    server.pass(WAIT);
    one.pass(WAIT);
    unlock_again(one, NEW).await;
}

#[tokio::test]
async fn reset_password_works_at_the_server_after_the_wait() {
    let (server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    recover(&one, &hostile, |_| ()).await;
    let view = one.until(is(ReenrolState::Waiting)).await;
    assert_eq!(view.reenrolment.unwrap().from, Some(server.now() + WAIT));
    // This computer is still signed in.
    one.add("While it waits").await;
    one.until(|view| view.unsent == 0).await;
    two.until_titles(&["First", "While it waits"]).await;
    unlock_again(&one, NEW).await;
    assert!(is(ReenrolState::Waiting)(&one.coffer.sync_status().await.unwrap()));

    pass_wait(&server, &one).await;
    one.until(is(ReenrolState::Effective)).await;
    one.until(|view| view.state == SyncState::SignedOut).await;
    assert_eq!(one.coffer.account_sign_in(NEW.into(), None).await, Ok(SignInView::Done));
    one.add("After it").await;
    assert_eq!(one.up_to_date().await.reenrolment, None);

    two.coffer.sync_now().await.unwrap();
    two.until(|view| view.state == SyncState::SignedOut).await;
    let old = two.coffer.account_sign_in(PASSWORD.into(), None).await.unwrap_err();
    assert_eq!(old.code, ErrorCode::AccountChanged);
    assert_eq!(two.coffer.account_sign_in(NEW.into(), None).await, Ok(SignInView::Done));
    two.until_titles(&["After it", "First", "While it waits"]).await;
}

#[tokio::test]
async fn reset_without_a_network_is_registered_after_the_next_unlock() {
    let (_server, hostile, one) = reset(|hostile| hostile.loses("*")).await;
    assert!(is(ReenrolState::Wanted)(&one.coffer.sync_status().await.unwrap()));
    let refused = one.coffer.account_reenrol(NEW.into()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ServerUnreachable);
    unlock_again(&one, NEW).await;
    assert!(is(ReenrolState::Wanted)(&one.coffer.sync_status().await.unwrap()));
    hostile.reforms();
    unlock_again(&one, NEW).await;
    one.until(is(ReenrolState::Waiting)).await;
}

#[tokio::test]
async fn registration_whose_answer_is_lost_is_sent_again_after_a_lock() {
    let (_server, hostile, one) = reset(|hostile| hostile.loses("POST /v1/account/reenrol")).await;
    one.until(is(ReenrolState::Sending)).await;
    one.coffer.session_lock().await.unwrap();
    hostile.reforms();
    let id = profile_id(&one).await;
    one.coffer.session_unlock(unlock_request(id, NEW)).await.map(drop).unwrap();
    one.until(is(ReenrolState::Waiting)).await;
}

#[tokio::test]
async fn another_device_sees_a_reset_that_waits_and_cancels_it() {
    let (server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    recover(&one, &hostile, |_| ()).await;
    one.until(is(ReenrolState::Waiting)).await;
    two.coffer.sync_now().await.unwrap();
    let seen = two.until(is(ReenrolState::Elsewhere)).await;
    assert_eq!(seen.reenrolment.unwrap().from, Some(server.now() + WAIT));
    assert_eq!(two.coffer.account_reenrol_cancel().await.unwrap().reenrolment, None);
    let again = two.coffer.account_reenrol_cancel().await.unwrap_err();
    assert_eq!(again.code, ErrorCode::NotFound);
    one.coffer.sync_now().await.unwrap();
    one.until(is(ReenrolState::Cancelled)).await;
    pass_wait(&server, &one).await;
    assert!(is(ReenrolState::Cancelled)(&one.coffer.sync_status().await.unwrap()));
    two.coffer.account_sign_out().await.unwrap();
    assert_eq!(two.coffer.account_sign_in(PASSWORD.into(), None).await, Ok(SignInView::Done));
}

#[tokio::test]
async fn reset_is_cancelled_where_it_was_asked_for_and_asked_for_again() {
    let (_server, _hostile, one) = reset(|_| ()).await;
    one.until(is(ReenrolState::Waiting)).await;
    let view = one.coffer.account_reenrol_cancel().await.unwrap();
    assert_eq!(view.reenrolment, Some(ReenrolmentView { state: ReenrolState::Cancelled, from: None }));
    let wrong = one.coffer.account_reenrol(PASSWORD.into()).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassword);
    one.pass(60_000);
    one.coffer.account_reenrol(NEW.into()).await.unwrap();
    one.until(is(ReenrolState::Waiting)).await;
}

#[tokio::test]
async fn reset_takes_effect_at_once_while_the_server_recovers() {
    let (server, _hostile, one) = {
        let (server, hostile, one) = connected().await;
        server.app.logs.begin_recovery(server.now(), server.now() + 60_000).await.unwrap();
        recover(&one, &hostile, |_| ()).await;
        (server, hostile, one)
    };
    one.until(is(ReenrolState::Effective)).await;
    assert_eq!(one.coffer.account_sign_in(NEW.into(), None).await, Ok(SignInView::Done));
    assert_eq!(one.coffer.sync_status().await.unwrap().reenrolment, None);
    drop(server);
}

#[tokio::test]
async fn password_changed_elsewhere_supersedes_a_reset() {
    const THIRD: &str = "a third staple of horses";
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    two.coffer.session_change_password(PASSWORD.into(), THIRD.into(), None).await.unwrap();
    recover(&one, &hostile, |_| ()).await;
    one.until(is(ReenrolState::Superseded)).await;
    one.until(|view| view.state == SyncState::SignedOut).await;
    // The account's password becomes that of the profile.
    assert_eq!(one.coffer.account_sign_in(THIRD.into(), None).await, Ok(SignInView::Done));
    one.add("After it").await;
    assert_eq!(one.up_to_date().await.reenrolment, None);
    unlock_again(&one, THIRD).await;
}

#[tokio::test]
async fn reset_of_a_forgotten_newer_password_is_asked_for_again_above_it() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    two.coffer
        .session_change_password(PASSWORD.into(), "forgotten staple of cows".into(), None)
        .await
        .unwrap();
    recover(&one, &hostile, |_| ()).await;
    one.until(is(ReenrolState::Superseded)).await;
    one.coffer.account_reenrol(NEW.into()).await.unwrap();
    one.until(is(ReenrolState::Waiting)).await;
}

#[tokio::test]
async fn t16_server_that_lies_about_a_reset_gets_nothing_and_blocks_nothing() {
    let (server, hostile, one) = reset(|hostile| {
        // It says that it has stored what it lets wait.
        hostile.changes("POST /v1/account/reenrol", |_, reply| reply.status = 200);
    })
    .await;
    one.until(is(ReenrolState::Effective)).await;
    one.coffer.account_sign_out().await.unwrap();
    let refused = one.coffer.account_sign_in(NEW.into(), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::AccountChanged);
    // It refuses it without a reason.
    hostile.reforms();
    hostile.answers("POST /v1/account/reenrol", |_| Reply::problem(403, ProblemCode::Forbidden));
    one.coffer.account_reenrol(NEW.into()).await.unwrap();
    one.until(is(ReenrolState::Refused)).await;
    // It names another version than that of the statement.
    hostile.reforms();
    let lied = Arc::new(Notify::new());
    let answered = lied.clone();
    hostile.changes("POST /v1/account/reenrol", move |_, reply| {
        reply.status = 200;
        reply.change_json(|reply| reply["version"] = 9.into());
        answered.notify_one();
    });
    one.coffer.account_reenrol(NEW.into()).await.unwrap();
    lied.notified().await;
    one.until(is(ReenrolState::Sending)).await;
    hostile.reforms();
    unlock_again(&one, NEW).await;
    one.until(is(ReenrolState::Waiting)).await;
    pass_wait(&server, &one).await;
    one.until(is(ReenrolState::Effective)).await;
    assert_eq!(one.coffer.account_sign_in(NEW.into(), None).await, Ok(SignInView::Done));
}

#[tokio::test]
async fn profile_whose_password_was_not_reset_registers_none() {
    let (_server, _hostile, one) = connected().await;
    let refused = one.coffer.account_reenrol(PASSWORD.into()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    let local = Program::with_profile().await;
    let refused = local.coffer.account_reenrol(PASSWORD.into()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotConnected);
}

#[tokio::test]
async fn stale_computer_registers_no_earlier_identity() {
    let (server, hostile, one) = connected().await;
    let (stale, lost) = (joined(&hostile, &one).await, joined(&hostile, &one).await);
    let code = recovery_code(&stale).await;
    let profile_id = profile_id(&stale).await;
    stale.coffer.session_lock().await.unwrap();
    crate::identity::renew(&one, &lost).await.unwrap();
    one.up_to_date().await;
    // The computer was away meanwhile, and its owner does not know the new password.
    let other = "a third staple of horses".to_owned();
    let request = RecoverRequest { profile_id, code, new_password: other.clone() };
    stale.coffer.session_recover(request).await.map(drop).unwrap();
    stale.until(is(ReenrolState::Superseded)).await;
    // Asked again it has a version that the server would take.
    stale.pass(60_000);
    stale.coffer.account_reenrol(other.as_str().into()).await.unwrap();
    let refused =
        stale.until(|view| is(ReenrolState::Superseded)(view) || is(ReenrolState::Waiting)(view)).await;
    assert!(is(ReenrolState::Superseded)(&refused), "{refused:?}");
    server.pass(WAIT);
    // A new computer gets the present identity, and writes.
    let fresh = Program::start();
    let request = crate::support::join_request(&hostile, &one, NEW).await;
    assert_eq!(fresh.coffer.account_join(request).await, Ok(SignInView::Done));
    fresh.up_to_date().await;
    fresh.add("Of the new computer").await;
    fresh.up_to_date().await;
    one.until_titles(&["First", "Of the new computer"]).await;
}
