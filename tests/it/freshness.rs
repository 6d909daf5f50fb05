//! A device that was added by password believes the first answer of the server until people have compared it.

use vault_api::ErrorCode;
use vault_api::views::{SignInView, SyncState};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{LogPage, VaultList};

use crate::support::{PASSWORD, Program, connected, join_request, joined, profile_id, unlock_request};

#[tokio::test]
async fn t09_new_device_is_unverified_until_words_are_compared() {
    let (_server, hostile, one) = connected().await;
    one.add("Second").await;
    assert!(!one.up_to_date().await.unverified);
    let two = joined(&hostile, &one).await;
    // Neither time nor a restart ends it, nor what the other device writes.
    one.add("Third").await;
    one.up_to_date().await;
    two.coffer.sync_now().await.unwrap();
    two.until_titles(&["First", "Second", "Third"]).await;
    let id = profile_id(&two).await;
    two.coffer.session_lock().await.unwrap();
    two.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    assert!(two.up_to_date().await.unverified);
    let (mine, theirs) = (two.coffer.sync_words().await.unwrap(), one.coffer.sync_words().await.unwrap());
    assert_eq!((&mine, mine.words.len()), (&theirs, 8));
    // Only a log that the device has, and not of before it came, proves anything.
    for wrong in [1, mine.entries + 1] {
        let refused = two.coffer.sync_compared(wrong).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotFound);
    }
    assert!(!two.coffer.sync_compared(mine.entries).await.unwrap().unverified);
    assert!(!one.coffer.sync_status().await.unwrap().unverified);
    let events = two.coffer.event_list(0, 1).await.unwrap();
    assert_eq!(events[0].what, "compared");
}

#[tokio::test]
async fn t09_words_of_a_log_rolled_back_for_a_new_device_differ() {
    let (_server, hostile, one) = connected().await;
    let earlier = one.coffer.sync_words().await.unwrap();
    // The root that the log had then, from a page of then.
    let seen = std::sync::Arc::new(std::sync::Mutex::new(None));
    let found = seen.clone();
    hostile.changes("GET /v1/vaults/*", move |_, reply| {
        if let Ok(page) = LogPage::decode(&reply.body) {
            found.lock().unwrap().get_or_insert((page.head_seq, page.head_root));
        }
    });
    let two = joined(&hostile, &one).await;
    drop(two);
    hostile.reforms();
    let (seq, root) = seen.lock().unwrap().unwrap();
    assert_eq!(seq, earlier.entries);
    one.add("Second").await;
    one.up_to_date().await;
    hostile.changes("GET /v1/vaults", move |_, reply| {
        reply.change_cbor(|list: &mut VaultList| {
            list.vaults.iter_mut().for_each(|head| (head.seq, head.root) = (seq, root));
        });
    });
    hostile.changes("GET /v1/vaults/*", move |_, reply| {
        if LogPage::decode(&reply.body).is_ok() {
            reply.change_cbor(|page: &mut LogPage| {
                page.entries.truncate(usize::try_from(seq.saturating_sub(page.after)).unwrap());
                (page.head_seq, page.head_root) = (seq, root);
            });
        }
    });
    let three = joined(&hostile, &one).await;
    assert_eq!(three.titles().await, ["First"]);
    assert!(three.coffer.sync_status().await.unwrap().unverified);
    assert_eq!(three.coffer.sync_words().await.unwrap(), earlier);
    assert_ne!(one.coffer.sync_words().await.unwrap(), earlier);
}

#[tokio::test]
async fn first_replay_is_called_verifying_until_it_has_ended() {
    let (_server, hostile, one) = connected().await;
    let two = Program::start();
    hostile.swallows(|route| route == "GET /v1/vaults");
    let request = join_request(&hostile, &one, PASSWORD).await;
    assert_eq!(two.coffer.account_join(request).await, Ok(SignInView::Done));
    let view = two.until(|view| view.state != SyncState::Offline).await;
    assert_eq!((view.state, view.unverified), (SyncState::Verifying, true));
    // Words of what was not replayed yet prove nothing.
    assert_eq!(two.coffer.sync_words().await.unwrap_err().code, ErrorCode::NotConnected);
    assert_eq!(two.coffer.sync_compared(1).await.unwrap_err().code, ErrorCode::NotFound);
    hostile.reforms();
    let id = profile_id(&two).await;
    two.coffer.session_lock().await.unwrap();
    two.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    two.up_to_date().await;
    assert_eq!(two.titles().await, ["First"]);
}
