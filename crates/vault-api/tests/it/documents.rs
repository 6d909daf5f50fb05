use std::path::PathBuf;
use std::time::Duration;

use vault_api::Event;
use vault_api::views::{ErrorCode, ItemScope, ItemTypeView, JobState, JobView};

use crate::support::{Computer, id};

/// Waits until a job has ended.
async fn ended(computer: &Computer, job: u32) -> JobView {
    loop {
        let view = computer.coffer.job_list().into_iter().find(|view| view.id == job).unwrap();
        if view.state != JobState::Running {
            return view;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn file(computer: &Computer, name: &str, content: &[u8]) -> PathBuf {
    let path = computer.folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// All sealed files in the profile folder.
fn sealed(computer: &Computer) -> usize {
    let profiles = computer.folder.path().join("data/coffer/profiles");
    walk(&profiles).iter().filter(|path| path.to_string_lossy().contains("/blobs/")).count()
}

fn walk(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[tokio::test]
async fn a_document_comes_out_as_it_went_in() {
    let computer = Computer::with_profile().await;
    let content: Vec<u8> = (0..9_000_000_u32).map(|n| (n % 251) as u8).collect();
    let jobs =
        computer.coffer.document_import(vec![file(&computer, "tax 2025.bin", &content)]).await.unwrap();
    let done = ended(&computer, jobs[0]).await;
    assert_eq!((done.state, done.done), (JobState::Done, 9_000_000), "{:?}", done.outcome);
    let item =
        computer.coffer.item_get(done.outcome.unwrap().item_id.unwrap().parse().unwrap()).await.unwrap();
    assert_eq!((item.title.as_str(), item.item_type), ("tax 2025", ItemTypeView::Document));
    let attached = &item.attachments[0];
    assert_eq!((attached.name.as_str(), attached.size), ("tax 2025.bin", 9_000_000));

    let target = computer.folder.path().join("out.bin");
    let blob = attached.blob_id.parse().unwrap();
    assert_eq!(computer.coffer.document_name(id(&item), blob).await.unwrap(), "tax 2025.bin");
    let job = computer.coffer.document_export(id(&item), blob, target.clone()).await.unwrap();
    assert_eq!(ended(&computer, job).await.state, JobState::Done);
    assert_eq!(std::fs::read(&target).unwrap(), content);
    assert!(computer.events.lock().unwrap().iter().any(|event| matches!(event, Event::Job(_))));
}

#[tokio::test]
async fn t34_a_changed_sealed_file_is_refused_and_leaves_no_partial_file() {
    let computer = Computer::with_profile().await;
    let jobs = computer.coffer.document_import(vec![file(&computer, "a.txt", b"hello")]).await.unwrap();
    let item = ended(&computer, jobs[0]).await.outcome.unwrap().item_id.unwrap().parse().unwrap();
    let blob = computer.coffer.item_get(item).await.unwrap().attachments[0].blob_id.parse().unwrap();
    let stored = walk(&computer.folder.path().join("data"))
        .into_iter()
        .find(|p| p.to_string_lossy().contains("/blobs/"));
    let stored = stored.unwrap();
    let mut bytes = std::fs::read(&stored).unwrap();
    bytes[7] ^= 1;
    std::fs::write(&stored, bytes).unwrap();
    let out = computer.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let job = computer.coffer.document_export(item, blob, out.join("a.txt")).await.unwrap();
    let failed = ended(&computer, job).await;
    assert_eq!(failed.state, JobState::Failed);
    assert_eq!(failed.outcome.unwrap().error.unwrap().code, ErrorCode::DocumentDamaged);
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 0);
}

#[tokio::test]
async fn folders_and_missing_files_fail_alone_and_leave_nothing() {
    let computer = Computer::with_profile().await;
    let good = file(&computer, "good.txt", b"good");
    let files = vec![computer.folder.path().to_owned(), computer.folder.path().join("missing"), good];
    let jobs = computer.coffer.document_import(files).await.unwrap();
    let mut states = Vec::new();
    for job in jobs {
        states.push(ended(&computer, job).await.state);
    }
    assert_eq!(states, [JobState::Failed, JobState::Failed, JobState::Done]);
    assert_eq!((computer.titles("").await, sealed(&computer)), (vec!["good".to_owned()], 1));
}

#[tokio::test]
async fn attachments_come_and_go_but_a_document_keeps_its_file() {
    let computer = Computer::with_profile().await;
    let login = computer.save_login("Mail", "ana", "x").await;
    let jobs = computer
        .coffer
        .document_attach(id(&login), vec![file(&computer, "codes.txt", b"1234")])
        .await
        .unwrap();
    assert_eq!(ended(&computer, jobs[0]).await.state, JobState::Done);
    let with_file = computer.coffer.item_get(id(&login)).await.unwrap();
    let blob = with_file.attachments[0].blob_id.parse().unwrap();
    let without = computer.coffer.document_detach(id(&login), blob).await.unwrap();
    assert!(without.attachments.is_empty());
    assert_eq!(sealed(&computer), 1, "an earlier revision still names it");

    let jobs = computer.coffer.document_import(vec![file(&computer, "scan.txt", b"scan")]).await.unwrap();
    let document = ended(&computer, jobs[0]).await.outcome.unwrap().item_id.unwrap().parse().unwrap();
    let blob = computer.coffer.item_get(document).await.unwrap().attachments[0].blob_id.parse().unwrap();
    let refused = computer.coffer.document_detach(document, blob).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
}

#[tokio::test]
async fn purging_an_item_removes_its_sealed_files() {
    let computer = Computer::with_profile().await;
    let jobs = computer.coffer.document_import(vec![file(&computer, "a.txt", b"hello")]).await.unwrap();
    let item = ended(&computer, jobs[0]).await.outcome.unwrap().item_id.unwrap().parse().unwrap();
    assert_eq!(sealed(&computer), 1);
    computer.coffer.item_trash(vec![item]).await.unwrap();
    computer.coffer.item_purge(vec![item]).await.unwrap();
    assert_eq!(sealed(&computer), 0);
}

#[tokio::test]
async fn locking_stops_a_transfer_and_leaves_nothing_half_done() {
    let computer = Computer::with_profile().await;
    let path = computer.folder.path().join("large");
    std::fs::File::create(&path).unwrap().set_len(400 << 20).unwrap();
    let jobs = computer.coffer.document_import(vec![path]).await.unwrap();
    assert!(computer.coffer.is_working());
    computer.coffer.session_lock().await.unwrap();
    let view = ended(&computer, jobs[0]).await;
    assert!(matches!(view.state, JobState::Cancelled | JobState::Failed), "{view:?}");
    assert_eq!(sealed(&computer), 0);
}

#[tokio::test]
async fn a_scope_of_documents_lists_them() {
    let computer = Computer::with_profile().await;
    computer.save_login("Mail", "ana", "x").await;
    let jobs = computer.coffer.document_import(vec![file(&computer, "a.txt", b"hello")]).await.unwrap();
    ended(&computer, jobs[0]).await;
    let query = vault_api::views::ItemQuery {
        text: String::new(),
        scope: ItemScope::Type { item_type: ItemTypeView::Document },
        sort: Default::default(),
        offset: 0,
        limit: 10,
    };
    let page = computer.coffer.item_list(query).await.unwrap();
    assert_eq!((page.total, page.rows[0].title.as_str()), (1, "a"));
}
