//! Secrets in the memory of the program after every feature that shows, stores or makes a secret was used and the
//! profile was locked. The engine has a test of its own for the layers below, keys included.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use vault_api::views::{
    FieldKindView, HealthChoice, ItemDraft, ItemQuery, ItemScope, ItemSort, ItemTypeView, RotateRequest,
};
use vault_api::{Coffer, CopyRole, FieldId, ItemId, KeySource, ProfileId, SecretText};
use vault_testkit::memory::{Needle, Search, canary, find_in_process, needles};

use crate::support::{Computer, field, form_of, id, login};

const FOLDER: &str = "COFFER_TEST_CHILD_FOLDER";
const TEST: &str = "memory::t45_no_secret_of_any_feature_stays_in_memory_after_locking";

/// Texts that must not be in memory once the profile is locked.
const CANARIES: [&str; 21] = [
    "password",
    "rotated password",
    "pin",
    "title",
    "user name",
    "item password",
    "old item password",
    "note",
    "tag",
    "folder",
    "host",
    "secret of codes",
    "draft title",
    "draft password",
    "draft note",
    "generated",
    "query",
    "imported title",
    "imported password",
    "looked up in a backup",
    "typed and wrong",
];

fn secret(name: &str) -> SecretText {
    SecretText::new(canary(name))
}

fn ssh_key() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vault-ssh/testdata");
    fs::read_to_string(folder.join("ed25519.openssh")).unwrap()
}

/// An item with a canary in every part.
fn form(password: &str) -> ItemDraft {
    let mut form = login(&canary("title"), &canary("user name"), &canary(password));
    form.fields.push(field("code", FieldKindView::Code, &canary("secret of codes")));
    form.notes = canary("note");
    form.tags = vec![canary("tag")];
    form.folder = Some(canary("folder"));
    form.urls = vec![format!("https://{}.example/", canary("host"))];
    form
}

async fn items(coffer: &Coffer) -> ItemId {
    let saved = coffer.item_save(form("old item password"), None).await.unwrap();
    let mut changed = form_of(&saved);
    changed.fields[1].value = Some(canary("item password"));
    let saved = coffer.item_save(changed, None).await.unwrap();
    let item = id(&saved);
    let fields: Vec<FieldId> = saved.fields.iter().map(|field| field.id.parse().unwrap()).collect();
    assert_eq!(coffer.item_reveal(item, fields[1]).await.unwrap().expose(), canary("item password"));
    coffer.item_reveal_past(item, fields[1], 0).await.unwrap();
    coffer.item_field_history(item, fields[1]).await.unwrap();
    coffer.item_copy_text(item, fields[1]).await.unwrap();
    coffer.item_copy_role_text(item, CopyRole::Code).await.unwrap();
    coffer.item_code(item, fields[2]).await.unwrap();
    for text in [canary("query"), canary("title"), canary("host")] {
        let query = ItemQuery { text, scope: ItemScope::All, sort: ItemSort::Title, offset: 0, limit: 10 };
        coffer.item_list(query).await.unwrap();
    }
    item
}

async fn drafts_and_keys(computer: &Computer) {
    let coffer = &computer.coffer;
    let mut draft = login(&canary("draft title"), "ada", &canary("draft password"));
    draft.notes = canary("draft note");
    let draft = coffer.draft_save(None, draft).await.unwrap();
    coffer.draft_get(draft).await.unwrap();
    coffer.draft_list().await.unwrap();
    let form = ItemDraft { item_type: ItemTypeView::SshKey, fields: vec![], ..login("Key", "", "") };
    let taken =
        coffer.ssh_key_read(form, None, KeySource::Text(SecretText::new(ssh_key())), None).await.unwrap();
    coffer.ssh_key_in_draft(taken.draft_id.parse().unwrap()).await.unwrap().unwrap();
    coffer.generator_keep(secret("generated")).await.unwrap();
    let made = coffer.generator_history().await.unwrap();
    coffer.generator_past(0, made[0].at).await.unwrap();
}

async fn backups_and_imports(computer: &Computer, root: &Path) {
    let coffer = &computer.coffer;
    let backup = root.join("home.tar");
    let saved = coffer.backup_save(backup.clone()).await.unwrap();
    computer.ended(saved).await;
    let opened = coffer.backup_open_file(backup).await.unwrap();
    computer.ended(opened).await;
    let text = canary("looked up in a backup");
    let query = |text| ItemQuery { text, scope: ItemScope::All, sort: ItemSort::Title, offset: 0, limit: 10 };
    coffer.backup_items(query(text)).await.unwrap();
    let found = coffer.backup_items(query(String::new())).await.unwrap();
    coffer.backup_item(found.rows[0].id.parse().unwrap()).await.unwrap();
    let table = root.join("passwords.csv");
    let row = format!("{},https://a.example/,ada,{}", canary("imported title"), canary("imported password"));
    fs::write(&table, format!("name,url,username,password\n{row}\n")).unwrap();
    coffer.import_preview(table).await.unwrap();
    let checked = coffer.health_check(HealthChoice { breached: false, old_after_days: None }).await.unwrap();
    computer.ended(checked).await;
}

