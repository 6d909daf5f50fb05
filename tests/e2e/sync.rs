//! Two applications and a server.

use serde_json::{Value, json};

use crate::harness::{App, Computer, PASSWORD, Server, by, by_with, lines, serve, until};

const LOGIN: &str = "ada@example.org";

async fn add(app: &App, title: &str) {
    app.begin_item("note").await;
    app.fill(&by("edit-title"), title).await;
    app.click(&by("edit-save")).await;
    app.wait_text(&by("detail-title"), |shown| shown == title).await;
}

pub async fn until_items(app: &App, count: u64) {
    until("the items of the other computer", async || (app.item_count().await == count).then_some(())).await;
}

async fn state(app: &App) -> String {
    let view = app.invoke("sync_status", json!({})).await.unwrap();
    view["state"].as_str().unwrap().to_owned()
}

async fn until_state(app: &App, wanted: &str) {
    until(&format!("the state {wanted}"), async || (state(app).await == wanted).then_some(())).await;
}

async fn open_sync_settings(app: &App) {
    app.click(&by("open-settings")).await;
    // The dialog focuses its first tab, which opens that page.
    app.wait(&format!("{}:focus", by("settings-tab"))).await;
    app.click(&by_with("settings-tab", "data-tab", "sync")).await;
}

async fn use_theme(app: &App, theme: &str) {
    let mut settings: Value = app.invoke("settings_get", json!({})).await.unwrap();
    settings["theme"] = json!(theme);
    app.invoke("settings_set", json!({ "settings": settings })).await.unwrap();
}

/// Makes a local profile with one item, and connects it by the operator's connect code.
async fn connect(app: &App, connect_code: &str) {
    connect_as(app, connect_code, LOGIN).await;
}

/// The same for an account with another login.
pub async fn connect_as(app: &App, connect_code: &str, login: &str) {
    app.make_vault_and_begin().await;
    add(app, "Harbour library").await;
    open_sync_settings(app).await;
    app.screenshot("sync-connect").await;
    app.fill(&by("sync-server"), connect_code).await;
    app.click(&by("sync-server-find")).await;
    app.fill(&by("sync-login"), login).await;
    app.fill(&by("sync-password"), PASSWORD).await;
    app.click(&by("sync-create")).await;
    app.wait(&by_with("sync-state", "data-state", "held")).await;
    app.screenshot("sync-held").await;
    app.click(&by("sync-upload-begin")).await;
    app.wait(&by_with("sync-state", "data-state", "up_to_date")).await;
    app.screenshot("sync-connected").await;
}

async fn secret_key(app: &App) -> String {
    app.invoke("kit_reveal", json!({})).await.unwrap().as_str().unwrap().to_owned()
}

/// Signs in to the account on a computer that knows the server.
async fn join(app: &App, secret_key: &str) {
    app.fill(&by("join-login"), LOGIN).await;
    app.fill(&by("join-password"), PASSWORD).await;
    app.fill(&by("join-secret-key"), secret_key).await;
    app.screenshot("join-account").await;
    app.click(&by("join-submit")).await;
    app.wait(&by("main-screen")).await;
}

/// Another computer, on which the user types the server's address and compares the words of its key.
async fn second(server: &Server, computer: &Computer, secret_key: &str) -> App {
    let app = App::start(computer).await;
    app.click(&by("join-open")).await;
    app.fill(&by("sync-server"), &server.address()).await;
    app.click(&by("sync-server-find")).await;
    let shown = app.text(&by("sync-words")).await;
    assert!(server.words.split(' ').all(|word| shown.contains(word)), "{shown}: {}", server.words);
    app.screenshot("join-words").await;
    app.click(&by("sync-words-same")).await;
    join(&app, secret_key).await;
    app
}

#[tokio::test]
async fn lines_of_the_readme_start_synchronized_profiles() {
    const SERVER: &str = "cargo xtask run server";
    let readme = lines("README.md", SERVER);
    assert_eq!(lines("docs/user-guide.md", SERVER), readme);
    let [server, one, two] = &readme[..] else { panic!("{readme:?}") };
    let folder = tempfile::tempdir().unwrap();
    let (_server, connect_code) = serve(server, &folder.path().join("data"));
    let computer = Computer::new().await;
    computer.will_answer(true);
    let first = App::start_by_line(&computer, one).await;
    connect(&first, &connect_code).await;
    let second = App::start_by_line(&computer, two).await;
    second.click(&by("join-open")).await;
    second.fill(&by("sync-server"), &connect_code).await;
    second.click(&by("sync-server-find")).await;
    join(&second, &secret_key(&first).await).await;
    until_items(&second, 1).await;
    add(&second, "Written on the second").await;
    until_items(&first, 2).await;
}

