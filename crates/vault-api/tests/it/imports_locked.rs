//! Encrypted files of other programs, and files attached in them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use vault_api::views::{
    ImportChoice, ImportLocked, ImportRead, ImportSame, ImportUnlock, ItemQuery, ItemScope, ItemSort,
    ItemView, JobKind, JobState, JobView,
};
use vault_api::{Coffer, ErrorCode, Event};

use crate::imports::previewed;
use crate::support::Computer;

/// The password of the test files.
const PASSWORD: &str = "fuzz";

fn database() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vault-interchange/testdata/keepass-4.kdbx")
}

fn locked(read: ImportRead) -> ImportLocked {
    let ImportRead::Locked(locked) = read else { panic!("the file is not locked") };
    locked
}

fn unlock(token: &str, password: &str) -> ImportUnlock {
    ImportUnlock { token: token.to_owned(), password: password.to_owned(), accept_cost: false }
}

fn choice(token: String) -> ImportChoice {
    ImportChoice { token, skip_identical: true, same: ImportSame::Keep, folder: None, tag: None }
}

async fn import(coffer: &Coffer) -> u32 {
    let asked = locked(coffer.import_preview(database()).await.unwrap());
    let preview = previewed(coffer.import_unlock(unlock(&asked.token, PASSWORD)).await.unwrap());
    coffer.import_commit(choice(preview.token)).await.unwrap().imported
}

async fn only_item(computer: &Computer) -> ItemView {
    let (scope, sort) = (ItemScope::All, ItemSort::Title);
    let query = ItemQuery { text: String::new(), scope, sort, offset: 0, limit: 2 };
    let found = computer.coffer.item_list(query).await.unwrap();
    computer.coffer.item_get(found.rows[0].id.parse().unwrap()).await.unwrap()
}

fn sealed_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let count = |path: PathBuf| {
        if path.is_dir() {
            sealed_files(&path)
        } else {
            usize::from(path.to_string_lossy().contains("/blobs/"))
        }
    };
    entries.map(count).sum()
}

#[tokio::test]
async fn an_encrypted_database_is_opened_and_its_files_kept() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let asked = locked(coffer.import_preview(database()).await.unwrap());
    assert_eq!((asked.format.id(), asked.takes_key_file, asked.wrong), ("keepass_kdbx", true, false));
    let again = locked(coffer.import_unlock(unlock(&asked.token, "wrong")).await.unwrap());
    assert!(again.wrong && again.cost.is_none());
    let preview = previewed(coffer.import_unlock(unlock(&again.token, PASSWORD)).await.unwrap());
    assert_eq!((preview.items, preview.files), (1, 1));
    assert!(computer.titles("").await.is_empty(), "a preview writes nothing");
    let report = coffer.import_commit(choice(preview.token)).await.unwrap();
    assert_eq!(report.imported, 1);

    let item = only_item(&computer).await;
    let attached = &item.attachments[0];
    assert_eq!((attached.name.as_str(), attached.size), ("a.txt", 8));
    let target = computer.folder.path().join("out.txt");
    let (id, blob) = (item.id.parse().unwrap(), attached.blob_id.parse().unwrap());
    let job = coffer.document_export(id, blob, target.clone()).await.unwrap();
    assert_eq!(computer.ended(job).await.state, JobState::Done);
    assert_eq!(std::fs::read(target).unwrap(), b"attached");
}

#[tokio::test]
async fn a_key_file_is_used_with_the_next_password() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let asked = locked(coffer.import_preview(database()).await.unwrap());
    let key = computer.folder.path().join("any.key");
    std::fs::write(&key, "not the key of this file").unwrap();
    let with_key = coffer.import_key_file(asked.token.clone(), key.clone()).await.unwrap();
    assert_eq!(with_key.key_file.as_deref(), Some("any.key"));
    // The right password with a key file that does not belong to it.
    let refused = locked(coffer.import_unlock(unlock(&asked.token, PASSWORD)).await.unwrap());
    assert_eq!((refused.wrong, refused.key_file.as_deref()), (true, Some("any.key")));
    std::fs::write(&key, "<KeyFile><Key><Data>!</Data></Key></KeyFile>").unwrap();
    coffer.import_key_file(refused.token.clone(), key).await.unwrap();
    let damaged = coffer.import_unlock(unlock(&refused.token, "")).await.unwrap_err();
    assert_eq!(damaged.code, ErrorCode::KeyFileDamaged);
}

#[tokio::test]
async fn a_file_is_asked_about_until_discarded_or_replaced() {
    let computer = Computer::with_profile().await;
    let coffer = &computer.coffer;
    let first = locked(coffer.import_preview(database()).await.unwrap());
    let second = locked(coffer.import_preview(database()).await.unwrap());
    for token in [&first.token, "0000"] {
        let gone = coffer.import_unlock(unlock(token, PASSWORD)).await.unwrap_err();
        assert_eq!(gone.code, ErrorCode::NotFound);
    }
    coffer.import_discard(second.token.clone()).await.unwrap();
    let gone = coffer.import_unlock(unlock(&second.token, PASSWORD)).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
    let third = locked(coffer.import_preview(database()).await.unwrap());
    coffer.session_lock().await.unwrap();
    let locked = coffer.import_unlock(unlock(&third.token, PASSWORD)).await.unwrap_err();
    assert_eq!(locked.code, ErrorCode::Locked);
}

#[tokio::test]
async fn a_cancelled_import_leaves_no_sealed_file() {
    let coffer = Arc::new(OnceLock::<Coffer>::new());
    let known = Arc::clone(&coffer);
    let computer = Computer::watched(move |event| {
        if let Event::Job(JobView { id, kind: JobKind::ItemImport, state: JobState::Running, .. }) = event {
            known.get().unwrap().job_cancel(*id).unwrap();
        }
    });
    assert!(coffer.set(computer.coffer.clone()).is_ok());
    let computer = computer.opened().await;
    let asked = locked(computer.coffer.import_preview(database()).await.unwrap());
    let preview = previewed(computer.coffer.import_unlock(unlock(&asked.token, PASSWORD)).await.unwrap());
    // Without a comparison the first step that can stop is sealing the files.
    let chosen = ImportChoice { skip_identical: false, ..choice(preview.token) };
    let stopped = computer.coffer.import_commit(chosen).await.unwrap_err();
    assert_eq!(stopped.code, ErrorCode::Cancelled);
    assert!(computer.titles("").await.is_empty());
    assert_eq!(sealed_files(&computer.folder.path().join("data/coffer/profiles")), 0);
}

#[tokio::test]
async fn items_with_files_are_never_taken_for_identical() {
    let computer = Computer::with_profile().await;
    assert_eq!(import(&computer.coffer).await, 1);
    // Their files may differ.
    assert_eq!(import(&computer.coffer).await, 1);
    assert_eq!(computer.titles("").await, ["One", "One"]);
}
