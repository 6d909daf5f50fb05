//! What own devices know of their server, with real programs.

use vault_api::ErrorCode;
use vault_api::views::{KeyChoice, SyncState};

use crate::support::{PASSWORD, Program, connected, join_request, joined};

#[tokio::test]
async fn pins_are_shared_and_seen_by_nobody() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    for program in [&one, &two] {
        program.coffer.sync_now().await.unwrap();
        program.up_to_date().await;
        program.until_titles(&["First"]).await;
        let view = program.coffer.sync_status().await.unwrap();
        assert_eq!((view.other_key, view.audit), (None, None));
    }
}

#[tokio::test]
async fn t43_server_key_disputed_by_own_device_is_refused() {
    let (server, hostile, one) = connected().await;
    one.coffer.session_lock().await.unwrap();
    // At the same address something with another key passes everything on, and the user confirms that key unseen.
    let other = hostile.replaced(&server).await;
    one.coffer
        .session_unlock(crate::support::unlock_request(crate::support::profile_id(&one).await, PASSWORD))
        .await
        .map(drop)
        .unwrap();
    one.until(|view| {
        view.problem.as_ref().is_some_and(|problem| problem.code == ErrorCode::ServerKeyChanged)
    })
    .await;
    let two = Program::start();
    two.coffer.account_join(join_request(&other, &one, PASSWORD).await).await.unwrap();
    let view = two.until(|view| view.other_key.is_some()).await;
    let view = match view.problem {
        Some(_) => view,
        None => two.until(|view| view.problem.is_some()).await,
    };
    assert_eq!(view.problem.unwrap().code, ErrorCode::ServerKeyDisputed);
    // Nothing is sent any more, also when it is asked for.
    two.add("Not sent").await;
    other.forget();
    two.coffer.sync_now().await.unwrap();
    let view = two.until(|view| view.unsent > 0 && view.state == SyncState::Waiting).await;
    let pushes = |route: &String| route.starts_with("POST") && route.ends_with("/log");
    assert!(!other.routes().iter().any(pushes), "{:?}", other.routes());
    // The choice must be about the keys that were compared.
    let seen = view.other_key.unwrap();
    assert_eq!((seen.own.len(), seen.other.len()), (8, 8));
    let mut changed = seen.clone();
    changed.other.reverse();
    let refused = two.coffer.sync_key_choose(changed, KeyChoice::Other).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    two.coffer.sync_key_choose(seen, KeyChoice::Own).await.unwrap();
    two.until(|view| view.unsent == 0 && view.other_key.is_none()).await;
}
