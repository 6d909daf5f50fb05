//! The account's audit: what the server has shown of it must stay.

use vault_api::views::{AuditKindView, SyncView};
use vault_wire::message::{AuditPage, JsonMessage as _};

use crate::support::{HostileServer, PASSWORD, Program, connected, joined, profile_id, unlock_request};

/// Route of the audit.
const AUDIT: &str = "GET /v1/audit";

fn says(kind: Option<AuditKindView>) -> impl Fn(&SyncView) -> bool {
    move |view| view.audit.map(|audit| audit.kind) == kind
}

/// Changes the audit, and expects that it is said, also after a lock; and not any more once the audit is whole.
async fn expect(
    hostile: &HostileServer,
    program: &Program,
    kind: AuditKindView,
    lie: impl Fn(&mut serde_json::Value) + Send + Sync + 'static,
) {
    hostile.changes(AUDIT, move |_, reply| reply.change_json(&lie));
    program.coffer.sync_now().await.unwrap();
    program.until(says(Some(kind))).await;
    let id = profile_id(program).await;
    program.coffer.session_lock().await.unwrap();
    program.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
    assert!(says(Some(kind))(&program.coffer.sync_status().await.unwrap()));
    // It is no reason not to work.
    program.add("While it is false").await;
    program.until(|view| view.unsent == 0).await;
    hostile.reforms();
    program.coffer.sync_now().await.unwrap();
    program.until(says(None)).await;
}

fn events(page: &mut serde_json::Value) -> &mut Vec<serde_json::Value> {
    page["events"].as_array_mut().unwrap()
}

#[tokio::test]
async fn t70_shortened_audit_is_shown_until_whole() {
    let (_server, hostile, one) = connected().await;
    assert!(says(None)(&one.coffer.sync_status().await.unwrap()));
    expect(&hostile, &one, AuditKindView::Shortened, |page| events(page).clear()).await;
}

#[tokio::test]
async fn t70_changed_audit_event_is_shown_until_restored() {
    let (_server, hostile, one) = connected().await;
    expect(&hostile, &one, AuditKindView::Changed, |page| {
        events(page)[0]["hash"] = "A".repeat(43).into();
    })
    .await;
}

#[tokio::test]
async fn t70_audit_event_that_is_hidden_between_others_is_said() {
    let (_server, hostile, one) = connected().await;
    // Another device signs in.
    let _two = joined(&hostile, &one).await;
    hostile.forget();
    expect(&hostile, &one, AuditKindView::Changed, |page| {
        let events = events(page);
        assert!(events.len() > 2, "a sign-in and a device were added");
        events.remove(1);
    })
    .await;
}

#[tokio::test]
async fn audit_is_continued_and_not_read_again() {
    let (_server, hostile, one) = connected().await;
    let last = |hostile: &HostileServer| {
        let seen = hostile.seen();
        let asked = seen.iter().rev().find(|sent| sent.route == AUDIT).unwrap();
        asked.query.clone().unwrap()
    };
    let before = last(&hostile);
    let id = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    hostile.forget();
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
    hostile.until(|seen| seen.iter().any(|sent| sent.route == AUDIT)).await;
    assert_eq!(last(&hostile), before);
}

#[tokio::test]
async fn audit_that_a_restored_server_lost_is_said_and_begun_again() {
    const WEEK: u64 = 7 * 24 * 60 * 60 * 1000;
    let (server, hostile, one) = connected().await;
    let backup = server.backup().await;
    let _two = joined(&hostile, &one).await;
    hostile.forget();
    one.settled(&hostile).await;
    let server = server.failed_over(backup.path()).await;
    hostile.moves_to(&server).await;
    one.coffer.sync_now().await.unwrap();
    one.until(says(Some(AuditKindView::Restored))).await;
    one.pass(WEEK);
    assert!(says(None)(&one.coffer.sync_status().await.unwrap()));
    // From here on the new chain must stay.
    server.app.logs.end_recovery(server.now()).await.unwrap();
    hostile.forget();
    one.settled(&hostile).await;
    hostile.changes(AUDIT, |_, reply| {
        assert!(AuditPage::from_json(&reply.body).is_ok());
        reply.change_json(|page| events(page).clear());
    });
    one.coffer.sync_now().await.unwrap();
    one.until(says(Some(AuditKindView::Shortened))).await;
}
