//! Copying another profile into the open one.

use std::sync::OnceLock;

use vault_api::views::{JobKind, ProfileCopyChoice, ProfileCopyRequest, UnlockRequest};
use vault_api::{Coffer, ErrorCode, Event, SecretText};

use crate::support::{Computer, PASSWORD};

const OTHER_PASSWORD: &str = "another correct battery staple";

/// A computer with the profile "Laptop", which has two items, and the open profile "Home". Returns the id of the former.
async fn with_two() -> (Computer, String) {
    let computer = Computer::new();
    let id = make_laptop(&computer).await;
    let computer = computer.opened().await;
    (computer, id)
}

async fn make_laptop(computer: &Computer) -> String {
    let password = SecretText::from(OTHER_PASSWORD);
    let status = computer.coffer.profile_create("Laptop".to_owned(), password).await.unwrap();
    let id = status.profiles.iter().find(|profile| profile.name == "Laptop").unwrap().id.clone();
    computer.save_login("Mail", "ada", "one").await;
    computer.save_login("Bank", "ada", "two").await;
    id
}

fn request(id: &str, password: &str) -> ProfileCopyRequest {
    ProfileCopyRequest { profile_id: id.to_owned(), password: password.to_owned(), secret_key: None }
}

async fn locked_by_nobody(coffer: &Coffer, id: &str) {
    let (profile_id, password) = (id.to_owned(), OTHER_PASSWORD.to_owned());
    coffer.session_unlock(UnlockRequest { profile_id, password, secret_key: None }).await.unwrap();
}

#[tokio::test]
async fn profile_is_previewed_copied_and_undone() {
    let (computer, id) = with_two().await;
    let coffer = &computer.coffer;
    computer.save_login("Mail", "ada", "one").await;
    let preview = coffer.profile_copy_open(request(&id, OTHER_PASSWORD)).await.unwrap();
    assert_eq!(
        (preview.name.as_str(), preview.items, preview.vaults, preview.identical),
        ("Laptop", 2, 1, 1)
    );
    assert_eq!((preview.documents, preview.bytes, preview.room), (0, 0, None));
    assert!(preview.size > 1000);
    assert_eq!(computer.titles("").await, ["Mail"], "a preview writes nothing");

    let choice = ProfileCopyChoice { token: preview.token, skip_identical: true };
    let done = coffer.profile_copy_commit(choice.clone()).await.unwrap();
    assert_eq!((done.items, done.identical, done.left.len()), (1, 1, 0));
    assert_eq!(computer.titles("").await, ["Bank", "Mail"]);
    let again = coffer.profile_copy_commit(choice).await;
    assert_eq!(again.unwrap_err().code, ErrorCode::NotFound);
    coffer.undo(done.undo.unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(computer.titles("").await, ["Mail"]);
    let listed = coffer.app_status().await.unwrap().profiles;
    assert_eq!(listed[0].name, "Home", "the next start offers the profile that the user works with");
    locked_by_nobody(coffer, &id).await;
    assert_eq!(computer.titles("").await, ["Bank", "Mail"]);
}

#[tokio::test]
async fn all_is_copied_without_the_comparison() {
    let (computer, id) = with_two().await;
    computer.save_login("Mail", "ada", "one").await;
    let preview = computer.coffer.profile_copy_open(request(&id, OTHER_PASSWORD)).await.unwrap();
    let choice = ProfileCopyChoice { token: preview.token, skip_identical: false };
    let done = computer.coffer.profile_copy_commit(choice).await.unwrap();
    assert_eq!((done.items, done.identical), (2, 0));
    assert_eq!(computer.titles("").await, ["Bank", "Mail", "Mail"]);
}

#[tokio::test]
async fn wrong_password_the_open_profile_and_unknown_ones_are_refused() {
    let (computer, id) = with_two().await;
    let coffer = &computer.coffer;
    let code = |refused: Result<_, vault_api::ErrorView>| {
        refused.map(|_: vault_api::views::ProfileCopyPreview| ()).unwrap_err().code
    };
    assert_eq!(code(coffer.profile_copy_open(request(&id, "wrong")).await), ErrorCode::WrongPassword);
    let status = coffer.app_status().await.unwrap();
    let own = &status.profiles.iter().find(|profile| profile.name == "Home").unwrap().id;
    assert_eq!(code(coffer.profile_copy_open(request(own, PASSWORD)).await), ErrorCode::ProfileNotFound);
    assert_eq!(code(coffer.profile_copy_open(request("x", PASSWORD)).await), ErrorCode::ProfileNotFound);
    coffer.session_lock().await.unwrap();
    assert_eq!(code(coffer.profile_copy_open(request(&id, OTHER_PASSWORD)).await), ErrorCode::Locked);
}

#[tokio::test]
async fn discarding_and_locking_close_the_other_profile() {
    let (computer, id) = with_two().await;
    let coffer = &computer.coffer;
    let beside = computer.another();
    let in_use = || {
        let (profile_id, password) = (id.clone(), OTHER_PASSWORD.to_owned());
        beside.session_unlock(UnlockRequest { profile_id, password, secret_key: None })
    };
    for close in [true, false] {
        let preview = coffer.profile_copy_open(request(&id, OTHER_PASSWORD)).await.unwrap();
        assert_eq!(in_use().await.unwrap_err().code, ErrorCode::ProfileInUse);
        if close {
            coffer.profile_copy_discard().await.unwrap();
        } else {
            coffer.session_lock().await.unwrap();
        }
        in_use().await.unwrap();
        beside.session_lock().await.unwrap();
        if close {
            let choice = ProfileCopyChoice { token: preview.token, skip_identical: true };
            assert_eq!(coffer.profile_copy_commit(choice).await.unwrap_err().code, ErrorCode::NotFound);
        }
    }
}

#[tokio::test]
async fn cancelled_copy_leaves_nothing() {
    static COFFER: OnceLock<Coffer> = OnceLock::new();
    // The job is cancelled as soon as it is announced.
    let computer = Computer::watched(|event| {
        if let (Event::Job(job), Some(coffer)) = (event, COFFER.get())
            && job.kind == JobKind::ProfileCopy
        {
            // It may be over.
            let _ = coffer.job_cancel(job.id);
        }
    });
    let id = make_laptop(&computer).await;
    let computer = computer.opened().await;
    let coffer = &computer.coffer;
    let preview = coffer.profile_copy_open(request(&id, OTHER_PASSWORD)).await.unwrap();
    assert!(COFFER.set(coffer.clone()).is_ok());
    let choice = ProfileCopyChoice { token: preview.token, skip_identical: true };
    let cancelled = coffer.profile_copy_commit(choice).await;
    assert_eq!(cancelled.unwrap_err().code, ErrorCode::Cancelled);
    assert!(computer.titles("").await.is_empty());
    locked_by_nobody(coffer, &id).await;
}
