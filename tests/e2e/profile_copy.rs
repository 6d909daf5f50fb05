//! Copying a profile of the computer into another one.

use serde_json::{Value, json};

use crate::harness::{App, Computer, PASSWORD, by, by_with};

async fn use_theme(app: &App, theme: &str) {
    let mut settings: Value = app.invoke("settings_get", json!({})).await.unwrap();
    settings["theme"] = json!(theme);
    app.invoke("settings_set", json!({ "settings": settings })).await.unwrap();
}

#[tokio::test]
async fn local_profile_is_copied_and_outlives_a_kill() {
    let computer = Computer::new().await;
    let mut app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    app.begin_item("login").await;
    app.fill(&by("edit-title"), "Harbour library").await;
    app.click(&by("edit-save")).await;
    app.wait_text(&by("detail-title"), |shown| shown == "Harbour library").await;

    // Another profile of the same computer, by the command, and the page as after a start.
    app.invoke("profile_create", json!({ "name": "Account", "password": PASSWORD })).await.unwrap();
    app.lock().await;
    app.unlock().await;
    assert_eq!(app.item_count().await, 0);

    app.open_import().await;
    app.click(&by("import-profile")).await;
    app.fill(&by("profile-copy-password"), "not this one").await;
    app.click(&by("profile-copy-look")).await;
    app.wait(&by("profile-copy-error")).await;
    app.screenshot("profile-copy-wrong").await;
    app.fill(&by("profile-copy-password"), PASSWORD).await;
    app.click(&by("profile-copy-look")).await;
    app.wait(&by_with("profile-copy-preview", "data-count", "1")).await;
    app.screenshot("profile-copy").await;
    app.click(&by("profile-copy-commit")).await;
    app.wait(&by_with("profile-copy-report", "data-count", "1")).await;
    app.click(&by("profile-copy-close")).await;
    app.kill().await;

    let mut app = App::start(&computer).await;
    app.unlock().await;
    let status = app.invoke("app_status", json!({})).await.unwrap();
    assert_eq!(status["session"]["profile"]["name"], "Account", "not the profile that was copied");
    app.find_and_open("harbour", "Harbour library").await;
    use_theme(&app, "dark").await;
    app.lock().await;
    app.unlock().await;
    app.open_import().await;
    app.click(&by("import-profile")).await;
    app.fill(&by("profile-copy-password"), PASSWORD).await;
    app.click(&by("profile-copy-look")).await;
    // It is here already.
    app.wait(&by("profile-copy-skip-identical")).await;
    app.screenshot("profile-copy-dark").await;
}
