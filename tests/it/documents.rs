//! Documents of one account, synchronized through a real server.

use std::fs;
use std::path::PathBuf;

use vault_engine::backup::{Documents, OmissionReason};
use vault_engine::document::{DocumentError, Existing};
use vault_engine::session::Opened;
use vault_server::account::operator;
use vault_sync::cycle::{Cycle, CycleError, DocumentLeft, DocumentProblem, Downloaded, VaultSynced};
use vault_wire::message::{ChunkList, ChunkRange, DeclareBlob, Limits, MissingChunks, ProblemCode};
use vault_wire::{BlobId, ItemId};

use crate::cycle::{Connected, first};
use crate::support::{Computer, HostileServer, Reply, TestServer};

const MIB: usize = 1 << 20;

/// Content that no other seed gives.
fn content(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()
    };
    let mut content: Vec<u8> = (0..len.div_ceil(8)).flat_map(|_| next()).collect();
    content.truncate(len);
    content
}

/// The synchronization of the home vault.
async fn sync_home(one: &Connected) -> VaultSynced {
    let home = one.home();
    one.try_sync().await.unwrap().remove(&home).unwrap().unwrap()
}

async fn download(one: &Connected) -> Downloaded {
    one.cycle().download().await.unwrap()
}

fn all(documents: usize) -> Downloaded {
    Downloaded { documents, left: Vec::new() }
}

/// Why documents were left.
fn problems(left: &[DocumentLeft]) -> Vec<(BlobId, DocumentProblem)> {
    left.iter().map(|left| (left.document, left.problem.clone())).collect()
}

/// How many requests there were to chunks of documents.
fn chunk_requests(hostile: &HostileServer, method: &str) -> usize {
    let is_chunk = |route: &&String| {
        route.starts_with(method) && route.contains("/blobs/") && route.split('/').count() == 7
    };
    hostile.routes().iter().filter(is_chunk).count()
}

/// The path of a document, and the one of what was downloaded of it.
fn files(computer: &Computer, document: &BlobId) -> (PathBuf, PathBuf) {
    let path = computer.work(|session| session.blobs().path_of(document));
    (path.clone(), path.with_extension("part"))
}

/// Two computers, of which the first has documents that the second does not have yet.
async fn two_with(
    contents: &[&[u8]],
) -> (TestServer, HostileServer, Connected, Connected, Vec<(ItemId, BlobId)>) {
    let (server, hostile, one) = first().await;
    let mut added = Vec::new();
    for content in contents {
        let (item, documents) = one.computer.add_documents("Document", &[content]);
        added.push((item, documents[0]));
    }
    one.sync().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    hostile.forget();
    (server, hostile, one, two, added)
}

#[tokio::test]
async fn a_document_of_several_chunks_arrives_as_it_was() {
    let (_server, hostile, one) = first().await;
    let (large, small) = (content(1, 9 * MIB + 5), b"small".as_slice());
    let (item, documents) = one.computer.add_documents("Documents", &[&large, small, b""]);
    one.sync().await;
    assert_eq!(chunk_requests(&hostile, "PUT"), 3 + 1 + 1);
    hostile.forget();
    one.sync().await;
    assert_eq!(chunk_requests(&hostile, "PUT"), 0);

    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    assert!(matches!(two.computer.read(item, &documents[0]), Err(DocumentError::NotHere)));
    assert_eq!(download(&two).await, all(3));
    for (document, content) in documents.iter().zip([&large, small, b""]) {
        assert_eq!(two.computer.read(item, document).unwrap(), content);
    }
    assert_eq!(chunk_requests(&hostile, "GET"), 3 + 1 + 1);
    assert_eq!(download(&two).await, all(0));
}

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
    let home = two.home();
    assert_eq!(two.cycle().fetch(home, document).await.unwrap(), Ok(()));
    assert_eq!(chunk_requests(&hostile, "GET"), 2);
    assert_eq!(two.computer.read(item, &document).unwrap(), large);
    // What is whole is not downloaded again, whether or not that was noted.
    hostile.forget();
    assert_eq!(two.cycle().fetch(home, document).await.unwrap(), Ok(()));
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
    let lies: [(&str, String, fn(&mut Reply)); 8] = [
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
    assert_eq!(two.cycle().fetch(home, document).await.unwrap(), Ok(()));
    assert_eq!(two.computer.read(item, &document).unwrap(), b"one");
    let (other, not_here) = added[1];
    assert!(matches!(two.computer.read(other, &not_here), Err(DocumentError::NotHere)));
    let unknown = BlobId::from_bytes([3; 16]);
    assert!(matches!(two.cycle().fetch(home, unknown).await, Err(CycleError::Profile(_))));

    // A damaged file is replaced.
    let (path, _) = files(&two.computer, &document);
    fs::write(&path, "damaged").unwrap();
    assert!(matches!(two.computer.read(item, &document), Err(DocumentError::Damaged)));
    assert_eq!(two.cycle().fetch(home, document).await.unwrap(), Ok(()));
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

#[tokio::test]
async fn many_small_documents_of_two_computers_arrive_on_both() {
    let (_server, hostile, one) = first().await;
    one.sync().await;
    let two = Connected::another(&hostile, &one).await;
    two.sync().await;
    let mut all_of = Vec::new();
    for (computer, name) in [(&one.computer, "one"), (&two.computer, "two")] {
        for number in 0..40_u64 {
            let content = format!("{number} of {name}");
            let (item, documents) = computer.add_documents(&content, &[content.as_bytes()]);
            all_of.push((item, documents[0], content));
        }
    }
    let (first, second) = tokio::join!(one.sync(), two.sync());
    assert_eq!(first.sent + second.sent, 80);
    one.sync().await;
    two.sync().await;
    let (first, second) = tokio::join!(download(&one), download(&two));
    assert_eq!((first, second), (all(40), all(40)));
    for connected in [&one, &two] {
        for (item, document, content) in &all_of {
            assert_eq!(connected.computer.read(*item, document).unwrap(), content.as_bytes());
        }
    }
}
