//! What is sent for the first time, and vaults that stay on this computer.

use vault_api::views::{
    InviteRequest, ProfileCopyChoice, ProfileCopyRequest, RoleView, SyncState, UploadVaultView,
    VaultAppearanceView, VaultView,
};
use vault_api::{ErrorCode, SecretText};
use vault_engine::VaultId;

use crate::support::{
    HostileServer, LOGIN, PASSWORD, Program, TestServer, choice, connected, joined, profile_id,
    unlock_request,
};

fn look(name: &str) -> VaultAppearanceView {
    VaultAppearanceView { name: name.to_owned(), ..VaultAppearanceView::default() }
}

/// The id of the vault with a name.
fn named(vaults: &[VaultView], name: &str) -> VaultId {
    vaults.iter().find(|vault| vault.appearance.name == name).unwrap().id.parse().unwrap()
}

/// Adds a vault that stays on this computer, with an item.
async fn private(one: &Program) -> VaultId {
    let vaults = one.coffer.vault_create_only_here(look("Private")).await.unwrap();
    let vault = named(&vaults, "Private");
    one.try_add_to(Some(vault), "Hidden").await.unwrap();
    vault
}

/// Adds one that does not.
async fn work(one: &Program) -> VaultId {
    let vault = named(&one.coffer.vault_create(look("Work")).await.unwrap(), "Work");
    one.try_add_to(Some(vault), "At work").await.unwrap();
    vault
}

/// Whether the server was sent or asked anything about a vault.
fn is_named(hostile: &HostileServer, vault: VaultId) -> bool {
    let (text, bytes) = (vault.to_string(), vault.as_bytes());
    hostile.seen().iter().any(|sent| {
        let in_body = |wanted: &[u8]| sent.body.windows(wanted.len()).any(|found| found == wanted);
        sent.route.contains(&text) || in_body(text.as_bytes()) || in_body(bytes)
    })
}

/// Requests that create vaults.
fn creations(hostile: &HostileServer) -> usize {
    hostile.seen().iter().filter(|sent| sent.route == "POST /v1/vaults").count()
}

async fn preview_of(one: &Program, vault: VaultId) -> UploadVaultView {
    let mut found = one.coffer.upload_preview().await.unwrap().vaults.into_iter();
    found.find(|found| found.id == vault.to_string()).unwrap()
}

#[tokio::test]
async fn nothing_is_sent_before_the_user_has_seen_what() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let one = Program::with_profile().await;
    one.add("First").await;
    one.add_document("scan.bin", &[7; 300_000]).await;
    let (work, other) = (work(&one).await, private(&one).await);
    assert_eq!(one.coffer.upload_preview().await.unwrap_err().code, ErrorCode::NotConnected);
    assert_eq!(one.coffer.upload_begin().await.unwrap_err().code, ErrorCode::NotConnected);
    one.open_account(&server, choice(&hostile), LOGIN).await;

    // Also after an unlock, and when the user asks for it.
    let id = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.session_unlock(unlock_request(id, PASSWORD)).await.unwrap();
    hostile.until(|seen| seen.iter().any(|sent| sent.route == "GET /v1/events")).await;
    let view = one.coffer.sync_now().await.unwrap();
    assert_eq!((view.state, view.verified_at), (SyncState::Held, None));
    one.until_holds(async |coffer| coffer.upload_preview().await.unwrap().room.is_some()).await;
    let preview = one.coffer.upload_preview().await.unwrap();
    let home = &preview.vaults[0];
    assert_eq!((home.home, home.only_here, home.items, home.documents), (true, false, 2, 1));
    assert!((300_000..400_000).contains(&home.bytes), "{home:?}");
    assert!(preview.room.unwrap() > home.bytes);
    assert_eq!((preview_of(&one, work).await.items, preview_of(&one, other).await.only_here), (1, true));
    // What stays here is chosen now.
    one.coffer.vault_set_only_here(work, true).await.unwrap();
    one.coffer.vault_set_only_here(other, false).await.unwrap();
    assert_eq!(one.coffer.sync_status().await.unwrap().state, SyncState::Held);
    assert_eq!(creations(&hostile), 0);

    one.coffer.upload_begin().await.unwrap();
    one.up_to_date().await;
    let two = joined(&hostile, &one).await;
    two.until_titles(&["First", "Hidden", "scan"]).await;
    two.up_to_date().await;
    assert!(!is_named(&hostile, work) && is_named(&hostile, other));
    assert_eq!(two.document("scan").await.unwrap(), [7; 300_000]);
    // It was asked once, and an empty profile has nothing to be asked about.
    one.check_log().await;
    one.up_to_date().await;
    let empty = Program::start();
    empty.coffer.profile_create("Empty".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    empty.open_account(&server, choice(&hostile), "bob@example.test").await;
    empty.up_to_date().await;
}

