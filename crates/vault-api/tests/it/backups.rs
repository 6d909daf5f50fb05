use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use vault_api::views::{
    BackupOccasion, BackupSettings, ItemQuery, ItemScope, ItemSort, ItemView, JobKind, JobState,
};
use vault_api::{ErrorCode, Event, RestoreAs, SecretText};

use crate::support::{Computer, PASSWORD, form_of, id};

const CONTENT: &[u8] = b"a deed of sale";

fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = names.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn query(text: &str) -> ItemQuery {
    let (scope, sort) = (ItemScope::All, ItemSort::Title);
    ItemQuery { text: text.to_owned(), scope, sort, offset: 0, limit: 50 }
}

/// A computer with a login and a document, a backup of both, and a change after it.
struct BackedUp {
    computer: Computer,
    backup: PathBuf,
    mail: ItemView,
    deed: ItemView,
}

impl BackedUp {
    async fn new() -> Self {
        let computer = Computer::with_profile().await;
        let mail = computer.save_login("Mail", "ada", "before").await;
        let file = computer.folder.path().join("deed.txt");
        std::fs::write(&file, CONTENT).unwrap();
        let jobs = computer.coffer.document_import(vec![file]).await.unwrap();
        let item = computer.ended(jobs[0]).await.outcome.unwrap().item_id.unwrap();
        let deed = computer.coffer.item_get(item.parse().unwrap()).await.unwrap();
        let backup = computer.folder.path().join("home.tar");
        let job = computer.coffer.backup_save(backup.clone()).await.unwrap();
        let made = computer.ended(job).await;
        assert_eq!((made.state, made.name.as_str()), (JobState::Done, "home.tar"), "{:?}", made.outcome);
        // The file ends with a manifest's worth of padding that is not counted.
        let size = std::fs::metadata(&backup).unwrap().len();
        assert!(made.total <= size && made.total > size - size / 4, "{} of {size}", made.total);
        let mut form = form_of(&mail);
        form.title = "Mail now".to_owned();
        let mail = computer.coffer.item_save(form, None).await.unwrap();
        Self { computer, backup, mail, deed }
    }

    async fn open(&self) {
        let job = self.computer.coffer.backup_open_file(self.backup.clone()).await.unwrap();
        let opened = self.computer.ended(job).await;
        assert_eq!(opened.state, JobState::Done, "{:?}", opened.outcome);
    }
}

#[tokio::test]
async fn an_opened_backup_lists_and_restores_single_items() {
    let all = BackedUp::new().await;
    let BackedUp { computer, mail, deed, .. } = &all;
    let coffer = &computer.coffer;
    assert_eq!(coffer.backup_items(query("")).await.unwrap_err().code, ErrorCode::NotFound);
    all.open().await;
    let opened = coffer.backup_opened().await.unwrap().unwrap();
    assert_eq!((opened.name.as_str(), opened.documents, opened.left_out), ("home.tar", 1, 0));
    let titles =
        |rows: Vec<vault_api::views::ItemRow>| rows.into_iter().map(|row| row.title).collect::<Vec<_>>();
    assert_eq!(titles(coffer.backup_items(query("")).await.unwrap().rows), ["deed", "Mail"]);
    assert_eq!(titles(coffer.backup_items(query("ada")).await.unwrap().rows), ["Mail"]);
    let shown = coffer.backup_item(id(mail)).await.unwrap();
    assert_eq!(shown.title, "Mail");
    assert!(
        shown.fields.iter().any(|field| field.role.as_deref() == Some("password") && field.value.is_none())
    );

    let back = coffer.backup_extract_item(id(mail), RestoreAs::Revision).await.unwrap();
    let back = computer.ended(back).await;
    assert_eq!(back.outcome.unwrap().item_id.as_deref(), Some(mail.id.as_str()));
    assert_eq!(coffer.item_get(id(mail)).await.unwrap().title, "Mail");
    let copy = computer.ended(coffer.backup_extract_item(id(deed), RestoreAs::Copy).await.unwrap()).await;
    let copy = copy.outcome.unwrap().item_id.unwrap();
    assert_ne!(copy, deed.id);

    let blob = deed.attachments[0].blob_id.parse().unwrap();
    let attached = coffer.backup_extract_document(id(deed), blob, Some(id(mail))).await.unwrap();
    assert_eq!(computer.ended(attached).await.state, JobState::Done);
    assert_eq!(coffer.item_get(id(mail)).await.unwrap().attachments[0].name, "deed.txt");
    let target = computer.folder.path().join("out.txt");
    assert_eq!(coffer.backup_document_name(id(deed), blob).await.unwrap(), "deed.txt");
    let saved = coffer.backup_save_document(id(deed), blob, target.clone()).await.unwrap();
    assert_eq!(computer.ended(saved).await.state, JobState::Done);
    assert_eq!(std::fs::read(&target).unwrap(), CONTENT);

    coffer.backup_close().await.unwrap();
    assert_eq!(coffer.backup_opened().await.unwrap(), None);
    all.open().await;
    coffer.session_lock().await.unwrap();
    assert_eq!(coffer.backup_opened().await.unwrap_err().code, ErrorCode::Locked);
    assert_eq!(coffer.backup_save(all.backup.clone()).await.unwrap_err().code, ErrorCode::Locked);
}

