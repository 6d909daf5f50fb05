use serde_json::{Value, json};

use crate::harness::{App, Computer, by, by_with, until};

/// Items of the interrupted import, which takes some seconds.
const ITEMS: usize = 5_000;

#[tokio::test]
async fn t52_an_import_interrupted_by_a_kill_is_complete_or_absent() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let file = computer.write_file("many.json", many_items());
    computer.will_open(&[&file]);
    app.open_import().await;
    app.click(&by("import-pick")).await;
    app.wait_attribute(&by("import-count"), "data-count", &ITEMS.to_string()).await;
    app.click(&by("import-commit")).await;
    // The kill comes while the job is running, detected by what it has written.
    until("the import to write", async || (computer.bytes_of_profiles() > 2 << 20).then_some(())).await;
    app.kill().await;

    let app = App::start(&computer).await;
    app.unlock().await;
    let there = app.item_count().await;
    println!("after the kill: {there} items");
    assert!(there == 0 || there == ITEMS as u64, "{there} of {ITEMS} items: neither none nor all");
    if there == 0 {
        app.import(&computer, &file, ITEMS).await;
        app.click(&by("import-close")).await;
        assert_eq!(app.item_count().await, ITEMS as u64);
    }
}

#[tokio::test]
async fn t52_an_unsaved_form_is_offered_again_after_a_kill() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    app.begin_item("login").await;
    app.fill(&by("edit-title"), "Before the storm").await;
    app.fill(&by_with("edit-field", "data-role", "password"), "half-typed").await;
    app.wait_for_draft("Before the storm").await;
    app.kill().await;

    let app = App::start(&computer).await;
    app.unlock().await;
    app.click(&by("draft-resume")).await;
    app.wait(&by("editor")).await;
    assert_eq!(app.value(&by_with("edit-field", "data-role", "password")).await, "half-typed");
    app.click(&by("edit-save")).await;
    app.wait_text(&by("detail-title"), |title| title == "Before the storm").await;
    assert_eq!(app.invoke("draft_list", json!({})).await.unwrap(), json!([]), "saving deletes the draft");
}

#[tokio::test]
async fn a_crash_of_the_previous_run_is_reported_once() {
    let computer = Computer::new().await;
    computer.leave_crash_marker("0.1.0 src/somewhere.rs:7");
    let app = App::start(&computer).await;
    let told = app.text(&by("crash-notice")).await;
    assert!(told.contains('.'), "a sentence: {told}");
    app.screenshot("crash-notice").await;
    let diagnostics = app.invoke("app_diagnostics", json!({})).await.unwrap();
    assert!(diagnostics.as_str().unwrap().contains("somewhere.rs:7"), "{diagnostics}");
    app.quit().await;
    let app = App::start(&computer).await;
    app.wait(&by("first-run-screen")).await;
    assert_eq!(app.count(&by("crash-notice")).await, 0);
}

#[tokio::test]
async fn a_killed_web_process_is_replaced() {
    let computer = Computer::new().await;
    let mut app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let before = app.web_processes();
    app.kill_web_process();
    until("another process", async || {
        let now = app.web_processes();
        (!now.is_empty() && now != before).then_some(())
    })
    .await;
    app.attach_again().await;
    app.wait(&by("main-screen")).await;
}

/// An export with many items, as Bitwarden writes it.
fn many_items() -> String {
    let login = |n: usize| {
        json!({
            "type": 1,
            "name": format!("Account {n}"),
            "notes": "word ".repeat(20),
            "favorite": false,
            "login": { "username": format!("user{n}"), "password": format!("secret {n}"), "uris": [] }
        })
    };
    let items: Vec<Value> = (0..ITEMS).map(login).collect();
    json!({ "encrypted": false, "folders": [], "items": items }).to_string()
}
