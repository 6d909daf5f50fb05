//! Downloading documents.

use std::fs;

use vault_engine::backup::{Documents, OmissionReason};
use vault_engine::document::{DocumentError, Existing};
use vault_engine::session::Opened;
use vault_sync::cycle::{CycleError, DocumentProblem};
use vault_wire::BlobId;
use vault_wire::message::{ChunkList, ProblemCode};

use super::{MIB, all, chunk_requests, content, download, files, problems, two_with};
use crate::support::Reply;

#[tokio::test]
async fn an_interrupted_download_goes_on_where_it_was() {
    let large = content(5, 17 * MIB);
    let (_server, hostile, _one, two, added) = two_with(&[&large]).await;
    let (item, document) = added[0];
    hostile.answers_some("GET *", |sent| {
        let fifth = sent.route.contains("/blobs/") && sent.route.ends_with("/4");
        fifth.then(|| Reply::problem(503, ProblemCode::Unavailable))
    });
    assert!(matches!(two.cycle().download().await, Err(CycleError::Server(_))));
    hostile.reforms();
    let (path, part) = files(&two.computer, &document);
    assert!(!path.exists() && part.exists());
    assert!(matches!(two.computer.read(item, &document), Err(DocumentError::NotHere)));
    two.computer.lock();
    two.computer.unlock();
    assert!(matches!(two.computer.read(item, &document), Err(DocumentError::NotHere)));

    let lists = hostile.routes().iter().filter(|route| route.ends_with(&document.to_string())).count();
    assert_eq!(lists, 1);
    hostile.forget();
    assert_eq!(download(&two).await, all(1));
    let again = chunk_requests(&hostile, "GET");
    assert!((1..5).contains(&again), "{again}");
    assert_eq!(hostile.seen().len(), again, "the list is not asked for again");
    assert_eq!(two.computer.read(item, &document).unwrap(), large);
    assert!(path.exists() && !part.exists());
}

#[tokio::test]
async fn what_was_downloaded_is_checked_before_it_is_used() {
    let large = content(6, 6 * MIB);
    let (_server, hostile, one, two, added) = two_with(&[&large, b"other"]).await;
    let ((item, document), (_, other)) = (added[0], added[1]);
    // As if the program had ended before it was noted that the other one is here.
    let (path, _) = files(&two.computer, &other);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::copy(files(&one.computer, &other).0, path).unwrap();
    assert_eq!(download(&two).await, all(2));
    assert_eq!(chunk_requests(&hostile, "GET"), 2, "those of the large one");
    // As if the program had ended before the last chunk was written, and the disk had lost some of the first.
    let (path, part) = files(&two.computer, &document);
    fs::rename(&path, &part).unwrap();
    let mut bytes = fs::read(&part).unwrap();
    bytes[1000] ^= 1;
    bytes.truncate(5 * MIB);
    fs::write(&part, bytes).unwrap();
    hostile.forget();
    assert_eq!(two.fetch(document).await.unwrap(), Ok(()));
    assert_eq!(chunk_requests(&hostile, "GET"), 2);
    assert_eq!(two.computer.read(item, &document).unwrap(), large);
    // What is whole is not downloaded again, whether or not that was noted.
    hostile.forget();
    assert_eq!(two.fetch(document).await.unwrap(), Ok(()));
    assert_eq!(hostile.seen().len(), 0);
}

#[tokio::test]
async fn one_missing_document_of_three_does_not_keep_the_others_away() {
    let (_server, hostile, _one, two, added) = two_with(&[b"one", b"two", b"three"]).await;
    let (item, gone) = added[1];
    hostile.answers(&format!("GET /v1/vaults/{}/blobs/{gone}*", two.home()), |_| {
        Reply::problem(404, ProblemCode::NotFound)
    });
    for documents in [2, 0] {
        let downloaded = download(&two).await;
        assert_eq!(downloaded.documents, documents);
        assert_eq!(problems(&downloaded.left), [(gone, DocumentProblem::Missing)]);
        assert_eq!(downloaded.left[0].item, item);
    }
    assert!(matches!(two.computer.read(item, &gone), Err(DocumentError::NotHere)));
    hostile.reforms();
    assert_eq!(download(&two).await, all(1));
    assert_eq!(two.computer.read(item, &gone).unwrap(), b"two");
}

