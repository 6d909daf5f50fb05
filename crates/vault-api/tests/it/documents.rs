use std::path::PathBuf;
use std::time::Duration;

use vault_api::start::Renderer;
use vault_api::views::{DocumentRulesView, ItemScope, ItemTypeView, JobState, JobView};
use vault_api::{BlobId, ErrorCode, Event, ItemId, SecretText, VaultId};

use crate::support::{Computer, PASSWORD, id};

/// Waits until a job has ended.
async fn ended(computer: &Computer, job: u32) -> JobView {
    loop {
        let view = computer.coffer.job_list().into_iter().find(|view| view.id == job).unwrap();
        if view.state.is_over() {
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
async fn an_exported_document_equals_the_added_file() {
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
async fn folders_and_missing_files_fail_alone_and_leave_no_files() {
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
async fn attachments_can_be_removed_but_a_document_keeps_its_file() {
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

/// Waits until a job is in a state.
async fn reaches(computer: &Computer, job: u32, state: JobState) {
    while computer.coffer.job_list().iter().find(|view| view.id == job).unwrap().state != state {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A sparse file, which takes space only when it is sealed.
fn large_file(computer: &Computer, name: &str) -> PathBuf {
    let path = computer.folder.path().join(name);
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(LARGE).unwrap();
    path
}

/// Too large to be added or exported before a lock that follows at once.
const LARGE: u64 = 96 << 20;

#[tokio::test]
async fn locking_pauses_a_transfer_and_unlocking_resumes_it() {
    let computer = Computer::with_profile().await;
    let path = large_file(&computer, "large.bin");
    let jobs = computer.coffer.document_import(vec![path, file(&computer, "b.txt", b"next")]).await.unwrap();
    assert!(computer.coffer.is_working());
    computer.coffer.session_lock().await.unwrap();
    reaches(&computer, jobs[0], JobState::Paused).await;
    // Unlocking another profile does not resume it.
    let other = computer.coffer.profile_create("Other".to_owned(), SecretText::from(PASSWORD)).await.unwrap();
    assert_eq!(computer.titles("").await, Vec::<String>::new());
    reaches(&computer, jobs[0], JobState::Paused).await;
    let home = other.profiles.iter().find(|profile| profile.name == "Home").unwrap();
    computer.unlock(&home.id).await;
    for job in &jobs {
        let view = ended(&computer, *job).await;
        assert_eq!(view.state, JobState::Done, "{view:?}");
    }
    assert_eq!((computer.titles("").await, sealed(&computer)), (vec!["b".to_owned(), "large".to_owned()], 2));

    // Export, interrupted by a lock.
    let item = computer.coffer.job_list()[0].outcome.clone().unwrap().item_id.unwrap().parse().unwrap();
    let blob = computer.coffer.item_get(item).await.unwrap().attachments[0].blob_id.parse().unwrap();
    let out = computer.folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let job = computer.coffer.document_export(item, blob, out.join("large.bin")).await.unwrap();
    computer.coffer.session_lock().await.unwrap();
    reaches(&computer, job, JobState::Paused).await;
    computer.unlock(&home.id).await;
    assert_eq!(ended(&computer, job).await.state, JobState::Done);
    assert_eq!(walk(&out), [out.join("large.bin")]);
    assert_eq!(out.join("large.bin").metadata().unwrap().len(), LARGE);
}

#[tokio::test]
async fn a_cancelled_paused_transfer_leaves_no_files() {
    let computer = Computer::with_profile().await;
    let jobs = computer.coffer.document_import(vec![large_file(&computer, "large.bin")]).await.unwrap();
    computer.coffer.session_lock().await.unwrap();
    reaches(&computer, jobs[0], JobState::Paused).await;
    assert!(!computer.coffer.is_working(), "a paused transfer does not delay the idle lock");
    computer.coffer.job_cancel(jobs[0]).unwrap();
    assert_eq!(ended(&computer, jobs[0]).await.state, JobState::Cancelled);
    assert_eq!(sealed(&computer), 0);
}

#[tokio::test]
async fn the_end_of_the_program_cancels_running_transfers() {
    let computer = Computer::with_profile().await;
    computer.coffer.document_import(vec![large_file(&computer, "large.bin")]).await.unwrap();
    computer.coffer.session_end().await.unwrap();
    assert_eq!(
        computer.coffer.job_list()[0].state,
        JobState::Cancelled,
        "all work has ended once it is cancelled"
    );
    assert_eq!(sealed(&computer), 0);
}

/// Adds a document and returns its item and file.
async fn document(computer: &Computer, name: &str, content: &[u8]) -> (ItemId, BlobId) {
    let jobs = computer.coffer.document_import(vec![file(computer, name, content)]).await.unwrap();
    let item = ended(computer, jobs[0]).await.outcome.unwrap().item_id.unwrap().parse().unwrap();
    (item, first_file(computer, item).await)
}

async fn first_file(computer: &Computer, item: ItemId) -> BlobId {
    computer.coffer.item_get(item).await.unwrap().attachments[0].blob_id.parse().unwrap()
}

/// The content of a file of an item, exported.
async fn exported(computer: &Computer, item: ItemId, blob: BlobId) -> Vec<u8> {
    let target = computer.folder.path().join("written out");
    let job = computer.coffer.document_export(item, blob, target.clone()).await.unwrap();
    assert_eq!(ended(computer, job).await.state, JobState::Done);
    let content = std::fs::read(&target).unwrap();
    std::fs::remove_file(target).unwrap();
    content
}

#[tokio::test]
async fn document_versions_are_exported_restored_and_deleted() {
    let computer = Computer::with_profile().await;
    let (item, first) = document(&computer, "plan.txt", b"first").await;
    let replaced = computer.coffer.document_replace(item, first, file(&computer, "plan 2.txt", b"second"));
    assert_eq!(ended(&computer, replaced.await.unwrap()).await.state, JobState::Done);
    let second = first_file(&computer, item).await;
    assert_ne!(first, second);
    assert_eq!(computer.coffer.item_get(item).await.unwrap().attachments[0].name, "plan 2.txt");

    let versions = computer.coffer.document_versions(item).await.unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!((versions[0].file.blob_id.parse(), versions[0].file.name.as_str()), (Ok(first), "plan.txt"));
    assert_eq!((versions[0].now.clone(), versions[0].kept), (Some(second.to_string()), true));
    assert_eq!(computer.coffer.document_name(item, first).await.unwrap(), "plan.txt");
    assert_eq!(exported(&computer, item, first).await, b"first");
    assert_eq!(exported(&computer, item, second).await, b"second");

    let restored = computer.coffer.document_restore(item, first).await.unwrap();
    assert_eq!(restored.attachments[0].blob_id, first.to_string());
    assert_eq!(computer.coffer.document_drop(item, first).await.unwrap_err().code, ErrorCode::NotFound);
    computer.coffer.document_drop(item, second).await.unwrap();
    assert_eq!(sealed(&computer), 1);
    let versions = computer.coffer.document_versions(item).await.unwrap();
    assert_eq!((versions.len(), versions[0].kept), (1, false));
    let gone = computer.coffer.document_export(item, second, computer.folder.path().join("x")).await;
    assert_eq!(gone.unwrap_err().code, ErrorCode::NotFound);
    // A file that the item does not have cannot be replaced.
    let refused = computer.coffer.document_replace(item, second, file(&computer, "c.txt", b"c")).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn document_rules_of_a_vault_apply_before_a_file_is_added() {
    let computer = Computer::with_profile().await;
    let login = computer.save_login("Mail", "ana", "x").await;
    let none = DocumentRulesView { largest: None, refused: vec![] };
    assert_eq!(computer.coffer.document_rules_get(None).await.unwrap(), none);
    let rules = DocumentRulesView { largest: Some(1000), refused: vec!["application/*".to_owned()] };
    computer.coffer.document_rules_set(None, rules.clone()).await.unwrap();
    assert_eq!(computer.coffer.document_rules_get(None).await.unwrap(), rules);

    let files = vec![
        file(&computer, "large.txt", &[b'a'; 1001]),
        file(&computer, "program.txt", &[b"MZ".as_slice(), &[0; 100]].concat()),
        file(&computer, "fine.pdf", b"just text"),
    ];
    for jobs in [
        computer.coffer.document_import(files.clone()).await.unwrap(),
        computer.coffer.document_attach(id(&login), files).await.unwrap(),
    ] {
        let mut seen = Vec::new();
        for job in jobs {
            let view = ended(&computer, job).await;
            let error = view.outcome.and_then(|outcome| outcome.error).map(|error| error.code);
            seen.push((view.state, error));
        }
        let refused = (JobState::Failed, Some(ErrorCode::InvalidInput));
        assert_eq!(seen, [refused, refused, (JobState::Done, None)]);
    }
    assert_eq!(sealed(&computer), 2);
    let nonsense = DocumentRulesView { largest: None, refused: vec!["exe".to_owned()] };
    let refused = computer.coffer.document_rules_set(None, nonsense).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidInput);
    let unknown = VaultId::from_bytes([9; 16]);
    assert_eq!(
        computer.coffer.document_rules_get(Some(unknown)).await.unwrap_err().code,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn an_executable_named_as_a_document_is_marked() {
    let computer = Computer::with_profile().await;
    let program = [b"MZ\x90\0\x03".as_slice(), &[0; 200]].concat();
    let (item, _) = document(&computer, "invoice.pdf", &program).await;
    let attached = &computer.coffer.item_get(item).await.unwrap().attachments[0];
    assert_eq!(attached.media_type, "application/vnd.microsoft.portable-executable");
    assert!(attached.type_mismatch);
    let (item, _) = document(&computer, "letter.pdf", b"%PDF-1.7\n").await;
    assert!(!computer.coffer.item_get(item).await.unwrap().attachments[0].type_mismatch);
}

#[tokio::test]
async fn without_a_renderer_only_previews_fail() {
    let computer = Computer::with_profile().await;
    let coffer = computer.coffer.clone().with_renderer(Renderer::new("/nowhere".into(), Vec::new()));
    let (pdf, blob) = document(&computer, "a.pdf", b"%PDF-1.7\n").await;
    let (text, text_blob) = document(&computer, "a.txt", b"hello").await;
    for (item, blob) in [(pdf, blob), (text, text_blob)] {
        let refused = coffer.document_thumbnail(item, blob).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NoPicture);
    }
    for edge in [0, 2049, u32::MAX] {
        let refused = coffer.document_page(pdf, blob, 0, edge).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidInput);
    }
    assert_eq!(coffer.document_thumbnail(text, blob).await.unwrap_err().code, ErrorCode::NotFound);
    computer.coffer.session_lock().await.unwrap();
    assert_eq!(coffer.document_thumbnail(pdf, blob).await.unwrap_err().code, ErrorCode::Locked);
}

#[tokio::test]
async fn the_document_scope_lists_documents() {
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