#[tokio::test]
async fn t36_a_hostile_file_name_is_offered_as_a_plain_one() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let names = [
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        (".bashrc", "_bashrc"),
        ("nul.txt", "_nul.txt"),
        ("C:run.bat", "C_run.bat"),
    ];
    let mut documents = Vec::new();
    for (name, offered) in names {
        let file = computer.folder.path().join(name);
        std::fs::write(&file, CONTENT).unwrap();
        let jobs = coffer.document_import(vec![file]).await.unwrap();
        let item = computer.ended(jobs[0]).await.outcome.unwrap().item_id.unwrap().parse().unwrap();
        let blob = coffer.item_get(item).await.unwrap().attachments[0].blob_id.parse().unwrap();
        assert_eq!(coffer.document_name(item, blob).await.unwrap(), offered);
        documents.push((item, blob, offered));
    }
    let backup = computer.folder.path().join("home.tar");
    let job = coffer.backup_save(backup.clone()).await.unwrap();
    assert_eq!(computer.ended(job).await.state, JobState::Done);
    let job = coffer.backup_open_file(backup).await.unwrap();
    assert_eq!(computer.ended(job).await.state, JobState::Done);
    for (item, blob, offered) in documents {
        assert_eq!(coffer.backup_document_name(item, blob).await.unwrap(), offered);
    }
}

#[tokio::test]
async fn a_backup_is_restored_on_another_computer_only() {
    let all = BackedUp::new().await;
    let here = &all.computer.coffer;
    let key = here.kit_reveal().await.unwrap();
    let choice = here.restore_look(all.backup.clone()).await.unwrap();
    assert_eq!(choice.file_name, "home.tar");
    let refused = here.restore_start(choice.token, SecretText::from(PASSWORD), key.duplicate()).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::ProfileExists);

    let there = Computer::new();
    let coffer = &there.coffer;
    let other = there.folder.path().join("notes.txt");
    std::fs::write(&other, "not a backup").unwrap();
    assert_eq!(coffer.restore_look(other).await.unwrap_err().code, ErrorCode::BackupUnreadable);
    let choice = coffer.restore_look(all.backup.clone()).await.unwrap();
    for (password, secret_key, code) in [
        ("another password", key.expose(), ErrorCode::WrongPassword),
        (PASSWORD, "C1-AAAA", ErrorCode::SecretKeyMistyped),
    ] {
        let typed = (SecretText::from(password), SecretText::from(secret_key));
        let refused = coffer.restore_start(choice.token.clone(), typed.0, typed.1).await;
        assert_eq!(refused.unwrap_err().code, code);
    }
    coffer.restore_start(choice.token.clone(), SecretText::from(PASSWORD), key.duplicate()).await.unwrap();
    assert_eq!(there.titles("mail").await, ["Mail"]);
    let job = coffer.job_list().into_iter().rfind(|job| job.kind == JobKind::ProfileRestore).unwrap();
    assert_eq!(job.state, JobState::Done);
    let again = coffer.restore_start(choice.token, SecretText::from(PASSWORD), key).await;
    assert_eq!(again.unwrap_err().code, ErrorCode::NotFound, "a choice is used once");
}

