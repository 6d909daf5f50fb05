//! Exports for other programs.

use std::path::Path;
use std::sync::Mutex;

use vault_api::views::{
    ExportChoice, ExportFormatView, ExportRequest, FieldOutcome, ItemDraft, JobKind, JobState,
    VaultAppearanceView,
};
use vault_api::{Coffer, ErrorCode, Event, SecretText};

use crate::imports::previewed;
use crate::support::{Computer, PASSWORD, id, login};

/// A password for files that is hard to guess.
pub const FILE_PASSWORD: &str = "seven purple umbrellas dance";

pub fn request(format: ExportFormatView) -> ExportRequest {
    chosen(format, ExportChoice::default())
}

fn chosen(format: ExportFormatView, choice: ExportChoice) -> ExportRequest {
    ExportRequest { format, choice, password: Some(FILE_PASSWORD.to_owned()) }
}

pub async fn confirm(coffer: &Coffer) {
    coffer.session_confirm(SecretText::from(PASSWORD)).await.unwrap();
}

/// Three logins, of which one is archived and one is in the trash, and a document.
pub async fn profile() -> Computer {
    let computer = Computer::with_profile().await;
    fill(&computer).await;
    computer
}

async fn fill(computer: &Computer) {
    let coffer = &computer.coffer;
    let of = |title: &str, folder: Option<&str>, tags: &[&str]| ItemDraft {
        folder: folder.map(str::to_owned),
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        ..login(title, "ann", "pass=<&>")
    };
    coffer.item_save(of("Bank", Some("Money/Banks"), &["work"]), None).await.unwrap();
    let archived = coffer.item_save(of("Old bank", Some("Money"), &[]), None).await.unwrap();
    coffer.item_set_archived(vec![id(&archived)], true).await.unwrap();
    let trashed = coffer.item_save(of("Gone", None, &["work"]), None).await.unwrap();
    coffer.item_trash(vec![id(&trashed)]).await.unwrap();
    let file = computer.folder.path().join("letter.txt");
    std::fs::write(&file, b"Dear Ann").unwrap();
    let jobs = coffer.document_import(vec![file]).await.unwrap();
    assert_eq!(computer.ended(jobs[0]).await.state, JobState::Done);
}

#[tokio::test]
async fn export_needs_the_password_and_a_strong_one_for_the_file() {
    let computer = profile().await;
    let (coffer, path) = (&computer.coffer, computer.folder.path().join("out.kdbx"));
    let refused = coffer.item_export(request(ExportFormatView::Kdbx), path.clone()).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::PasswordNeeded);
    confirm(coffer).await;
    for weak in [None, Some("password1".to_owned())] {
        let request = ExportRequest { password: weak, ..request(ExportFormatView::BitwardenEncrypted) };
        let refused = coffer.item_export(request, path.clone()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::PasswordTooWeak);
    }
    assert!(!path.exists());
    let report = coffer.item_export(request(ExportFormatView::Kdbx), path.clone()).await.unwrap();
    assert_eq!((report.items, report.documents), (3, 1));
    assert!(only_for_this_person(&path));
    // Nothing of it can be read without the password.
    let bytes = std::fs::read(&path).unwrap();
    for secret in ["pass=", "Old bank", "Dear Ann", FILE_PASSWORD] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
    coffer.session_lock().await.unwrap();
    let locked = coffer.item_export(request(ExportFormatView::Csv), path).await.unwrap_err();
    assert_eq!(locked.code, ErrorCode::Locked);
}

#[tokio::test]
async fn readable_export_is_recognised_as_the_same_items() {
    let computer = profile().await;
    let (coffer, path) = (&computer.coffer, computer.folder.path().join("out.json"));
    confirm(coffer).await;
    let plain = ExportRequest { password: None, ..request(ExportFormatView::BitwardenJson) };
    let report = coffer.item_export(plain, path.clone()).await.unwrap();
    assert_eq!((report.items, report.documents), (3, 0));
    let lost: Vec<_> = report.notes.iter().filter(|note| note.outcome == FieldOutcome::NotKept).collect();
    assert_eq!((lost.len(), lost[0].field.as_str()), (1, "letter.txt"));
    assert!(only_for_this_person(&path));
    let cxf = ExportRequest { password: None, ..request(ExportFormatView::Cxf) };
    let other = computer.folder.path().join("out.cxf.json");
    assert_eq!(coffer.item_export(cxf, other.clone()).await.unwrap().items, 3);
    assert!(only_for_this_person(&other));
    let preview = previewed(coffer.import_preview(other).await.unwrap());
    // The document became a note, and an archived item is not archived in the file.
    assert_eq!((preview.items, preview.identical), (3, 1));
    let preview = previewed(coffer.import_preview(path).await.unwrap());
    // The document became a note, and the tag of another item a custom field.
    assert_eq!((preview.items, preview.identical), (3, 1));
}

