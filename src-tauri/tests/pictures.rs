//! Thumbnails and pages of documents, from the vault to the separate renderer program of every package.

#![cfg(test)]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use vault_api::start::{AppDirs, KdfParams, NoKeychain, Profiles, Renderer, SystemClock, system_rng};
use vault_api::views::JobState;
use vault_api::{BlobId, Coffer, Costs, ErrorCode, EventSink, ItemId, SecretText, Setup};
use vault_preview::{Job, Kind};

const PICTURE: &[u8] = include_bytes!("../../icons/128x128.png");

/// Two pages, the first red and twice as wide as it is high.
const PDF: &[u8] = b"%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while \\(true\\) {}) >> >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >> endobj
4 0 obj << /Length 27 >> stream
1 0 0 rg 0 0 200 100 re f  
endstream endobj
5 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 100 200] >> endobj
trailer << /Root 1 0 R >>
";

/// A profile, with the renderer program that was built next to the application.
async fn coffer(folder: &TempDir) -> Coffer {
    let clock = Arc::new(SystemClock::new());
    let dirs = AppDirs::portable(&folder.path().join("data"));
    let setup = Setup {
        profiles: Profiles::new(dirs, Box::new(NoKeychain), clock.clone()),
        clock,
        make_rng: system_rng,
        kdf: Costs::Fixed(KdfParams::FLOOR),
        device: "Test computer".to_owned(),
        system_language: "en".to_owned(),
        events: EventSink::new(|_| {}),
        ranges: None,
    };
    let program = PathBuf::from(env!("CARGO_BIN_EXE_coffer-preview"));
    assert_eq!(program.file_stem().unwrap(), Renderer::PROGRAM);
    let coffer = Coffer::start(setup).unwrap().with_renderer(Renderer::new(program, Vec::new()));
    let password = SecretText::from("correct horse battery staple");
    coffer.profile_create("Home".to_owned(), password).await.unwrap();
    coffer
}

async fn import_document(coffer: &Coffer, folder: &TempDir, name: &str, content: &[u8]) -> (ItemId, BlobId) {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let job = coffer.document_import(vec![path]).await.unwrap()[0];
    let done = loop {
        let view = coffer.job_list().into_iter().find(|view| view.id == job).unwrap();
        if view.state.is_over() {
            break view;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(done.state, JobState::Done, "{done:?}");
    let item = done.outcome.unwrap().item_id.unwrap().parse().unwrap();
    let blob = coffer.item_get(item).await.unwrap().attachments[0].blob_id.parse().unwrap();
    (item, blob)
}

#[tokio::test]
async fn thumbnails_and_pages_are_rendered_by_the_separate_program() {
    const PNG: &str = "iVBORw0KGgo";
    let folder = tempfile::tempdir().unwrap();
    let coffer = coffer(&folder).await;

    let (item, blob) = import_document(&coffer, &folder, "picture.bin", PICTURE).await;
    let drawn = coffer.document_thumbnail(item, blob).await.unwrap();
    assert_eq!((drawn.width, drawn.height, drawn.pages), (128, 128, 1));
    assert!(drawn.png.starts_with(PNG));
    let drawn = coffer.document_page(item, blob, 0, 16).await.unwrap();
    assert_eq!((drawn.width, drawn.height), (16, 16));

    let (item, blob) = import_document(&coffer, &folder, "letter.pdf", PDF).await;
    let drawn = coffer.document_thumbnail(item, blob).await.unwrap();
    assert_eq!((drawn.width, drawn.height, drawn.pages), (256, 128, 2));
    let drawn = coffer.document_page(item, blob, 1, 1000).await.unwrap();
    assert_eq!((drawn.width, drawn.height), (500, 1000));
    assert!(drawn.png.starts_with(PNG));
    let missing = coffer.document_page(item, blob, 2, 1000).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::NotFound);

    // The content decides the type, not the name.
    let (item, blob) =
        import_document(&coffer, &folder, "letter.png", b"<svg onload=\"alert(1)\"></svg>").await;
    assert_eq!(coffer.document_thumbnail(item, blob).await.unwrap_err().code, ErrorCode::NoPicture);
    let broken = &PICTURE[..PICTURE.len() / 2];
    let (item, blob) = import_document(&coffer, &folder, "broken.png", broken).await;
    assert_eq!(coffer.document_thumbnail(item, blob).await.unwrap_err().code, ErrorCode::NoPicture);
}

/// The renderer program of the packages, under strace.
#[test]
#[cfg(target_os = "linux")]
fn t37_t51_the_renderer_limits_and_confines_itself_before_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("calls.txt");
    let mut arguments = ["-e", "trace=read,prlimit64,seccomp", "-o"].map(str::to_owned).to_vec();
    arguments.extend([record.display().to_string(), env!("CARGO_BIN_EXE_coffer-preview").to_owned()]);
    let job = Job { kind: Kind::Png, page: 0, edge: 64, size: PICTURE.len() as u64 };
    Renderer::new("/usr/bin/strace".into(), arguments).draw(&job, PICTURE, &|| true).unwrap();
    let calls = std::fs::read_to_string(record).unwrap();
    let first = |call: &str| calls.lines().position(|line| line.contains(call)).expect(call);
    let reads = first("read(0, ");
    for step in ["RLIMIT_AS, {", "RLIMIT_CPU, {", "SECCOMP_SET_MODE_FILTER"] {
        assert!(first(step) < reads, "{step}: {calls}");
    }
}

#[tokio::test]
async fn t34_a_changed_document_is_not_rendered() {
    let folder = tempfile::tempdir().unwrap();
    let coffer = coffer(&folder).await;
    let (item, blob) = import_document(&coffer, &folder, "picture.png", PICTURE).await;
    assert!(coffer.document_thumbnail(item, blob).await.is_ok());
    let profiles = folder.path().join("data/coffer/profiles");
    let profile = std::fs::read_dir(profiles).unwrap().next().unwrap().unwrap().path();
    let name = blob.to_string();
    let sealed = profile.join("blobs").join(&name[..2]).join(&name);
    let mut bytes = std::fs::read(&sealed).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(sealed, bytes).unwrap();
    let refused = coffer.document_thumbnail(item, blob).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::DocumentDamaged);
}
