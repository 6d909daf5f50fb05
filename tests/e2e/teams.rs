//! A team of two accounts: two applications and a server.

use serde_json::json;

use crate::harness::{App, Computer, Server, by, by_with, until};
use crate::members::{close_settings, until_vault};
use crate::sync::{add_into, connect_as, until_items};

/// The team that an application is in.
async fn team(app: &App) -> serde_json::Value {
    app.invoke("team_list", json!({})).await.unwrap()[0].clone()
}

async fn open_tab(app: &App, tab: &str) {
    app.click(&by_with("team-tab", "data-tab", tab)).await;
}

#[tokio::test]
async fn group_of_a_team_gets_a_vault_and_loses_it() {
    let server = Server::start();
    let (one, two) = (Computer::new().await, Computer::new().await);
    // Each application asks before it contacts the server, and before somebody gets something.
    one.will_answer(true);
    two.will_answer(true);
    let ada = App::start(&one).await;
    connect_as(&ada, &server.connect_code, "ada@example.org").await;
    close_settings(&ada).await;
    let bob = App::start(&two).await;
    connect_as(&bob, &server.invite(), "bob@example.org").await;
    close_settings(&bob).await;

    ada.click(&by("menu-button")).await;
    ada.click(&by("open-new-team")).await;
    ada.fill(&by("team-make-name"), "Company").await;
    ada.fill(&by("team-make-own"), "Ada").await;
    ada.click(&by("team-make-submit")).await;
    ada.wait(&by("team-person")).await;
    ada.screenshot("team-made").await;
    let directory = team(&ada).await["id"].as_str().unwrap().to_owned();
    let invite = json!({ "vault": directory, "role": "viewer", "days": 7, "name": "Bob", "own_name": "Ada" });
    let link = ada.invoke("member_invite", json!({ "request": invite })).await.unwrap()["link"].clone();
    until("the invitation at the server", async || {
        let members = ada.invoke("members_get", json!({ "vaultId": directory })).await.unwrap();
        (members["pending"] == json!([])).then_some(())
    })
    .await;
    two.open_link(link.as_str().unwrap());
    bob.fill(&by("join-vault-name"), "Bob").await;
    bob.click(&by("join-vault-submit")).await;
    until("two people", async || (team(&ada).await["people"].as_array().unwrap().len() == 2).then_some(()))
        .await;

    open_tab(&ada, "groups").await;
    ada.click(&by("team-group-new")).await;
    ada.fill(&by("team-group-name"), "Everybody").await;
    ada.script(
        "document.querySelectorAll('[data-testid=\"team-group-person\"]').forEach((box) => box.click())",
    )
    .await;
    ada.screenshot("team-group").await;
    ada.click(&by("team-form-submit")).await;
    ada.wait(&by("team-group")).await;
    let group = team(&ada).await["groups"][0]["id"].clone();
    let look = json!({ "name": "Designs", "hue": 200, "icon": "briefcase" });
    let vaults = ada.invoke("vault_create", json!({ "appearance": look })).await.unwrap();
    let made =
        vaults.as_array().unwrap().iter().find(|vault| vault["appearance"]["name"] == "Designs").unwrap();
    let vault = made["id"].as_str().unwrap().to_owned();
    add_into(&ada, "Logo", Some(&vault)).await;
    let give = json!({
        "team": directory, "vault": vault, "groups": [{ "id": group, "role": "editor" }], "accounts": [],
    });
    ada.invoke("team_vault_put", json!({ "request": give })).await.unwrap();
    open_tab(&ada, "vaults").await;
    ada.wait(&by("team-vault")).await;
    until_vault(&bob, &vault, |found| found["read_only"].is_null()).await;
    until_items(&bob, 2).await;
    add_into(&bob, "Of Bob", Some(&vault)).await;
    until_items(&ada, 3).await;
    ada.screenshot("team-vaults").await;
    bob.wait(&by("team-entry")).await;
    bob.screenshot("team-member").await;

    // Bob is away for a while; his program is killed and finds out when it comes back.
    bob.kill().await;
    open_tab(&ada, "people").await;
    let of_bob = format!("{}[aria-label*=\"Bob\"]", by("team-person-more"));
    ada.click(&of_bob).await;
    ada.click(&by("team-suspend")).await;
    ada.click(&by("confirm-yes")).await;
    until_vault(&ada, &vault, |found| found["sharing"]["members"] == 1).await;
    ada.screenshot("team-suspended").await;
    let bob = App::start(&two).await;
    bob.unlock().await;
    until_vault(&bob, &vault, |found| found["read_only"] == "no_member").await;
    ada.click(&of_bob).await;
    ada.click(&by("team-resume")).await;
    ada.click(&by("confirm-yes")).await;
    until_vault(&bob, &vault, |found| found["read_only"].is_null()).await;
    add_into(&ada, "After", Some(&vault)).await;
    until_items(&bob, 4).await;
    assert_eq!(server.faults(), Vec::<String>::new());
}
