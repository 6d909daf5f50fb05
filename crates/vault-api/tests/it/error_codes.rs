//! Errors of forms and of the computer: each has its own code and sentence.

use std::fs;
use std::path::{Path, PathBuf};

use vault_api::views::{
    BackupSettings, BulkChange, DocumentRulesView, FieldKindView, GeneratorRecipe, HealthChoice,
    HistoryRetention, ItemDraft, ItemTypeView, JobState, RetentionRules, SshKeyKind, UnlockRequest,
    VaultAppearanceView,
};
use vault_api::{
    BlobId, Coffer, ErrorCode, ErrorView, InputProblem, ItemId, ProfileId, Result, SecretText, VaultId,
};
use vault_engine::item::limits;

use crate::support::{Computer, PASSWORD, field, form_of, id, login};

async fn problem<T>(work: impl Future<Output = Result<T>>) -> (Option<InputProblem>, Option<u64>) {
    let error = work.await.err().unwrap();
    assert_eq!(error.code, ErrorCode::InvalidInput, "{error:?}");
    assert!(!error.message.contains('{') && !error.help.unwrap().contains('{'));
    (error.problem, error.number)
}

fn long(limit: usize) -> String {
    "x".repeat(limit + 1)
}

fn with(change: impl FnOnce(&mut ItemDraft)) -> ItemDraft {
    let mut form = login("Mail", "ana", "x");
    change(&mut form);
    form
}

#[tokio::test]
async fn a_refused_form_names_the_part_and_its_limit() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let many = |one: fn(usize) -> String| (0..=limits::TAGS).map(one).collect::<Vec<_>>();
    for (form, expected, room) in [
        (with(|form| form.title = " ".to_owned()), InputProblem::TitleMissing, None),
        (with(|form| form.title = long(limits::TITLE)), InputProblem::TitleLong, Some(limits::TITLE)),
        (
            with(|form| form.fields[0].label = long(limits::LABEL)),
            InputProblem::LabelLong,
            Some(limits::LABEL),
        ),
        (
            with(|form| form.fields[0].section = Some(long(limits::LABEL))),
            InputProblem::LabelLong,
            Some(limits::LABEL),
        ),
        (
            with(|form| form.fields[1].value = Some(long(limits::VALUE))),
            InputProblem::ValueLong,
            Some(limits::VALUE),
        ),
        (with(|form| form.notes = long(limits::NOTES)), InputProblem::NotesLong, Some(limits::NOTES)),
        (with(|form| form.urls = vec![long(limits::URL)]), InputProblem::AddressLong, Some(limits::URL)),
        (with(|form| form.urls = many(|n| n.to_string())), InputProblem::TooMany, Some(limits::URLS)),
        (with(|form| form.tags = many(|n| n.to_string())), InputProblem::TooMany, Some(limits::TAGS)),
        (with(|form| form.tags = vec![long(limits::TAG)]), InputProblem::TagLong, Some(limits::TAG)),
        (
            with(|form| form.folder = Some(long(limits::FOLDER))),
            InputProblem::FolderLong,
            Some(limits::FOLDER),
        ),
        (with(|form| form.expires = Some("31.3.27".to_owned())), InputProblem::ExpiryNoDay, None),
        (with(|form| form.fields[1].role = Some("username".to_owned())), InputProblem::FormMismatch, None),
        (
            with(|form| {
                form.fields = (0..5)
                    .map(|n| {
                        let mut field = field("", FieldKindView::Text, &"x".repeat(limits::VALUE));
                        (field.role, field.label) = (None, n.to_string());
                        field
                    })
                    .collect();
            }),
            InputProblem::ItemLarge,
            Some(limits::PAYLOAD),
        ),
    ] {
        let found = problem(coffer.item_save(form, None)).await;
        assert_eq!(found, (Some(expected), room.map(|room| room as u64)));
    }
    let large = with(|form| form.notes = long(5 << 20));
    assert_eq!(problem(coffer.draft_save(None, large)).await.0, Some(InputProblem::DraftLarge));
    let key = coffer.ssh_key_generate(login("Mail", "", ""), None, SshKeyKind::Ed25519);
    assert_eq!(problem(key).await.0, Some(InputProblem::KeyElsewhere));
    assert!(computer.titles("").await.is_empty(), "no refused form is stored");
}