#[tokio::test]
async fn two_computers_share_an_account_and_lose_nothing() {
    let mut server = Server::start();
    let (one, two) = (Computer::new().await, Computer::new().await);
    // Each application asks before it contacts the server.
    one.will_answer(true);
    two.will_answer(true);
    let first = App::start(&one).await;
    connect(&first, &server.connect_code).await;
    let mut second = second(&server, &two, &secret_key(&first).await).await;
    until_items(&second, 1).await;
    until_state(&second, "up_to_date").await;
    add(&second, "Written on the second").await;
    until_items(&first, 2).await;
    second.screenshot("sync-main").await;
    use_theme(&second, "dark").await;
    second.lock().await;
    second.unlock().await;
    open_sync_settings(&second).await;
    second.wait(&by("sync-device")).await;
    second.screenshot("sync-settings-dark").await;

    // While the server is away both go on, and one is killed.
    server.kill();
    add_by_command(&first, "Written offline").await;
    until_state(&first, "offline").await;
    first.screenshot("sync-offline").await;
    first.kill().await;
    add_by_command(&second, "Written offline, too").await;
    server.resume();
    let first = App::start(&one).await;
    first.unlock().await;
    second.invoke("sync_now", json!({})).await.unwrap();
    for app in [&first, &second] {
        until_items(app, 4).await;
        until_state(app, "up_to_date").await;
    }
}

#[tokio::test]
async fn device_is_added_by_a_code_and_compared_words() {
    let server = Server::start();
    let (one, two) = (Computer::new().await, Computer::new().await);
    one.will_answer(true);
    two.will_answer(true);
    let first = App::start(&one).await;
    connect(&first, &server.connect_code).await;
    first.click(&by("sync-add-open")).await;
    first.fill(&by("confirm-password-field"), PASSWORD).await;
    first.click(&by("confirm-password-go")).await;
    let code = first.value(&by("sync-add-code")).await;
    assert!(code.starts_with("coffer://device#"), "{code}");
    first.screenshot("sync-add-code").await;

    let second = App::start(&two).await;
    second.click(&by("join-open")).await;
    second.screenshot("join-code").await;
    second.fill(&by("sync-server"), code.trim()).await;
    second.click(&by("sync-server-find")).await;
    let shown = second.text(&by("approval-words")).await;
    second.screenshot("join-approval").await;
    let compared = first.text(&by("sync-add-words")).await;
    assert_eq!(words(&compared), words(&shown));
    assert_eq!(words(&shown).len(), 8);
    first.screenshot("sync-add-words").await;
    first.click(&by("sync-add-approve")).await;
    second.fill(&by("approval-password"), PASSWORD).await;
    assert_eq!(second.value(&by("approval-name")).await, LOGIN);
    second.screenshot("join-approved").await;
    second.click(&by("approval-submit")).await;
    second.wait(&by("main-screen")).await;
    until_items(&second, 1).await;
    until_state(&second, "up_to_date").await;
    add(&second, "Written on the second").await;
    until_items(&first, 2).await;
    // The list of the first has the new device.
    first.gone(&by("sync-add")).await;
    until("the new device", async || (first.count(&by("sync-device")).await == 2).then_some(())).await;
}

/// The words of a list, without its numbers.
fn words(shown: &str) -> Vec<&str> {
    shown.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).collect()
}

#[tokio::test]
async fn picture_of_the_kit_signs_in_on_another_computer() {
    let server = Server::start();
    let (one, two) = (Computer::new().await, Computer::new().await);
    one.will_answer(true);
    two.will_answer(true);
    let first = App::start(&one).await;
    connect(&first, &server.connect_code).await;
    let pdf = one.file("kit.pdf");
    one.will_save(&pdf);
    first.invoke("session_confirm", json!({ "password": PASSWORD })).await.unwrap();
    assert_eq!(first.invoke("kit_save", json!({ "paper": "a4" })).await.unwrap(), json!(true));
    let picture = two.file("kit");
    let paths = [pdf.to_str().unwrap(), picture.to_str().unwrap()];
    let drawn = two.run("pdftoppm", &[&["-r", "110", "-png", "-singlefile"], &paths[..]].concat());
    assert!(drawn.status.success());

    let second = App::start(&two).await;
    second.click(&by("join-open")).await;
    two.will_open(&[&two.write_file("holiday.png", "no picture")]);
    second.click(&by("join-pick")).await;
    second.wait(&by("sync-server-error")).await;
    two.will_open(&[&picture.with_extension("png")]);
    second.click(&by("join-pick")).await;
    second.fill(&by("join-password"), PASSWORD).await;
    assert_eq!(second.value(&by("join-login")).await, LOGIN);
    second.screenshot("join-kit").await;
    second.click(&by("join-submit")).await;
    second.wait(&by("main-screen")).await;
    until_items(&second, 1).await;
}

/// Adds a note while a dialog is open.
async fn add_by_command(app: &App, title: &str) {
    add_into(app, title, None).await;
}

/// Adds an item to a vault.
pub async fn add_into(app: &App, title: &str, vault: Option<&str>) {
    let draft = json!({
        "item_type": "note", "title": title, "fields": [], "urls": [], "notes": "", "tags": [],
        "favourite": false
    });
    app.invoke("item_save", json!({ "draft": draft, "draftId": null, "vaultId": vault })).await.unwrap();
}