#[tokio::test]
async fn folder_tag_trash_and_items_are_chosen() {
    let computer = profile().await;
    let (coffer, path) = (&computer.coffer, computer.folder.path().join("out"));
    confirm(coffer).await;
    let kdbx = ExportFormatView::Kdbx;
    let one = coffer.item_save(login("One", "ann", "x"), None).await.unwrap();
    let choices = [
        (chosen(kdbx, ExportChoice { trash: true, ..ExportChoice::default() }), 5),
        (chosen(kdbx, ExportChoice { folder: Some("Money".into()), ..ExportChoice::default() }), 2),
        (chosen(kdbx, ExportChoice { folder: Some("Money/Banks".into()), ..ExportChoice::default() }), 1),
        (chosen(kdbx, ExportChoice { tag: Some("work".into()), trash: true, ..ExportChoice::default() }), 1),
        (chosen(kdbx, ExportChoice { vault_ids: Some(vec![]), ..ExportChoice::default() }), 0),
        (chosen(kdbx, ExportChoice { item_ids: Some(vec![one.id.clone()]), ..ExportChoice::default() }), 1),
        // Their trash is no place of these.
        (chosen(ExportFormatView::Csv, ExportChoice { trash: true, ..ExportChoice::default() }), 4),
    ];
    for (number, (request, items)) in choices.into_iter().enumerate() {
        let report = coffer.item_export(request, path.clone()).await.unwrap();
        assert_eq!(report.items, items, "{number}");
    }
    let unknown =
        chosen(kdbx, ExportChoice { item_ids: Some(vec!["0".repeat(32)]), ..ExportChoice::default() });
    assert_eq!(coffer.item_export(unknown, path).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn items_of_several_vaults_are_in_folders_of_their_names() {
    let computer = profile().await;
    let (coffer, path) = (&computer.coffer, computer.folder.path().join("out.csv"));
    confirm(coffer).await;
    let home = coffer.vault_list().await.unwrap().remove(0);
    let look = VaultAppearanceView { name: "Family".to_owned(), hue: None, icon: String::new() };
    let other = coffer.vault_create(look).await.unwrap()[1].id.parse().unwrap();
    coffer.item_save_in(Some(other), login("Shared", "ann", "x"), None).await.unwrap();
    coffer.item_export(request(ExportFormatView::Csv), path.clone()).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(",login,Family,"), "{text}");
    let only = chosen(
        ExportFormatView::Csv,
        ExportChoice { vault_ids: Some(vec![home.id]), ..ExportChoice::default() },
    );
    let report = coffer.item_export(only, path.clone()).await.unwrap();
    assert_eq!(report.items, 3);
    assert!(std::fs::read_to_string(&path).unwrap().contains(",login,Money/Banks,"));
}

#[tokio::test]
async fn cancelled_export_leaves_the_earlier_file() {
    let seen: &'static Mutex<Option<u32>> = Box::leak(Box::default());
    let computer = Computer::watched(move |event| {
        if let Event::Job(job) = event
            && job.kind == JobKind::ItemExport
            && job.state == JobState::Running
        {
            *seen.lock().unwrap() = Some(job.id);
        }
    });
    let computer = computer.opened().await;
    fill(&computer).await;
    let coffer = &computer.coffer;
    let path = computer.folder.path().join("out.kdbx");
    std::fs::write(&path, b"earlier").unwrap();
    confirm(coffer).await;
    let cancel = async {
        loop {
            if let Some(job) = *seen.lock().unwrap() {
                return coffer.job_cancel(job);
            }
            tokio::task::yield_now().await;
        }
    };
    let (exported, cancelled) =
        tokio::join!(coffer.item_export(request(ExportFormatView::Kdbx), path.clone()), cancel);
    cancelled.unwrap();
    assert_eq!(exported.unwrap_err().code, ErrorCode::Cancelled);
    assert_eq!(std::fs::read(&path).unwrap(), b"earlier");
    let left = std::fs::read_dir(computer.folder.path()).unwrap();
    let parts = left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
    assert_eq!(parts.count(), 0);
}

#[cfg(unix)]
pub fn only_for_this_person(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777 == 0o600
}

#[cfg(not(unix))]
pub fn only_for_this_person(path: &Path) -> bool {
    path.exists()
}

#[tokio::test]
async fn documents_are_written_into_a_new_folder() {
    let computer = profile().await;
    let coffer = &computer.coffer;
    let parent = computer.folder.path().join("out");
    std::fs::create_dir(&parent).unwrap();
    let early = coffer.document_export_all(ExportChoice::default(), parent.clone()).await.unwrap_err();
    assert_eq!(early.code, ErrorCode::PasswordNeeded);
    confirm(coffer).await;
    for name in ["Coffer files", "Coffer files 2"] {
        let report = coffer.document_export_all(ExportChoice::default(), parent.clone()).await.unwrap();
        assert_eq!((report.items, report.documents, report.notes.len()), (1, 1, 0));
        let file = parent.join(name).join("letter.txt");
        assert_eq!(std::fs::read(&file).unwrap(), b"Dear Ann");
        assert!(only_for_this_person(&file));
    }
    let none = ExportChoice { tag: Some("work".to_owned()), ..ExportChoice::default() };
    let report = coffer.document_export_all(none, parent.clone()).await.unwrap();
    assert_eq!(report.documents, 0);
    assert!(!parent.join("Coffer files 3").exists(), "an empty folder is left");
}
