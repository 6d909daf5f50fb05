//! Sending documents.

use std::fs;

use vault_server::account::operator;
use vault_sync::cycle::{Cycle, CycleError, DocumentProblem};
use vault_wire::message::{ChunkRange, DeclareBlob, Limits, MissingChunks, ProblemCode};

use super::{MIB, all, chunk_requests, content, download, files, problems, sync_home};
use crate::cycle::{Connected, first};
use crate::support::Reply;

#[tokio::test]
async fn an_interrupted_upload_goes_on_where_it_was() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    let large = content(2, 17 * MIB);
    let (item, documents) = one.computer.add_documents("Large", &[&large]);
    // The fifth chunk is sent only after one of the first four was accepted.
    let fifth = |route: &str| route.ends_with("/4");
    hostile.answers_some("PUT *", move |sent| {
        fifth(&sent.route).then(|| Reply::problem(503, ProblemCode::Unavailable))
    });
    assert!(matches!(one.try_sync().await, Err(CycleError::Server(_))));
    hostile.reforms();
    one.computer.lock();
    one.computer.unlock();
    let signed = one.computer.work(|session| session.blob(&documents[0]).unwrap());
    let declared = DeclareBlob::new(signed.blob_id, signed.ct_size).unwrap();
    let missing = one.session.declare(&one.home(), &declared).await.unwrap();
    let missing: u32 = missing.ranges.iter().map(|range| range.count).sum();
    assert!((1..5).contains(&missing), "{missing}");
    hostile.forget();
    assert_eq!(one.sync().await.sent, 1);
    assert_eq!(chunk_requests(&hostile, "PUT"), usize::try_from(missing).unwrap());

    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    download(&two).await;
    assert_eq!(two.computer.read(item, &documents[0]).unwrap(), large);
}

#[tokio::test]
async fn documents_above_the_quota_do_not_hold_up_the_rest() {
    let (server, hostile, one) = first().await;
    let account = one.computer.work(|session| session.account());
    operator::set_quota(&server.app.store, account, Some(1 << 20)).await.unwrap();
    one.sync().await;
    let large = content(3, 3 * MIB / 2);
    let above: Vec<_> = (0..20).map(|_| one.computer.add_documents("Large", &[&large])).collect();
    let (small, kept) = one.computer.add_documents("Small", &[b"small"]);
    one.computer.set_title(above[0].0, "Large, edited");
    one.computer.add("Note");
    hostile.forget();
    let synced = sync_home(&one).await;
    assert_eq!(synced.sent, 2, "the note, and the small document");
    let mut expected: Vec<_> = above.iter().map(|(_, of)| (of[0], DocumentProblem::Quota)).collect();
    expected.sort_by_key(|(document, _)| *document);
    assert_eq!(problems(&synced.documents), expected);
    // The first slice is declared; after that it is known what does not fit. What fits is declared twice.
    assert_eq!(hostile.count(&format!("POST /v1/vaults/{}/blobs", one.home())), 8 + 2);

    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    assert_eq!(two.computer.titles(), ["First", "Note", "Small"]);
    assert_eq!(download(&two).await, all(1));
    assert_eq!(two.computer.read(small, &kept[0]).unwrap(), b"small");

    operator::set_quota(&server.app.store, account, None).await.unwrap();
    assert_eq!(one.sync().await.sent, 21);
    two.sync().await;
    assert_eq!(two.computer.work(|session| session.get(above[0].0).unwrap().item.title), "Large, edited");
    assert_eq!(two.computer.titles().len(), 23);
}

#[tokio::test]
async fn a_document_whose_file_is_lost_or_damaged_is_reported_and_not_sent() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    let (_, lost) = one.computer.add_documents("Lost", &[b"lost"]);
    let (_, damaged) = one.computer.add_documents("Damaged", &[b"damaged"]);
    one.computer.add_documents("Sound", &[b"sound"]);
    fs::remove_file(files(&one.computer, &lost[0]).0).unwrap();
    let path = files(&one.computer, &damaged[0]).0;
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, &bytes).unwrap();
    hostile.forget();
    let synced = sync_home(&one).await;
    assert_eq!(synced.sent, 1);
    assert!(synced.documents.iter().all(|left| left.problem == DocumentProblem::Damaged));
    assert_eq!((synced.documents.len(), chunk_requests(&hostile, "PUT")), (2, 1));

    bytes[100] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let synced = sync_home(&one).await;
    assert_eq!((synced.sent, synced.documents.len()), (1, 1));
}