#[tokio::test]
async fn refused_names_have_problems_of_their_own() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let mail = id(&computer.save_login("Mail", "ana", "x").await);
    let text = str::to_owned;
    let tag = |tag: &str| BulkChange::AddTag { tag: tag.to_owned() };
    let look = |name: &str| VaultAppearanceView { name: name.to_owned(), hue: None, icon: String::new() };
    let home: VaultId = coffer.vault_list().await.unwrap()[0].id.parse().unwrap();
    let work: VaultId = coffer.vault_create(look("Work")).await.unwrap()[1].id.parse().unwrap();
    coffer.item_save_in(Some(work), login("Shop", "ana", "x"), None).await.unwrap();
    let profile: ProfileId = coffer.app_status().await.unwrap().profiles[0].id.parse().unwrap();
    let bad = look("a\nb");
    for (expected, found) in [
        (InputProblem::FolderName, problem(coffer.folder_rename(text("A"), Some(text(" / ")))).await),
        (InputProblem::FolderIntoItself, problem(coffer.folder_rename(text("A"), Some(text("A/B")))).await),
        (InputProblem::TagName, problem(coffer.item_change(vec![mail], tag("a\u{1e}b"))).await),
        (InputProblem::TagName, problem(coffer.tag_rename(text("a"), Some(text(" ")))).await),
        (InputProblem::TemplateName, problem(coffer.item_make_template(mail, text(" "))).await),
        (InputProblem::VaultLook, problem(coffer.vault_create(bad.clone())).await),
        (InputProblem::VaultLook, problem(coffer.vault_update(home, bad)).await),
        (InputProblem::ProfileName, problem(coffer.profile_rename(profile, text(" "))).await),
    ] {
        assert_eq!(found, (Some(expected), None));
    }
    let full = problem(coffer.vault_delete(work, None)).await;
    assert_eq!(full, (Some(InputProblem::VaultNotEmpty), Some(1)));
    let mut made = Ok(vec![]);
    for n in 0..10_000 {
        made = coffer.vault_create(look(&n.to_string())).await;
        if made.is_err() {
            break;
        }
    }
    assert_eq!(made.unwrap_err().problem, Some(InputProblem::VaultsTooMany));
}

#[tokio::test]
async fn numbers_out_of_range_have_problems_of_their_own() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let settings = coffer.settings_get().await.unwrap();
    let mut minutes = settings.clone();
    minutes.lock_after_minutes = 2_000;
    let mut seconds = settings;
    seconds.clear_clipboard_seconds = 3;
    let days = BackupSettings { daily: true, keep_days: 0, large_documents: false };
    let rules = RetentionRules { history: HistoryRetention::Revisions { count: 0 }, trash_days: None };
    let kinds = DocumentRulesView { largest: None, refused: vec!["film".to_owned()] };
    let breached = HealthChoice { breached: true, old_after_days: None };
    let pin = GeneratorRecipe::Pin { length: 0 };
    let mail = id(&computer.save_login("Mail", "ana", "x").await);
    let web = with(|form| form.urls = vec!["ssh://host".to_owned()]);
    let server = id(&coffer.item_save(web, None).await.unwrap());
    let over = SecretText::new(long(1 << 10));
    for (expected, found) in [
        (InputProblem::LockMinutes, problem(coffer.settings_set(minutes)).await),
        (InputProblem::ClipboardSeconds, problem(coffer.settings_set(seconds)).await),
        (InputProblem::BackupDays, problem(coffer.backup_settings_set(days)).await),
        (InputProblem::HistoryRule, problem(coffer.history_rules_set(rules)).await),
        (
            InputProblem::HistoryRule,
            problem(coffer.history_purge(None, HistoryRetention::Days { days: 0 })).await,
        ),
        (InputProblem::FileKinds, problem(coffer.document_rules_set(None, kinds)).await),
        (InputProblem::NobodyToAsk, problem(coffer.health_check(breached)).await),
        (InputProblem::GeneratorLength, problem(async { coffer.generator_make(&pin) }).await),
        (InputProblem::GeneratedLong, problem(coffer.generator_keep(over)).await),
        (InputProblem::AddressNotWeb, problem(coffer.item_url(server, 0)).await),
        (
            InputProblem::PictureSize,
            problem(coffer.document_page(mail, BlobId::from_bytes([0; 16]), 0, 0)).await,
        ),
    ] {
        assert_eq!(found, (Some(expected), None));
    }
    let web = with(|form| form.urls = vec![format!("https://host/{}", "ä".repeat(400))]);
    let long_address = id(&coffer.item_save(web, None).await.unwrap());
    let refused = problem(coffer.item_url(long_address, 0)).await;
    assert_eq!(refused, (Some(InputProblem::AddressNotOpened), Some(2_048)));
    let endless = SecretText::new(PASSWORD.repeat(1_000));
    let change = coffer.session_change_password(SecretText::from(PASSWORD), endless, None);
    assert_eq!(problem(change).await, (Some(InputProblem::PasswordLong), Some(4_096)));
}

