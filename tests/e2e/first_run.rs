use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha1::Sha1;

use crate::harness::{App, Computer, by, by_with, until};

/// The key of RFC 6238's test vectors, in base32 as sites show it.
const CODE_KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

#[tokio::test]
async fn from_the_first_start_to_a_password_on_the_clipboard() {
    let computer = Computer::new().await;
    let mut app = App::start_at_full_cost(&computer).await;
    app.screenshot("first-run").await;
    app.make_vault().await;
    keep_the_kit(&computer, &app).await;
    app.click(&by("first-run-finish")).await;
    app.wait(&by("main-screen")).await;

    app.begin_item("login").await;
    app.fill(&by("edit-title"), "Harbour library").await;
    app.fill(&by_with("edit-field", "data-role", "username"), "ada@example.org").await;
    app.fill(&by_with("edit-field", "data-role", "password"), "Tr0ub4dor & 3 ünïcödé").await;
    app.fill(&by_with("edit-field", "data-role", "code"), CODE_KEY).await;
    app.fill(&by("edit-url"), "https://library.example.org/login").await;
    app.click(&by("edit-save")).await;
    app.wait_text(&by("detail-title"), |title| title == "Harbour library").await;
    let shown = app.attribute(&format!("{}[data-code]", by("code-value")), "data-code").await;
    assert!(codes_about_now().contains(&shown), "{shown} is not a current code: {:?}", codes_about_now());
    app.screenshot("login").await;

    app.lock().await;
    app.screenshot("unlock").await;
    app.unlock().await;
    app.find_and_open("libr harb", "Harbour library").await;
    let password = by_with("field-row", "data-role", "password");
    assert!(!app.text(&password).await.contains("Tr0ub4dor"), "concealed until revealed");
    app.click(&format!("{password} {}", by("field-copy"))).await;
    let copied = until("the password on the clipboard", async || computer.clipboard()).await;
    assert_eq!(copied, "Tr0ub4dor & 3 ünïcödé");
    assert!(
        computer.clipboard_kinds().contains("x-kde-passwordManagerHint"),
        "clipboard histories must be asked to omit it: {}",
        computer.clipboard_kinds()
    );
    app.wait(&by("clipboard-countdown")).await;
    app.screenshot("main").await;
    let mut settings = app.invoke("settings_get", json!({})).await.unwrap();
    settings["theme"] = json!("dark");
    app.invoke("settings_set", json!({ "settings": settings })).await.unwrap();
    app.lock().await;
    app.screenshot("unlock-dark").await;
    app.unlock().await;
    app.find_and_open("harbour", "Harbour library").await;
    app.screenshot("main-dark").await;
    app.click(&format!("{} {}", by_with("field-row", "data-role", "password"), by("field-copy"))).await;
    until("the password on the clipboard again", async || computer.clipboard()).await;
    app.quit().await;
    assert_eq!(computer.clipboard(), None, "quitting clears the clipboard");
}

/// Saves the Emergency Kit, reads the printed key and the QR code, and types the requested group.
async fn keep_the_kit(computer: &Computer, app: &App) {
    let pdf = computer.file("kit.pdf");
    computer.will_save(&pdf);
    app.click(&by("kit-save")).await;
    until("the saved Kit", async || std::fs::read(&pdf).ok().filter(|bytes| !bytes.is_empty())).await;
    let group = until("the requested group", async || {
        app.attribute(&by("kit-group"), "data-group").await.parse::<usize>().ok()
    });
    let group = group.await;
    assert_eq!(
        std::fs::metadata(&pdf).unwrap().permissions().mode() & 0o777,
        0o600,
        "readable only by its owner"
    );
    let printed = printed_key(&output("pdftotext", &["-layout", &text(&pdf), "-"]));
    let picture = computer.file("kit");
    output("pdftoppm", &["-r", "150", "-png", "-singlefile", &text(&pdf), &text(&picture)]);
    let scanned = output("zbarimg", &["--quiet", "--raw", &text(&picture.with_extension("png"))]);
    assert_eq!(scanned.trim(), printed, "the QR code must equal the printed key");

    app.fill(&by("kit-group"), "ZZZZ").await;
    app.click(&by("kit-confirm")).await;
    app.wait(&by("kit-error")).await;
    let wanted = printed.split('-').nth(group + 1).unwrap().to_lowercase();
    app.fill(&by("kit-group"), &wanted).await;
    app.screenshot("kit").await;
    app.click(&by("kit-confirm")).await;
}

/// The Secret Key as printed on the page.
fn printed_key(page: &str) -> String {
    let is_key = |word: &&str| word.starts_with("C1-") && word.len() == 3 + 7 * 4 + 6;
    let keys: Vec<&str> = page.split_whitespace().filter(is_key).collect();
    assert_eq!(keys.len(), 1, "one key on the page: {page}");
    keys[0].to_owned()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let answer = Command::new(program).args(arguments).output().unwrap();
    assert!(answer.status.success(), "{program}: {}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8(answer.stdout).unwrap()
}

/// The one-time codes of the current and the previous half minute, computed only by RFC 6238.
fn codes_about_now() -> Vec<String> {
    let step = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 30;
    [step - 1, step].map(|step| code_at(b"12345678901234567890", step)).to_vec()
}

fn code_at(key: &[u8], step: u64) -> String {
    let mac =
        Hmac::<Sha1>::new_from_slice(key).unwrap().chain_update(step.to_be_bytes()).finalize().into_bytes();
    let offset = usize::from(mac[19] & 15);
    let number = u32::from_be_bytes(mac[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[test]
fn codes_of_the_test_match_the_vectors_of_rfc_6238() {
    assert_eq!(code_at(b"12345678901234567890", 59 / 30), "287082");
}
