//! A vault that two accounts share: two applications and a server.

use serde_json::{Value, json};

use crate::harness::{App, Computer, Server, by, by_with, until};
use crate::sync::{add_into, connect_as, until_items};

/// Waits until the list of vaults is as wanted, and returns the vault of this id.
pub async fn until_vault(app: &App, vault: &str, holds: impl Fn(&Value) -> bool) {
    until("a state of the vault", async || {
        let vaults = app.invoke("vault_list", json!({})).await.unwrap();
        let found = vaults.as_array().unwrap().iter().find(|found| found["id"] == vault).cloned();
        found.filter(&holds).map(drop)
    })
    .await;
}

async fn open_people(app: &App, vault: &str) {
    app.click(&by_with("sidebar-entry", "data-scope", &format!("vault:{vault}"))).await;
    app.click(&by("list-people")).await;
    app.wait(&by("people-dialog")).await;
}

pub async fn close_settings(app: &App) {
    app.script("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))")
        .await;
    app.gone(&by("settings-tab")).await;
}

#[tokio::test]
async fn vault_is_shared_edited_offline_and_taken_back() {
    let mut server = Server::start();
    let (one, two) = (Computer::new().await, Computer::new().await);
    // Each application asks before it contacts the server, and before somebody is invited.
    one.will_answer(true);
    two.will_answer(true);
    let ada = App::start(&one).await;
    connect_as(&ada, &server.connect_code, "ada@example.org").await;
    close_settings(&ada).await;
    let bob = App::start(&two).await;
    connect_as(&bob, &server.invite(), "bob@example.org").await;
    close_settings(&bob).await;

    let look = json!({ "name": "Family", "hue": 200, "icon": "home" });
    let vaults = ada.invoke("vault_create", json!({ "appearance": look })).await.unwrap();
    let vault = vaults[1]["id"].as_str().unwrap().to_owned();
    add_into(&ada, "Wifi at home", Some(&vault)).await;
    open_people(&ada, &vault).await;
    ada.fill(&by("invite-for"), "Bob").await;
    ada.fill(&by("invite-own"), "Ada").await;
    ada.click(&by_with("invite-role", "value", "editor")).await;
    ada.screenshot("share-invite").await;
    ada.click(&by("invite-submit")).await;
    let link = ada.value(&by("link-text")).await;
    assert!(link.starts_with("coffer://join#"), "{link}");
    ada.screenshot("share-link").await;
    ada.click(&by("link-done")).await;
    until("the invitation at the server", async || {
        let members = ada.invoke("members_get", json!({ "vaultId": vault })).await.unwrap();
        (!members["invitations"].as_array().unwrap().is_empty()).then_some(())
    })
    .await;

    // Rubbish first; then the link.
    bob.click(&by("menu-button")).await;
    bob.click(&by("open-join-vault")).await;
    bob.fill(&by("join-vault-link"), "coffer://join#rubbish").await;
    bob.click(&by("join-vault-submit")).await;
    bob.wait(&by("join-vault-error")).await;
    bob.click(&by("join-vault-cancel")).await;
    two.open_link(&link);
    bob.wait(&by("join-vault-offer")).await;
    bob.fill(&by("join-vault-name"), "Bob").await;
    bob.screenshot("share-offer").await;
    bob.click(&by("join-vault-submit")).await;
    until_vault(&bob, &vault, |found| found["read_only"].is_null()).await;
    until_items(&bob, 2).await;
    bob.wait(&by_with("sidebar-entry", "data-scope", &format!("vault:{vault}"))).await;
    bob.screenshot("share-joined").await;
    until_vault(&ada, &vault, |found| found["sharing"]["members"] == 2).await;

    // While the server is away both write, and one program is killed.
    server.kill();
    add_into(&ada, "Of Ada", Some(&vault)).await;
    add_into(&bob, "Of Bob", Some(&vault)).await;
    bob.kill().await;
    server.resume();
    let bob = App::start(&two).await;
    bob.unlock().await;
    ada.invoke("sync_now", json!({})).await.unwrap();
    until_items(&ada, 4).await;
    until_items(&bob, 4).await;

    // Ada removes Bob: his program says so, and what she writes then is for her alone.
    until("the members", async || (ada.count(&by("people-member")).await == 2).then_some(())).await;
    ada.screenshot("share-people").await;
    ada.click(&by("people-remove")).await;
    ada.click(&by("confirm-yes")).await;
    until_vault(&ada, &vault, |found| found["sharing"]["members"] == 1 && found["sharing"]["pending"] == 0)
        .await;
    add_into(&ada, "After Bob", Some(&vault)).await;
    bob.invoke("sync_now", json!({})).await.unwrap();
    until_vault(&bob, &vault, |found| found["read_only"] == "no_member").await;
    bob.click(&by_with("sidebar-entry", "data-scope", &format!("vault:{vault}"))).await;
    bob.wait(&by("vault-notice")).await;
    bob.screenshot("share-removed").await;
    bob.click(&by("vault-forget")).await;
    until_items(&bob, 1).await;
    until_items(&ada, 5).await;
    assert_eq!(server.faults(), Vec::<String>::new());
}
