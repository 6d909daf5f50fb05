use std::fs;
use std::path::PathBuf;

use crate::harness::{App, Computer, by, until};

/// The files of the only profile whose names end with `name`.
fn find(computer: &Computer, name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![computer.profiles()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap().to_str().unwrap().ends_with(name) {
                found.push(path);
            }
        }
    }
    found
}

#[tokio::test]
async fn t47_a_profile_without_key_files_is_restored_on_screen() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    app.begin_item("login").await;
    app.fill(&by("edit-title"), "Before the damage").await;
    app.click(&by("edit-save")).await;
    app.wait_text(&by("detail-title"), |title| title == "Before the damage").await;
    app.quit().await;
    // The daily backup is made after unlocking.
    let app = App::start(&computer).await;
    app.unlock().await;
    until("the daily backup", async || (find(&computer, ".tar").len() == 1).then_some(())).await;
    app.quit().await;
    let keys = [find(&computer, "profile.keys"), find(&computer, "profile.keys.bak")].concat();
    assert_eq!(keys.len(), 2);
    for path in &keys {
        fs::write(path, "garbage").unwrap();
    }

    let app = App::start(&computer).await;
    app.try_to_unlock(crate::harness::PASSWORD).await;
    app.click(&by("repair-open")).await;
    app.wait(&by("repair-found")).await;
    app.screenshot("repair-offers").await;
    app.click(&by("repair-restore")).await;
    let aside = app.text(&by("repair-aside")).await;
    app.screenshot("repair-restored").await;
    for path in &keys {
        let kept = PathBuf::from(&aside).join(path.file_name().unwrap());
        assert_eq!(fs::read_to_string(kept).unwrap(), "garbage");
    }
    app.click(&by("repair-begin")).await;
    app.wait(&by("main-screen")).await;
    app.find_and_open("before", "Before the damage").await;
}
