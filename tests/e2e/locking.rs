use serde_json::json;

use crate::harness::{App, Computer, PASSWORD, by, by_with, until};

#[tokio::test]
async fn a_wrong_password_opens_nothing_and_the_right_one_still_does() {
    let computer = Computer::new().await;
    let mut app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    app.lock().await;
    app.try_to_unlock("not-the-password-at-all").await;
    let told = app.text(&by("unlock-error")).await;
    assert!(told.contains("password"), "{told}");
    let refused = app.invoke("item_list", json!({ "query": everything() })).await.unwrap_err();
    assert_eq!(refused["code"], json!("locked"));
    app.screenshot("wrong-password").await;
    app.unlock().await;
}

#[tokio::test]
async fn t46_without_the_secret_key_the_password_needs_the_kit() {
    let mut computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault().await;
    app.click(&by("kit-reveal")).await;
    let key = app.text(&by("kit-secret-key")).await;
    app.click(&by("kit-later")).await;
    app.click(&by("first-run-finish")).await;
    app.wait(&by("main-screen")).await;
    app.quit().await;

    computer.lose_keychain().await;
    let app = App::start(&computer).await;
    app.try_to_unlock(PASSWORD).await;
    app.wait(&by("unlock-secret-key")).await;
    let (rest, last) = key.split_at(key.len() - 1);
    let slip = if last == "0" { "1" } else { "0" };
    app.fill(&by("unlock-secret-key"), &format!("{rest}{slip}")).await;
    app.wait_attribute(&by("unlock-secret-key-hint"), "data-state", "mistyped").await;
    app.screenshot("secret-key-slip").await;
    app.fill(&by("unlock-secret-key"), &key.to_lowercase().replace('-', " ")).await;
    app.wait_attribute(&by("unlock-secret-key-hint"), "data-state", "good").await;
    app.unlock().await;
    app.quit().await;

    // The keychain stores the key again.
    let app = App::start(&computer).await;
    app.unlock().await;
}

#[tokio::test]
async fn without_a_keychain_the_vault_shows_where_the_key_is_stored() {
    let computer = Computer::without_keychain();
    let mut app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    app.wait(&by("notice")).await;
    app.lock().await;
    app.unlock().await;
}

#[tokio::test]
async fn an_idle_vault_locks_itself_and_keeps_the_unsaved_form() {
    let computer = Computer::new().await;
    // The ten minutes take ten seconds.
    let mut app = App::start_with(&computer, &[("COFFER_TEST_CLOCK_SPEED", "60")]).await;
    app.make_vault_and_begin().await;
    app.while_locking(async |app| {
        app.begin_item("login").await;
        app.fill(&by("edit-title"), "Half a thought").await;
        app.fill(&by_with("edit-field", "data-role", "password"), "not yet saved").await;
        app.wait_for_draft("Half a thought").await;
    })
    .await;
    app.unlock().await;
    app.screenshot("draft-offer").await;
    app.click(&by("draft-resume")).await;
    assert_eq!(app.value(&by("edit-title")).await, "Half a thought");
    assert_eq!(app.value(&by_with("edit-field", "data-role", "password")).await, "not yet saved");
}

#[tokio::test]
async fn the_vault_locks_with_the_screen_unless_turned_off() {
    let computer = Computer::new().await;
    let mut app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    app.while_locking(async |_| computer.lock_screen()).await;
    app.unlock().await;

    let mut settings = app.invoke("settings_get", json!({})).await.unwrap();
    settings["lock_on_sleep"] = json!(false);
    app.invoke("settings_set", json!({ "settings": settings })).await.unwrap();
    let before = app.web_processes();
    computer.lock_screen();
    // Any effect of the signal precedes the response to a later call.
    app.copy_and_read(&computer).await;
    assert_eq!(app.web_processes(), before);
    app.wait(&by("main-screen")).await;
}

#[tokio::test]
async fn a_copied_secret_is_cleared_but_a_foreign_text_stays() {
    let computer = Computer::new().await;
    let mut app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let mut settings = app.invoke("settings_get", json!({})).await.unwrap();
    settings["clear_clipboard_seconds"] = json!(5);
    app.invoke("settings_set", json!({ "settings": settings })).await.unwrap();

    app.copy_and_read(&computer).await;
    until("an empty clipboard", async || computer.clipboard().is_none().then_some(())).await;

    app.copy_and_read(&computer).await;
    computer.copy("from elsewhere");
    app.gone(&by("clipboard-countdown")).await;
    assert_eq!(computer.clipboard().as_deref(), Some("from elsewhere"));

    settings["clear_clipboard_seconds"] = json!(600);
    app.invoke("settings_set", json!({ "settings": settings })).await.unwrap();
    app.copy_and_read(&computer).await;
    app.lock().await;
    until("a clipboard cleared by locking", async || computer.clipboard().is_none().then_some(())).await;
}

fn everything() -> serde_json::Value {
    json!({ "text": "", "scope": { "kind": "all" }, "sort": "title", "offset": 0, "limit": 10 })
}