#[tokio::test]
async fn the_daily_backup_is_made_listed_and_checked() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    computer.save_login("Mail", "ada", "secret").await;
    assert!(coffer.backup_list().await.unwrap().backups.is_empty());
    coffer.backup_when_due().await.unwrap();
    coffer.backup_when_due().await.unwrap();
    let jobs = coffer.job_list();
    let daily: Vec<_> = jobs.iter().filter(|job| job.kind == JobKind::BackupDaily).collect();
    assert_eq!((daily.len(), daily[0].state), (1, JobState::Done), "once a day");
    let listed = coffer.backup_list().await.unwrap();
    assert_eq!((listed.backups.len(), listed.failure, listed.folder), (1, None, None));
    let one = &listed.backups[0];
    assert_eq!((one.occasion, one.checked), (BackupOccasion::Daily, None));
    let checked = computer.ended(coffer.backup_check(one.name.clone()).await.unwrap()).await;
    assert_eq!(checked.state, JobState::Done);
    assert!(coffer.backup_list().await.unwrap().backups[0].checked.unwrap().sound);

    let path = coffer.backup_folder_path().await.unwrap().join(&one.name);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let checked = computer.ended(coffer.backup_check(one.name.clone()).await.unwrap()).await;
    assert_eq!(checked.outcome.unwrap().error.unwrap().code, ErrorCode::BackupDamaged);
    assert!(!coffer.backup_list().await.unwrap().backups[0].checked.unwrap().sound);
    for name in ["../home.tar", "/etc/passwd", "before-form-9.tar"] {
        assert_eq!(coffer.backup_check(name.to_owned()).await.unwrap_err().code, ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn a_failed_daily_backup_is_reported_once_and_retried() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let folder = computer.folder.path().join("stick");
    let missing = coffer.backup_folder_set(Some(folder.clone())).await;
    assert_eq!(missing.unwrap_err().code, ErrorCode::BackupFolderMissing);
    std::fs::create_dir(&folder).unwrap();
    let view = coffer.backup_folder_set(Some(folder.clone())).await.unwrap();
    assert_eq!(view.folder.as_deref(), Some("stick"));
    let settings = BackupSettings { daily: true, keep_days: 0, large_documents: true };
    assert_eq!(coffer.backup_settings_set(settings).await.unwrap_err().code, ErrorCode::InvalidInput);
    let settings = BackupSettings { keep_days: 3, ..settings };
    assert_eq!(coffer.backup_settings_set(settings).await.unwrap().settings, settings);

    std::fs::remove_dir(&folder).unwrap();
    let told = |computer: &Computer| {
        let events = computer.events.lock().unwrap();
        events.iter().filter(|event| matches!(event, Event::BackupFailed(_))).count()
    };
    for _ in 0..3 {
        coffer.backup_when_due().await.unwrap();
        let failure = coffer.backup_list().await.unwrap().failure.unwrap();
        assert_eq!(failure.error.code, ErrorCode::BackupFolderMissing);
    }
    assert_eq!(told(&computer), 1);

    std::fs::create_dir(&folder).unwrap();
    coffer.backup_when_due().await.unwrap();
    let view = coffer.backup_list().await.unwrap();
    assert_eq!((view.failure, view.backups.len()), (None, 1));
    assert_eq!(files(&folder).len(), 1, "one folder for the profile");
}

#[tokio::test]
async fn locking_waits_until_a_backup_has_dropped_its_keys() {
    let (seen, at_work) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let (seen, may_go_on) = (Mutex::new(seen), Mutex::new(may_go_on));
    // The worker is blocked once it has its keys and knows the total.
    let computer = Arc::new(Computer::watched(move |event| {
        if let Event::Job(job) = event
            && job.kind == JobKind::BackupSave
            && job.total > 0
            && job.state == JobState::Running
        {
            let _ = seen.lock().unwrap().send(());
            let _ = may_go_on.lock().unwrap().recv();
        }
    }));
    computer.coffer.profile_create("Home".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    let folder = computer.folder.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    let job = computer.coffer.backup_save(folder.join("home.tar")).await.unwrap();
    tokio::task::spawn_blocking(move || at_work.recv().unwrap()).await.unwrap();
    assert_eq!(files(&folder).len(), 1, "only the copy in progress");
    let coffer = computer.coffer.clone();
    let locking = tokio::spawn(async move { coffer.session_lock().await });
    while computer.coffer.is_unlocked().await {
        tokio::task::yield_now().await;
    }
    drop(go_on);
    locking.await.unwrap().unwrap();
    let view = computer.coffer.job_list().into_iter().find(|view| view.id == job).unwrap();
    assert_eq!(view.state, JobState::Cancelled, "{:?}", view.outcome);
    assert!(files(&folder).is_empty());
}