#[tokio::test]
async fn t34_wrong_content_of_documents_is_refused_and_the_rest_goes_on() {
    let (a, b) = (content(7, 5 * MIB), content(8, 5 * MIB));
    let (_server, hostile, _one, two, added) = two_with(&[&a, b"other"]).await;
    let ((item, document), (_, other)) = (added[0], added[1]);
    let list = format!("GET /v1/vaults/{}/blobs/{document}", two.home());
    type Lie = fn(&mut Reply);
    let lies: [(&str, String, Lie); 8] = [
        ("a wrong list", list.clone(), |reply| {
            reply.change_cbor(|list: &mut ChunkList| list.hashes[1][0] ^= 1);
        }),
        ("a short list", list.clone(), |reply| {
            reply.change_cbor(|list: &mut ChunkList| list.hashes.truncate(1));
        }),
        ("a long list", list.clone(), |reply| {
            reply.change_cbor(|list: &mut ChunkList| list.hashes.push([0; 32]));
        }),
        ("the list of another", list.clone(), |reply| {
            reply.change_cbor(|list: &mut ChunkList| list.blob_id = BlobId::from_bytes([9; 16]));
        }),
        ("a truncated list", list.clone(), |reply| reply.body.truncate(40)),
        ("a wrong chunk", format!("{list}/1"), |reply| {
            let mut chunk = reply.body.to_vec();
            chunk[7] ^= 1;
            reply.body = chunk.into();
        }),
        ("a short chunk", format!("{list}/1"), |reply| reply.body.truncate(1000)),
        ("an endless chunk", format!("{list}/1"), |reply| *reply = reply.clone().endless()),
    ];
    for (round, (what, route, lie)) in lies.into_iter().enumerate() {
        hostile.changes(&route, move |_, reply| lie(reply));
        let downloaded = download(&two).await;
        assert_eq!(problems(&downloaded.left), [(document, DocumentProblem::Wrong)], "{what}");
        assert_eq!(downloaded.documents, usize::from(round == 0), "{what}");
        assert!(!files(&two.computer, &document).0.exists(), "{what}");
        hostile.reforms();
    }
    assert!(files(&two.computer, &other).0.exists());
    assert_eq!(download(&two).await, all(1));
    assert_eq!(two.computer.read(item, &document).unwrap(), a);
    assert_ne!(a, b);
}

#[tokio::test]
async fn a_server_that_does_not_answer_ends_the_download_after_a_few_documents() {
    let contents: Vec<Vec<u8>> = (0..20).map(|seed| content(seed, 100)).collect();
    let contents: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
    let (_server, hostile, _one, two, added) = two_with(&contents).await;
    hostile.answers("GET *", |_| Reply::html(200));
    assert!(matches!(two.cycle().download().await, Err(CycleError::Server(_))));
    assert!(hostile.seen().len() < 10, "{}", hostile.seen().len());
    hostile.reforms();
    // A single one that never gets an answer does not keep the others away.
    let silent = added[3].1.to_string();
    hostile.answers_some("GET *", move |sent| sent.route.contains(&silent).then(|| Reply::html(502)));
    let downloaded = download(&two).await;
    assert_eq!(downloaded.documents, 19);
    assert_eq!(problems(&downloaded.left), [(added[3].1, DocumentProblem::Unanswered)]);
}

#[tokio::test]
async fn documents_of_a_vault_that_is_not_kept_offline_are_downloaded_when_they_are_asked_for() {
    let (_server, _hostile, _one, two, added) = two_with(&[b"one", b"two"]).await;
    let home = two.home();
    two.computer.work(|session| session.set_keeps_offline(home, false).unwrap());
    assert_eq!(download(&two).await, all(0));
    let (item, document) = added[0];
    assert_eq!(two.fetch(document).await.unwrap(), Ok(()));
    assert_eq!(two.computer.read(item, &document).unwrap(), b"one");
    let (other, not_here) = added[1];
    assert!(matches!(two.computer.read(other, &not_here), Err(DocumentError::NotHere)));
    let unknown = BlobId::from_bytes([3; 16]);
    assert!(matches!(two.fetch(unknown).await, Err(CycleError::Profile(_))));

    // A damaged file is replaced.
    let (path, _) = files(&two.computer, &document);
    fs::write(&path, "damaged").unwrap();
    assert!(matches!(two.computer.read(item, &document), Err(DocumentError::Damaged)));
    assert_eq!(two.fetch(document).await.unwrap(), Ok(()));
    assert_eq!(two.computer.read(item, &document).unwrap(), b"one");

    two.computer.work(|session| session.set_keeps_offline(home, true).unwrap());
    assert_eq!(download(&two).await, all(1));
}

#[tokio::test]
async fn a_document_that_is_not_here_is_neither_lost_nor_damaged() {
    let (_server, _hostile, _one, two, added) = two_with(&[b"one", b"two"]).await;
    let (item, document) = added[0];
    let folder = tempfile::tempdir().unwrap();
    let left_out = two.computer.work(|session| {
        session.check_log().unwrap();
        let go_on = &mut |_| std::ops::ControlFlow::Continue(());
        let snapshot = session.snapshot(&folder.path().join("backup.tar"), Documents::All, go_on).unwrap();
        snapshot.write(Existing::Keep, go_on).unwrap().left_out
    });
    assert_eq!(left_out.len(), 2);
    assert!(left_out.iter().all(|left| left.why == OmissionReason::NotHere));
    // The item can be edited without it, and deleting it deletes what was downloaded.
    two.computer.set_title(item, "Edited");
    assert_eq!(two.sync().await.sent, 1);
    let Opened { item: opened, .. } = two.computer.work(|session| session.get(item).unwrap());
    assert_eq!(opened.attachments[0].blob_id, document);
    let (path, part) = files(&two.computer, &document);
    fs::create_dir_all(part.parent().unwrap()).unwrap();
    fs::write(&part, "begun").unwrap();
    two.computer.work(|session| {
        session.trash(&[item]).unwrap();
        session.purge(&[item]).unwrap();
    });
    assert!(!path.exists() && !part.exists());
    two.sync().await;
    assert_eq!(download(&two).await, all(1));
}
