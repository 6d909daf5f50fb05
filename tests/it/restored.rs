//! A server that was restored from an old backup: noticed, said and healed.

use vault_api::views::{SignInView, SyncState, SyncView, VaultAppearanceView};
use vault_api::{ErrorCode, SecretText};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{HealBatch, ProblemCode, VaultHead};

use crate::support::{
    HostileServer, PASSWORD, Program, Reply, TestServer, connected, joined, profile_id, unlock_request,
};

fn restoring(view: &SyncView) -> bool {
    let mut problems = view.vaults.iter().filter_map(|vault| vault.problem.as_ref());
    problems.any(|problem| problem.code == ErrorCode::ServerRestoring)
}

/// Signs in again, since a restore ends all sessions.
async fn sign_in_again(program: &Program) {
    program.coffer.sync_now().await.unwrap();
    program.until(|view| view.state == SyncState::SignedOut).await;
    assert_eq!(program.coffer.account_sign_in(SecretText::from(PASSWORD), None).await, Ok(SignInView::Done));
}

async fn lock(program: &Program) {
    program.coffer.session_lock().await.unwrap();
}

async fn unlock(program: &Program) {
    let id = profile_id(program).await;
    program.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
}

/// What happened, the oldest first.
async fn events(program: &Program) -> Vec<String> {
    let events = program.coffer.event_list(0, 100).await.unwrap();
    let mut names: Vec<_> = events.into_iter().map(|event| event.what).collect();
    names.retain(|name| name.starts_with("server_") || name.starts_with("alarm_"));
    names.reverse();
    names
}

/// The server goes on from a backup.
async fn restore(server: &TestServer, hostile: &HostileServer, backup: &tempfile::TempDir) -> TestServer {
    let restored = server.restored(backup.path()).await;
    hostile.moves_to(&restored).await;
    restored
}

#[tokio::test]
async fn server_restored_from_an_old_backup_is_healed_by_two_devices() {
    let (server, hostile, one) = connected().await;
    let backup = server.backup().await;
    one.add("Second").await;
    one.add_document("Document", &[7; 3_000_000]).await;
    let work = VaultAppearanceView { name: "Work".to_owned(), ..VaultAppearanceView::default() };
    let vaults = one.coffer.vault_create(work).await.unwrap();
    let work = vaults.iter().find(|vault| !vault.home).unwrap().id.parse().unwrap();
    one.try_add_to(Some(work), "At work").await.unwrap();
    one.up_to_date().await;
    let two = joined(&hostile, &one).await;
    two.until(|view| view.documents == 0).await;
    lock(&two).await;
    one.add("Third").await;
    one.up_to_date().await;
    lock(&one).await;
    let server = restore(&server, &hostile, &backup).await;

    // The one with fewer entries comes first.
    unlock(&two).await;
    sign_in_again(&two).await;
    let view = two.until(|view| view.restored.is_some()).await;
    assert!(view.restored.unwrap().sent > 0);
    two.until(|view| view.state == SyncState::UpToDate).await;
    // The home vault, and then the one that the server had lost as a whole.
    let each = ["server_restored", "server_complete"];
    assert_eq!(events(&two).await, [each, each].concat());
    unlock(&one).await;
    sign_in_again(&one).await;
    one.until(|view| view.restored.is_some() && view.state == SyncState::UpToDate).await;
    assert!(events(&one).await.contains(&"server_complete".to_owned()));
    assert!(!events(&one).await.contains(&"alarm_raised".to_owned()));

    // Recovery ends. Both go on, and a new device gets everything, the document and the vault included.
    server.app.logs.end_recovery(server.now()).await.unwrap();
    one.add("Fourth").await;
    one.coffer.sync_now().await.unwrap();
    one.up_to_date().await;
    two.coffer.sync_now().await.unwrap();
    let titles = ["At work", "Document", "First", "Fourth", "Second", "Third"];
    two.until_titles(&titles).await;
    let three = joined(&hostile, &one).await;
    three.until(|view| view.documents == 0).await;
    assert_eq!(three.titles().await, titles);
    assert_eq!(three.document("Document").await.unwrap(), [7; 3_000_000]);
    let vaults = three.coffer.vault_list().await.unwrap();
    assert!(vaults.iter().any(|vault| vault.appearance.name == "Work"));
    for program in [&one, &two, &three] {
        program.check_log().await;
    }
}

