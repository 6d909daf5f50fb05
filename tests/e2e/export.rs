//! Exports from the real application, opened by another program.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::harness::{App, Computer, PASSWORD, by, by_with};

const FILE_PASSWORD: &str = "seven purple umbrellas dance";
const TABLE: &str = "name,url,username,password,note\n\
                     Bank,https://bank.example,ada,\"p\u{e4}ss<&>\",kept\n\
                     Shop,https://shop.example,bob,second,\n";

#[tokio::test]
async fn items_are_exported_and_opened_by_another_program() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let file = computer.write_file("chrome.csv", TABLE);
    app.import(&computer, &file, 2).await;
    app.click(&by("import-close")).await;
    app.gone(&by("import-dialog")).await;

    app.click(&by("menu-button")).await;
    app.click(&by("open-export")).await;
    app.click(&by_with("export-format", "data-format", "kdbx")).await;
    app.fill(&by("export-password"), FILE_PASSWORD).await;
    app.fill(&by("export-repeat"), FILE_PASSWORD).await;
    app.screenshot("export").await;
    let target = computer.file("out.kdbx");
    computer.will_save(&target);
    app.click(&format!("{}:enabled", by("export-save"))).await;
    app.fill(&by("confirm-password-field"), PASSWORD).await;
    app.click(&by("confirm-password-go")).await;
    app.wait_attribute(&by("export-report"), "data-count", "2").await;
    app.screenshot("export-report").await;
    let shown = keepassxc(&target, &["show", "--show-protected"], "Bank");
    assert!(shown.contains("UserName: ada\nPassword: p\u{e4}ss<&>\nURL: https://bank.example"), "{shown}");

    // A file in another program's format comes back as the same items.
    app.click(&by("export-again")).await;
    app.click(&by_with("export-format", "data-format", "bitwarden_json")).await;
    app.wait(&by("export-readable")).await;
    let target = computer.file("out.json");
    computer.will_save(&target);
    app.click(&by("export-save")).await;
    app.wait_attribute(&by("export-report"), "data-count", "2").await;

    // An archive is copied in with its password.
    app.click(&by("export-again")).await;
    app.click(&by_with("export-format", "data-format", "archive")).await;
    app.fill(&by("export-password"), FILE_PASSWORD).await;
    app.fill(&by("export-repeat"), FILE_PASSWORD).await;
    let archive = computer.file("out.coffer");
    computer.will_save(&archive);
    app.click(&format!("{}:enabled", by("export-save"))).await;
    app.wait_attribute(&by("export-report"), "data-count", "2").await;
    app.click(&by("export-close")).await;
    app.gone(&by("export-dialog")).await;
    app.open_import().await;
    computer.will_open(&[&archive]);
    app.click(&by("import-archive")).await;
    app.fill(&by("profile-copy-password"), "another").await;
    app.click(&by("profile-copy-look")).await;
    app.wait(&by("profile-copy-error")).await;
    app.fill(&by("profile-copy-password"), FILE_PASSWORD).await;
    app.click(&by("profile-copy-look")).await;
    app.click(&by("profile-copy-skip-identical")).await;
    app.screenshot("archive").await;
    app.click(&by("profile-copy-commit")).await;
    app.wait_attribute(&by("profile-copy-report"), "data-count", "2").await;
    app.click(&by("profile-copy-close")).await;

    app.open_import().await;
    computer.will_open(&[&target]);
    app.click(&by("import-pick")).await;
    app.wait(&by("import-skip-identical")).await;

    // So does the encrypted one, with its password.
    computer.will_open(&[&computer.file("out.kdbx")]);
    app.click(&by("import-pick")).await;
    app.fill(&by("import-password"), "another").await;
    app.click(&by("import-unlock")).await;
    app.wait(&by("import-wrong")).await;
    app.fill(&by("import-password"), FILE_PASSWORD).await;
    app.screenshot("import-unlock").await;
    app.click(&by("import-unlock")).await;
    app.wait_attribute(&by("import-count"), "data-count", "2").await;
}

fn keepassxc(database: &std::path::Path, command: &[&str], entry: &str) -> String {
    let mut program = Command::new("keepassxc-cli");
    let (name, options) = command.split_first().unwrap();
    program.arg(name).arg("--quiet").args(options).arg(database).arg(entry);
    program.env("QT_QPA_PLATFORM", "offscreen").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = program.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{FILE_PASSWORD}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
