//! Archives: exported items with everything, copied into another profile.

use std::path::{Path, PathBuf};

use vault_api::views::{
    ExportChoice, ExportFormatView, ExportRequest, ProfileCopyChoice, ProfileCopyPreview, VaultAppearanceView,
};
use vault_api::{Coffer, ErrorCode, Result};

use crate::exports::{FILE_PASSWORD, confirm, only_for_this_person, profile, request};
use crate::support::{Computer, PASSWORD, form_of, id, login};

async fn archive_of(computer: &Computer, choice: ExportChoice) -> PathBuf {
    let path = computer.folder.path().join("out.coffer");
    confirm(&computer.coffer).await;
    let request = ExportRequest { choice, ..request(ExportFormatView::Archive) };
    computer.coffer.item_export(request, path.clone()).await.unwrap();
    path
}

async fn open(coffer: &Coffer, path: &Path, password: &str) -> Result<ProfileCopyPreview> {
    let file = coffer.archive_look(path.to_owned()).await?;
    coffer.archive_open(file.token, password.to_owned()).await
}

async fn copy(coffer: &Coffer, preview: &ProfileCopyPreview) -> u32 {
    let choice = ProfileCopyChoice { token: preview.token.clone(), skip_identical: true };
    coffer.profile_copy_commit(choice).await.unwrap().items
}

/// The temporary files below a folder.
fn temporary(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let all = entries.flat_map(|path| {
        let below = if path.is_dir() { temporary(&path) } else { Vec::new() };
        below.into_iter().chain([path])
    });
    all.filter(|path| path.file_name().unwrap().to_string_lossy().ends_with(".part")).collect()
}

#[tokio::test]
async fn archive_brings_history_documents_vaults_and_trash() {
    let computer = profile().await;
    let coffer = &computer.coffer;
    let look = VaultAppearanceView { name: "Family".to_owned(), hue: None, icon: String::new() };
    let family = coffer.vault_create(look).await.unwrap()[1].id.parse().unwrap();
    let shared = coffer.item_save_in(Some(family), login("Shared", "ann", "first"), None).await.unwrap();
    let mut changed = form_of(&shared);
    changed.fields[1].value = Some("second".to_owned());
    coffer.item_save(changed, None).await.unwrap();
    let path = archive_of(&computer, ExportChoice { trash: true, ..ExportChoice::default() }).await;
    assert!(only_for_this_person(&path));
    let bytes = std::fs::read(&path).unwrap();
    for secret in ["second", "Old bank", "Dear Ann", FILE_PASSWORD] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }

    let other = Computer::with_profile().await;
    let coffer = &other.coffer;
    let preview = open(coffer, &path, FILE_PASSWORD).await.unwrap();
    assert_eq!((preview.name.as_str(), preview.items, preview.vaults), ("out.coffer", 5, 2));
    assert_eq!((preview.documents, preview.identical), (1, 0));
    assert_eq!(other.titles("").await, [""; 0], "a preview writes nothing");
    assert_eq!(copy(coffer, &preview).await, 5);
    assert_eq!(other.titles("").await, ["Bank", "letter", "Shared"]);
    let vaults = coffer.vault_list().await.unwrap();
    assert_eq!(vaults[1].appearance.name, "Family");
    let sidebar = coffer.sidebar_get().await.unwrap();
    assert_eq!((sidebar.archived, sidebar.trash), (1, 1));
    let found = |title: &'static str| async move {
        let query = vault_api::views::ItemQuery {
            text: title.to_owned(),
            scope: vault_api::views::ItemScope::All,
            sort: vault_api::views::ItemSort::Title,
            offset: 0,
            limit: 10,
        };
        let row = coffer.item_list(query).await.unwrap().rows.remove(0);
        coffer.item_get(row.id.parse().unwrap()).await.unwrap()
    };
    let shared = found("Shared").await;
    assert_eq!(shared.vault_id, vaults[1].id);
    assert_eq!(coffer.item_history(id(&shared)).await.unwrap().len(), 2);
    let letter = found("letter").await;
    let saved = other.folder.path().join("saved.txt");
    let blob = letter.attachments[0].blob_id.parse().unwrap();
    let job = coffer.document_export(id(&letter), blob, saved.clone()).await.unwrap();
    other.ended(job).await;
    assert_eq!(std::fs::read(&saved).unwrap(), b"Dear Ann");

    // The same archive again: items with files are never taken for the same, and those in the trash are not compared.
    let again = open(coffer, &path, FILE_PASSWORD).await.unwrap();
    assert_eq!((again.items, again.identical), (5, 3));
    assert_eq!(temporary(other.folder.path()).len(), 1, "the open archive");
    coffer.profile_copy_discard().await.unwrap();
    assert_eq!(temporary(other.folder.path()), [] as [PathBuf; 0]);
    assert_eq!(temporary(computer.folder.path()), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn archive_opens_with_its_password_only() {
    let computer = profile().await;
    let coffer = &computer.coffer;
    let path =
        archive_of(&computer, ExportChoice { tag: Some("work".into()), ..ExportChoice::default() }).await;
    for wrong in ["", PASSWORD, "seven purple umbrellas"] {
        assert_eq!(
            open(coffer, &path, wrong).await.unwrap_err().code,
            ErrorCode::ArchiveWrongPassword,
            "{wrong:?}"
        );
    }
    assert_eq!(open(coffer, &path, FILE_PASSWORD).await.unwrap().items, 1);
    // A backup of a profile has a Secret Key too.
    let backup = computer.folder.path().join("home.tar");
    let job = coffer.backup_save(backup.clone()).await.unwrap();
    computer.ended(job).await;
    assert_eq!(open(coffer, &backup, PASSWORD).await.unwrap_err().code, ErrorCode::ArchiveWrongPassword);
    // Its file was not looked at in this session.
    let unknown = coffer.archive_open("00".repeat(8), FILE_PASSWORD.to_owned()).await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::NotFound);
    assert_eq!(temporary(computer.folder.path()), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn damaged_archive_is_refused_at_every_place() {
    let computer = profile().await;
    let coffer = &computer.coffer;
    let path = archive_of(&computer, ExportChoice::default()).await;
    let whole = std::fs::read(&path).unwrap();
    let damaged = computer.folder.path().join("damaged.coffer");
    let places = (0..16).map(|part| whole.len() / 16 * part + 700).chain([0, 5, whole.len() - 1]);
    for place in places {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        std::fs::write(&damaged, bytes).unwrap();
        let refused = open(coffer, &damaged, FILE_PASSWORD).await.unwrap_err();
        let known = [
            ErrorCode::BackupDamaged,
            ErrorCode::ArchiveUnreadable,
            ErrorCode::BackupNewer,
            ErrorCode::ArchiveWrongPassword,
        ];
        assert!(known.contains(&refused.code), "{place}: {refused:?}");
    }
    for length in [0, 1, 511, 512, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&damaged, &whole[..length]).unwrap();
        assert!(open(coffer, &damaged, FILE_PASSWORD).await.is_err(), "{length}");
    }
    assert_eq!(computer.titles("").await.len(), 2);
    assert_eq!(temporary(computer.folder.path()), [] as [PathBuf; 0]);
}