#[tokio::test]
async fn a_server_that_never_has_enough_of_a_document_is_given_up() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    let (_, documents) = one.computer.add_documents("Document", &[b"document"]);
    one.computer.add("Note");
    let blobs = format!("POST /v1/vaults/{}/blobs", one.home());
    hostile.changes(&blobs, |_, reply| {
        reply.change_cbor(|missing: &mut MissingChunks| {
            missing.ranges = vec![ChunkRange { first: 0, count: 1 }];
        });
    });
    let unsettled = vec![(documents[0], DocumentProblem::Unsettled)];
    let synced = sync_home(&one).await;
    assert_eq!((synced.sent, problems(&synced.documents)), (1, unsettled.clone()));

    // One that claims to have what it does not have refuses the entry.
    hostile.reforms();
    let (_, others) = one.computer.add_documents("Another", &[b"another"]);
    hostile.changes(&blobs, |_, reply| {
        *reply = Reply { body: vec![0x82, 1, 0x80].into(), ..Reply::new(200, "application/cbor", "") };
    });
    hostile.answers_some("PUT *", |_| panic!("nothing is missing"));
    let synced = sync_home(&one).await;
    assert_eq!(synced.sent, 1, "the first document was there");
    assert_eq!(problems(&synced.documents), [(others[0], DocumentProblem::Unsettled)]);
    hostile.reforms();
    assert_eq!(one.sync().await.sent, 1);
}

#[tokio::test]
async fn what_is_written_during_an_upload_does_not_wait_for_its_end() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    one.computer.add_documents("Large", &[&vec![7; 34 * MIB]]);
    hostile.forget();
    let write = async {
        while chunk_requests(&hostile, "PUT") == 0 {
            tokio::task::yield_now().await;
        }
        one.computer.add("Note");
    };
    let (synced, ()) = tokio::join!(one.sync(), write);
    assert_eq!(synced.sent, 2);
    let routes = hostile.routes();
    let note = routes.iter().position(|route| route.starts_with("POST") && route.ends_with("/log")).unwrap();
    assert!(routes[..note].iter().any(|route| route.starts_with("PUT")));
    assert!(routes[note..].iter().any(|route| route.starts_with("PUT")));
}

#[tokio::test]
async fn documents_that_the_server_or_a_proxy_finds_too_large_are_set_aside() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    let (_, large) = one.computer.add_documents("Large", &[&content(9, 50_000)]);
    let (_, refused) = one.computer.add_documents("Refused", &[b"refused"]);
    one.computer.add("Note");
    hostile.answers("PUT *", |_| Reply::html(413));
    hostile.forget();
    let limits = Limits { document_bytes: 40_000, ..Limits::MAX };
    let mut synced = Cycle { limits, ..one.cycle() }.run().await.unwrap();
    let synced = synced.remove(&one.home()).unwrap().unwrap();
    assert_eq!(synced.sent, 1);
    let mut expected =
        vec![(large[0], DocumentProblem::TooLarge), (refused[0], DocumentProblem::Proxy { status: 413 })];
    expected.sort_by_key(|(document, _)| *document);
    assert_eq!(problems(&synced.documents), expected);
    assert_eq!(hostile.count(&format!("POST /v1/vaults/{}/blobs", one.home())), 1);
    hostile.reforms();
    assert_eq!(one.sync().await.sent, 2);
}

#[tokio::test]
async fn a_document_that_another_member_has_sent_is_not_sent_again() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    let (_, documents) = one.computer.add_documents("Document", &[b"document"]);
    let home = one.home();
    let signed = one.computer.work(|session| session.blob(&documents[0]).unwrap());
    let declared = DeclareBlob::new(signed.blob_id, signed.ct_size).unwrap();
    one.session.declare(&home, &declared).await.unwrap();
    let chunk = fs::read(files(&one.computer, &documents[0]).0).unwrap();
    one.session.put_chunk(&home, &documents[0], 0, chunk).await.unwrap();
    one.session.declare(&home, &declared).await.unwrap();
    hostile
        .answers(&format!("POST /v1/vaults/{home}/blobs"), |_| Reply::problem(403, ProblemCode::Forbidden));
    assert_eq!(one.sync().await.sent, 1);
    // One that is not complete is reported.
    let (_, documents) = one.computer.add_documents("Another", &[b"another"]);
    let synced = sync_home(&one).await;
    assert_eq!(problems(&synced.documents), [(documents[0], DocumentProblem::Unsettled)]);
}
