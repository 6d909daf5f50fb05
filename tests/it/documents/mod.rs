//! Documents of one account, synchronized through a real server.

mod download;
mod upload;

use std::path::PathBuf;

use vault_engine::document::DocumentError;
use vault_sync::cycle::{DocumentLeft, DocumentProblem, Downloaded, VaultSynced};
use vault_wire::{BlobId, ItemId};

use crate::cycle::{Connected, first};
use crate::support::{Computer, HostileServer, TestServer};

pub const MIB: usize = 1 << 20;

/// Content that no other seed gives.
pub fn content(seed: u64, len: usize) -> Vec<u8> {
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
        added.extend(documents.into_iter().map(|document| (item, document)));
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

/// What a program runs in the background.
fn in_background<F: Future + Send>(work: F) -> F {
    work
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
    in_background(one.cycle().run()).await.unwrap();
    two.sync().await;
    let (of_one, of_two) = (one.cycle(), two.cycle());
    let (first, second) = tokio::join!(in_background(of_one.download()), in_background(of_two.download()));
    assert_eq!((first.unwrap(), second.unwrap()), (all(40), all(40)));
    for connected in [&one, &two] {
        for (item, document, content) in &all_of {
            assert_eq!(connected.computer.read(*item, document).unwrap(), content.as_bytes());
        }
    }
}