/// The result of adding a file.
async fn added(computer: &Computer, file: PathBuf) -> Result<ItemId, ErrorView> {
    let job = computer.coffer.document_import(vec![file]).await.unwrap()[0];
    let outcome = computer.ended(job).await.outcome.unwrap();
    outcome.error.map_or_else(|| Ok(outcome.item_id.unwrap().parse().unwrap()), Err)
}

#[tokio::test]
async fn refused_files_have_problems_of_their_own() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let path = computer.folder.path().join("film.mp4");
    fs::write(&path, b"\0\0\0\x18ftypisom\0\0\0\0isommp42").unwrap();
    let of = |found: Result<ItemId, ErrorView>| {
        let error = found.unwrap_err();
        (error.problem, error.number)
    };
    let folder = computer.folder.path().to_owned();
    assert_eq!(of(added(&computer, folder).await), (Some(InputProblem::NotAFile), None));
    let rules = |largest, refused: &[&str]| DocumentRulesView {
        largest,
        refused: refused.iter().map(|&kind| kind.to_owned()).collect(),
    };
    coffer.document_rules_set(None, rules(Some(10), &[])).await.unwrap();
    assert_eq!(of(added(&computer, path.clone()).await), (Some(InputProblem::FileAboveLimit), Some(10)));
    coffer.document_rules_set(None, rules(None, &["video/*"])).await.unwrap();
    assert_eq!(of(added(&computer, path.clone()).await), (Some(InputProblem::FileKindRefused), None));
    let crowd = vec![path.clone(); 501];
    assert_eq!(problem(coffer.document_import(crowd)).await, (Some(InputProblem::FilesAtOnce), Some(500)));

    coffer.document_rules_set(None, rules(None, &[])).await.unwrap();
    let film = added(&computer, path).await.unwrap();
    let view = coffer.item_get(film).await.unwrap();
    let blob = view.attachments[0].blob_id.parse().unwrap();
    for (expected, found) in [
        (InputProblem::DocumentNeedsFile, problem(coffer.document_detach(film, blob)).await),
        (InputProblem::TemplateOfDocument, problem(coffer.item_make_template(film, "Film".to_owned())).await),
    ] {
        assert_eq!(found, (Some(expected), None));
    }
    let other = ItemDraft { item_type: ItemTypeView::Login, ..form_of(&view) };
    assert_eq!(problem(coffer.item_save(other, None)).await.0, Some(InputProblem::FormMismatch));
}

#[tokio::test]
async fn too_many_codes_or_too_long_ones_name_the_limit() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let set_up = "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ";
    let one = || vault_api::codes_in_text(&SecretText::from(set_up)).unwrap().codes;
    let crowd: Vec<_> = (0..2_001).flat_map(|_| one()).collect();
    assert_eq!(problem(coffer.code_add(crowd)).await, (Some(InputProblem::CodesToAdd), Some(2_000)));
    let item = ItemId::from_bytes([0; 16]);
    let shown = coffer.code_transfer(vec![item; 201]);
    assert_eq!(problem(shown).await, (Some(InputProblem::CodesToShow), Some(200)));
    let written = coffer.code_export(vec![item; 100_001], computer.folder.path().join("codes.txt"));
    assert_eq!(problem(written).await, (Some(InputProblem::CodesToWrite), Some(100_000)));
    let long = with(|form| {
        form.title = "x".repeat(4_000);
        form.fields = vec![field("code", FieldKindView::Code, "GEZDGNBVGY3TQOJQ")];
    });
    let view = coffer.item_save(long, None).await.unwrap();
    let shared = coffer.code_share(id(&view), view.fields[0].id.parse().unwrap());
    assert_eq!(problem(shared).await, (Some(InputProblem::QrLong), None));
}