#[tokio::test]
async fn vault_is_read_only_until_the_server_has_everything_again() {
    let (server, hostile, one) = connected().await;
    let backup = server.backup().await;
    one.add("Second").await;
    one.up_to_date().await;
    let _server = restore(&server, &hostile, &backup).await;
    // What is sent again arrives, and the answer is lost: once, and once more after a restart.
    hostile.loses("POST /v1/vaults/*");
    sign_in_again(&one).await;
    hostile.until(|seen| seen.iter().any(|sent| sent.route.ends_with("/heal"))).await;
    lock(&one).await;
    unlock(&one).await;
    hostile.reforms();
    // And then nothing arrives for a while.
    let home = one.coffer.vault_list().await.unwrap().remove(0);
    hostile.answers_some("GET /v1/vaults/*", move |sent| {
        sent.route.ends_with("/log").then(|| Reply::problem(503, ProblemCode::Unavailable))
    });
    assert_eq!(one.try_add("Third").await.unwrap_err().code, ErrorCode::ServerRestoring);
    assert_eq!((one.titles().await.len(), home.home), (2, true));
    let view = one.coffer.sync_now().await.unwrap();
    assert_ne!(view.state, SyncState::UpToDate);
    hostile.reforms();
    one.coffer.sync_now().await.unwrap();
    let view = one.until(|view| view.restored.is_some()).await;
    assert_eq!(view.vaults[0].alarm, None);
    one.add("Third").await;
    assert_eq!(events(&one).await, ["server_restored", "server_complete"]);
}

#[tokio::test]
async fn server_that_failed_over_meanwhile_raises_no_alarm() {
    let (server, hostile, one) = connected().await;
    let backup = server.backup().await;
    one.add("Second").await;
    one.up_to_date().await;
    // Sessions go on after a fail-over, and what the server states was asked for a short time ago.
    let server = server.failed_over(backup.path()).await;
    hostile.moves_to(&server).await;
    one.coffer.sync_now().await.unwrap();
    one.until(|view| view.restored.is_some()).await;
    assert_eq!(events(&one).await, ["server_restored", "server_complete"]);
}

#[tokio::test]
async fn t08_healing_that_is_only_pretended_ends_in_an_alarm() {
    let (server, hostile, one) = connected().await;
    let backup = server.backup().await;
    one.add("Second").await;
    one.up_to_date().await;
    let lasts = 60_000;
    let restored = restore(&server, &hostile, &backup).await;
    restored.app.logs.end_recovery(0).await.unwrap();
    let until = restored.now() + lasts;
    restored.app.logs.begin_recovery(restored.now(), until).await.unwrap();
    // It says that it took them, and has nothing.
    hostile.answers_some("POST /v1/vaults/*", |sent| {
        let batch = HealBatch::decode(&sent.body).ok()?;
        let vault_id = sent.route.split('/').nth(3)?.parse().ok()?;
        let seq = batch.first_seq + batch.entries.len() as u64 - 1;
        let head = VaultHead { vault_id, seq, root: [7; 32].into(), epoch: 1, last_record: [7; 32].into() };
        Some(Reply::new(200, "application/cbor", head.encode()))
    });
    sign_in_again(&one).await;
    let view = one.until(restoring).await;
    assert_eq!((view.state, view.restored), (SyncState::Waiting, None));
    assert_eq!(one.try_add("Third").await.unwrap_err().code, ErrorCode::ServerRestoring);
    one.pass(lasts + 1);
    lock(&one).await;
    unlock(&one).await;
    one.until(|view| view.state == SyncState::Alarm).await;
    assert_eq!(one.titles().await, ["First", "Second"]);
    // It really takes them during the next recovery.
    hostile.reforms();
    restored.pass(lasts + 1);
    restored.app.logs.begin_recovery(restored.now(), restored.now() + lasts).await.unwrap();
    lock(&one).await;
    unlock(&one).await;
    one.until(|view| view.restored.is_some()).await;
    one.add("Third").await;
    let expected = ["server_restored", "alarm_raised", "alarm_ended", "server_complete"];
    assert_eq!(events(&one).await, expected);
}