/// Recovery code, change of the root key, PIN. Secrets that the parent cannot know are left in files.
async fn keys(coffer: &Coffer, root: &Path) {
    fs::write(root.join("secret-key"), coffer.kit_reveal().await.unwrap().expose()).unwrap();
    coffer.session_confirm(secret("typed and wrong")).await.unwrap_err();
    let made = coffer.recovery_begin(secret("password")).await.unwrap();
    let group = made.code.split('-').nth(usize::from(made.ask_group) + 1).unwrap().to_owned();
    coffer.recovery_confirm(made.ask_group, SecretText::new(group), None).await.unwrap();
    fs::write(root.join("code"), &made.code).unwrap();
    let request = RotateRequest {
        password: canary("password"),
        new_password: Some(canary("rotated password")),
        recovery_code: Some(made.code),
        new_secret_key: true,
        code: None,
    };
    coffer.session_rotate(request).await.unwrap();
    fs::write(root.join("new-secret-key"), coffer.kit_reveal().await.unwrap().expose()).unwrap();
    coffer.pin_set(secret("rotated password"), secret("pin")).await.unwrap();
}

async fn use_everything(root: &Path) -> Computer {
    let computer = Computer::new();
    let coffer = &computer.coffer;
    coffer.profile_create("Home".to_owned(), secret("password")).await.unwrap();
    items(coffer).await;
    drafts_and_keys(&computer).await;
    keys(coffer, root).await;
    coffer.session_lock().await.unwrap();
    let profile: ProfileId = coffer.app_status().await.unwrap().profiles[0].id.parse().unwrap();
    coffer.session_unlock_pin(profile, secret("pin")).await.unwrap();
    items(coffer).await;
    backups_and_imports(&computer, root).await;
    computer
}

/// Searches every file below a folder.
fn search_files(folder: &Path, search: &mut Search<'_>) -> usize {
    let mut count = 0;
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            count += search_files(&path, search);
        } else {
            // A file may be removed during the search.
            let bytes = fs::read(&path).unwrap_or_default();
            search.scan(&bytes, &path.display().to_string());
            count += 1;
        }
    }
    count
}

/// The canaries in the files of the program and its temporary folder. Without a keychain the Secret Key lies in a file.
fn written(temporary: &Path, canaries: &[Needle]) -> Vec<String> {
    let mut search = Search::new(canaries);
    let files = search_files(temporary, &mut search);
    assert!(files > 5, "{files} files");
    search.found()
}

/// Reports a point of the run and waits until the parent has searched the memory.
fn stop(at: &str) {
    println!("@{at}");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

#[tokio::test]
async fn t45_no_secret_of_any_feature_stays_in_memory_after_locking() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let computer = use_everything(Path::new(&folder)).await;
        stop("open");
        computer.coffer.session_lock().await.unwrap();
        return stop("locked");
    }
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder.path())
        .env("TMPDIR", &temporary)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(fs::File::create(folder.path().join("said")).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut input = process.stdin.take().unwrap();
    assert!(lines.any(|line| line.contains("@open")), "the child reached this point");
    let mut all = Vec::new();
    for name in CANARIES {
        needles(name, canary(name).as_bytes(), &mut all);
    }
    let mut in_files = Vec::new();
    for name in CANARIES {
        needles(name, canary(name).as_bytes(), &mut in_files);
    }
    assert_eq!(written(&temporary, &in_files), [""; 0]);
    for name in ["secret-key", "new-secret-key", "code"] {
        needles(name, &fs::read(folder.path().join(name)).unwrap(), &mut all);
    }
    // The lines of the private key.
    for (number, line) in ssh_key().lines().enumerate().skip(3).take(3).filter(|(_, line)| line.len() > 16) {
        needles(&format!("line {number} of an SSH key"), line.as_bytes(), &mut all);
    }
    let open = find_in_process(process.id(), &all);
    for name in ["title, plain", "title, in lower case"] {
        assert!(
            open.iter().any(|found| found.starts_with(name)),
            "the search finds an open title: {open:#?}"
        );
    }
    input.write_all(b"\n").unwrap();
    assert!(lines.any(|line| line.contains("@locked")), "the child reached this point");
    let locked = find_in_process(process.id(), &all);
    assert_eq!(written(&temporary, &in_files), [""; 0]);
    drop(input);
    let mut said = Search::new(&in_files);
    lines.for_each(|line| said.scan(line.as_bytes(), "output"));
    assert!(process.wait().unwrap().success());
    said.scan(&fs::read(folder.path().join("said")).unwrap(), "output");
    assert_eq!(said.found(), [""; 0]);
    assert!(locked.is_empty(), "{locked:#?}");
}