#[tokio::test]
async fn vault_that_stays_here_is_unknown_elsewhere() {
    let (_server, hostile, one) = connected().await;
    let two = joined(&hostile, &one).await;
    let (vault, work) = (private(&one).await, work(&one).await);
    two.until_titles(&["At work", "First"]).await;
    one.up_to_date().await;
    let view = two.up_to_date().await;
    assert!(view.vaults.iter().all(|vault| vault.problem.is_none()), "{view:?}");
    assert_eq!(two.coffer.vault_list().await.unwrap().len(), 2);
    one.coffer.vault_update(vault, look("Renamed")).await.unwrap();
    one.check_log().await;
    let view = one.up_to_date().await;
    let shown = view.vaults.iter().find(|shown| shown.id == vault.to_string()).unwrap();
    assert_eq!((shown.only_here, shown.unsent), (true, 0));
    let invitation = InviteRequest {
        vault: vault.to_string(),
        role: RoleView::Viewer,
        days: 7,
        name: "Bob".to_owned(),
        own_name: "Alice".to_owned(),
    };
    let refused = one.coffer.member_invite(invitation).await.map(drop).unwrap_err();
    assert_eq!(refused.code, ErrorCode::VaultOnlyHere);
    // What the server has cannot be taken back.
    let refused = one.coffer.vault_set_only_here(work, true).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::VaultSynchronized);
    let home = one.coffer.vault_list().await.unwrap()[0].id.parse().unwrap();
    let refused = one.coffer.vault_set_only_here(home, true).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    assert!(!is_named(&hostile, vault));

    one.coffer.vault_set_only_here(vault, false).await.unwrap();
    two.until_titles(&["At work", "First", "Hidden"]).await;
    assert!(two.coffer.vault_list().await.unwrap().iter().all(|vault| !vault.only_here));
    let refused = one.coffer.vault_set_only_here(vault, true).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::VaultSynchronized);
    for program in [&one, &two] {
        program.up_to_date().await;
        program.check_log().await;
    }
}

#[tokio::test]
async fn vault_that_stays_here_does_so_when_the_server_is_left() {
    let (_server, hostile, one) = connected().await;
    let (vault, gone) =
        (private(&one).await, named(&one.coffer.vault_create_only_here(look("Gone")).await.unwrap(), "Gone"));
    one.try_add_to(Some(gone), "Deleted").await.unwrap();
    one.coffer.vault_delete(gone, Some(1)).await.unwrap();
    assert_eq!(one.up_to_date().await.vaults.len(), 2, "it waits for nothing");
    assert_eq!(one.titles().await, ["First", "Hidden"]);
    one.coffer.account_leave().await.unwrap();
    one.check_log().await;
    assert!(one.coffer.vault_list().await.unwrap().iter().any(|vault| vault.only_here));

    let other = TestServer::start().await;
    let front = HostileServer::before(&other).await;
    one.connect(&other, &front).await;
    one.up_to_date().await;
    let two = joined(&front, &one).await;
    two.up_to_date().await;
    assert_eq!(two.titles().await, ["First"]);
    for vault in [vault, gone] {
        assert!(!is_named(&hostile, vault) && !is_named(&front, vault));
    }
    one.check_log().await;
}

#[tokio::test]
async fn copied_vault_stays_where_its_source_did() {
    let one = Program::with_profile().await;
    private(&one).await;
    let source = profile_id(&one).await;
    one.coffer.session_lock().await.unwrap();
    one.coffer.profile_create("Account".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    // One of the same name that is synchronized does not receive the items.
    one.coffer.vault_create(look("Private")).await.unwrap();
    let request = ProfileCopyRequest { profile_id: source, password: PASSWORD.to_owned(), secret_key: None };
    let token = one.coffer.profile_copy_open(request).await.unwrap().token;
    one.coffer.profile_copy_commit(ProfileCopyChoice { token, skip_identical: false }).await.unwrap();
    let vaults = one.coffer.vault_list().await.unwrap();
    let found: Vec<_> =
        vaults.iter().map(|vault| (&*vault.appearance.name, vault.only_here, vault.listed)).collect();
    assert_eq!(found, [("", false, 0), ("Private", false, 0), ("Private", true, 1)]);
}