async fn unlock(coffer: &Coffer, profile: &str) -> Option<ErrorCode> {
    let (profile_id, password) = (profile.to_owned(), PASSWORD.to_owned());
    let request = UnlockRequest { profile_id, password, secret_key: None };
    coffer.session_unlock(request).await.err().map(|error| error.code)
}

/// A computer with a locked profile, and its folder.
async fn locked() -> (Computer, String, PathBuf) {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let profile = coffer.app_status().await.unwrap().profiles[0].id.clone();
    let folder = coffer.profile_location(profile.parse().unwrap()).await.unwrap().folder;
    coffer.session_lock().await.unwrap();
    (computer, profile, PathBuf::from(folder))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[tokio::test]
async fn a_profile_that_cannot_be_opened_gives_the_reason() {
    let (computer, profile, folder) = locked().await;
    fs::remove_file(folder.join("secret-key")).unwrap();
    assert_eq!(unlock(&computer.coffer, &profile).await, Some(ErrorCode::SecretKeyMissing));

    let (computer, profile, folder) = locked().await;
    for name in ["profile.keys", "profile.keys.bak"] {
        fs::write(folder.join(name), b"no key file").unwrap();
    }
    assert_eq!(unlock(&computer.coffer, &profile).await, Some(ErrorCode::ProfileDamaged));

    let (computer, profile, folder) = locked().await;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "db") {
            fs::write(&path, vec![7; 8_192]).unwrap();
        }
    }
    assert_eq!(unlock(&computer.coffer, &profile).await, Some(ErrorCode::DatabaseDamaged));
}

#[tokio::test]
async fn an_unsuitable_folder_for_a_profile_is_refused() {
    let (computer, profile, folder) = locked().await;
    let coffer = &computer.coffer;
    let id: ProfileId = profile.parse().unwrap();
    let code = |error: ErrorView| error.code;
    let unfit = coffer.profile_move(id, computer.folder.path().join("nowhere")).await.map_err(code);
    assert_eq!(unfit.unwrap_err(), ErrorCode::PlaceUnfit);
    let twin = computer.folder.path().join("twin").join(&profile);
    copy(&folder, &twin);
    assert_eq!(coffer.profile_add_existing(twin).await.map_err(code).unwrap_err(), ErrorCode::PlaceTaken);
    let taken = coffer.profile_move(id, computer.folder.path().join("twin")).await.map_err(code);
    assert_eq!(taken.unwrap_err(), ErrorCode::PlaceTaken);
}

#[tokio::test]
async fn a_recovery_code_made_before_a_password_change_is_refused() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let made = coffer.recovery_begin(SecretText::from(PASSWORD)).await.unwrap();
    let new = SecretText::from("another staple of horses");
    coffer.session_change_password(SecretText::from(PASSWORD), new, None).await.unwrap();
    let group = made.code.split('-').nth(usize::from(made.ask_group) + 1).unwrap();
    let refused = coffer.recovery_confirm(made.ask_group, SecretText::from(group), None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::KeysChanged);
}

#[tokio::test]
async fn a_nested_import_and_a_foreign_backup_are_refused() {
    let computer = Computer::with_profile().await;
    let deep = computer.folder.path().join("deep.json");
    fs::write(
        &deep,
        format!("{{\"encrypted\":false,\"items\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000)),
    )
    .unwrap();
    let refused = computer.coffer.import_preview(deep).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ImportTooLarge);

    let other = Computer::with_profile().await;
    let backup = other.folder.path().join("other.tar");
    let job = other.coffer.backup_save(backup.clone()).await.unwrap();
    assert_eq!(other.ended(job).await.state, JobState::Done);
    let job = computer.coffer.backup_open_file(backup).await.unwrap();
    let refused = computer.ended(job).await.outcome.unwrap().error.unwrap();
    assert_eq!(refused.code, ErrorCode::BackupOtherProfile);
}
