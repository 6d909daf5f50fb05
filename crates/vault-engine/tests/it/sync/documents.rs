//! Documents between devices and a server's logs, without their content.

use std::ops::ControlFlow;

use vault_engine::backup::Documents;
use vault_engine::clock::Timestamp;
use vault_engine::document::{DocumentError, Existing, NewBlob, StoredDocument, seal};
use vault_engine::item::{Item, ItemType};
use vault_engine::session::{Bodies, Opened, Put, Session};
use vault_engine::{BlobRef, SecretText};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::ItemId;
use vault_wire::log::Recovery;
use vault_wire::message::{LogEntry, PushReply, PushResult, Refusal};

use super::device::{Device, LIMITS, two};
use crate::support::{PASSWORD, World, add, login, rng};

fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Adds a document to an item, or to a new one, in place of those that it has.
fn put_document(session: &mut Session, id: Option<ItemId>, content: &str) -> (ItemId, BlobRef) {
    let new = NewBlob::make(session.rng());
    let size = u64::try_from(content.len()).unwrap();
    let sealed = seal(content.as_bytes(), size, new, session.blobs(), &mut go_on).unwrap();
    let blob = sealed.blob;
    let attachment = sealed.into_attachment(content.to_owned(), Timestamp(1));
    let put = match id {
        None => {
            let mut item = Item::new(ItemType::Document, Timestamp(1));
            item.attachments = vec![attachment];
            Put::new(item)
        }
        Some(id) => {
            let Opened { mut item, revision, .. } = session.get(id).unwrap();
            item.attachments = vec![attachment];
            Put::change(id, revision, item)
        }
    };
    (session.put(Put { blobs: vec![blob], ..put }).unwrap().id, blob)
}

fn pushed(device: &mut Device) -> usize {
    let home = device.home();
    device.session.next_push(home, &LIMITS).unwrap().map_or(0, |batch| batch.entries.len())
}

#[test]
fn entries_wait_for_their_documents_and_others_do_not() {
    let mut server = LogServer::default();
    let mut one = Device::new();
    let home = one.home();
    let (item, first) = put_document(&mut one.session, None, "First");
    one.set_title(item, "Edited");
    let (_, second) = put_document(&mut one.session, Some(item), "Second");
    for number in 0..3 {
        add(&mut one.session, login(&format!("Item {number}"), "u", "p"));
    }
    one.found(&mut server);
    one.pull(&server, home);
    assert_eq!(one.push(&mut server, home).unwrap().accepted, 3);
    // They were the beginning of the outbox.
    let page = server.page(home, 1, 1_000, PageBodies::None).unwrap();
    assert_eq!(one.session.receive(home, &page, Bodies::None, Recovery::None).unwrap().own, 3);
    let unsent = one.session.unsent_documents(home).unwrap();
    assert_eq!(
        unsent.iter().map(|unsent| (unsent.item, unsent.blob)).collect::<Vec<_>>(),
        [(item, first), (item, second)]
    );

    // The second one alone does not help: its entry follows those that wait.
    one.session.document_sent(&second.blob_id).unwrap();
    assert_eq!(pushed(&mut one), 0);
    let mut one = one.restart();
    one.session.document_sent(&first.blob_id).unwrap();
    assert_eq!(pushed(&mut one), 3);
    one.sync(&mut server);
    assert_eq!(one.session.unsent_documents(home).unwrap(), []);
    // The server has what a confirmed entry names.
    one.set_title(item, "Edited again");
    assert_eq!(pushed(&mut one), 1);
}

#[test]
fn edited_item_returns_with_a_document_not_downloaded() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let (item, blob) = put_document(&mut one.session, None, "Document");
    one.session.document_sent(&blob.blob_id).unwrap();
    one.sync(&mut server);
    two.sync(&mut server);
    one.session.trash(&[item]).unwrap();
    one.session.purge(&[item]).unwrap();
    one.sync(&mut server);
    two.set_title(item, "Edited meanwhile");
    two.sync(&mut server);
    one.sync(&mut server);
    assert_eq!(one.item(item).title, "Edited meanwhile");
    assert_eq!(one.item(item).attachments[0].blob_id, blob.blob_id);
}

#[test]
fn document_that_the_server_lacks_is_sent_again() {
    let mut server = LogServer::default();
    let (mut one, _) = two(&mut server);
    let home = one.home();
    let (item, blob) = put_document(&mut one.session, None, "Document");
    one.session.document_sent(&blob.blob_id).unwrap();
    for _ in 0..2 {
        let batch = one.session.next_push(home, &LIMITS).unwrap().unwrap();
        let head = server.head(home);
        let results = vec![PushResult::Refused(Refusal::BlobMissing)];
        let reply = PushReply { head_seq: head.seq, head_root: head.root, results };
        assert_eq!(one.session.acknowledge(home, &batch, &reply).unwrap().documents, 1);
        assert_eq!(pushed(&mut one), 0);
        assert_eq!(one.session.unsent_documents(home).unwrap()[0].blob, blob);
        one.session.document_sent(&blob.blob_id).unwrap();
    }
    one.sync(&mut server);
    assert_eq!(one.item(item).attachments.len(), 1);
}

#[test]
fn deleted_earlier_file_is_not_named() {
    let mut server = LogServer::default();
    let mut one = Device::new();
    let home = one.home();
    let (item, early) = put_document(&mut one.session, None, "Early");
    put_document(&mut one.session, Some(item), "Later");
    one.session.drop_file(item, &early.blob_id).unwrap();
    one.found(&mut server);
    one.pull(&server, home);
    send_all(&mut one);
    one.sync(&mut server);

    // The same once the server knows the vault.
    let (item, early) = put_document(&mut one.session, None, "Early");
    put_document(&mut one.session, Some(item), "Later");
    one.session.drop_file(item, &early.blob_id).unwrap();
    send_all(&mut one);
    one.sync(&mut server);
    for entry in server.entries(home) {
        if let LogEntry::Revision { revision, .. } = entry {
            let gone = early.blob_id.as_bytes();
            assert!(!revision.header.windows(gone.len()).any(|part| part == gone));
        }
    }
    one.session.check_log().unwrap();
}

fn send_all(device: &mut Device) {
    let home = device.home();
    device.session.rebase(home).unwrap();
    for document in device.session.unsent_documents(home).unwrap() {
        device.session.document_sent(&document.blob.blob_id).unwrap();
    }
}

#[test]
fn documents_of_received_revisions_are_missing_until_they_arrive() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let (item, replaced) = put_document(&mut one.session, None, "Replaced");
    let (_, blob) = put_document(&mut one.session, Some(item), "Document");
    let (other, gone) = put_document(&mut one.session, None, "Gone");
    send_all(&mut one);
    one.sync(&mut server);
    two.sync(&mut server);
    let missing: Vec<BlobRef> =
        two.session.missing_documents(home).unwrap().iter().map(|document| document.blob).collect();
    assert_eq!(missing.len(), 2, "what only an earlier revision names is not here either");
    assert!(missing.contains(&blob) && !missing.contains(&replaced));
    let opened =
        |two: &Device, blob| StoredDocument::open(blob, None, two.session.blobs(), &mut go_on).map(|_| ());
    assert!(matches!(opened(&two, &blob), Err(DocumentError::NotHere)));
    let mut two = two.restart();
    assert!(matches!(opened(&two, &blob), Err(DocumentError::NotHere)));

    let path = two.session.blobs().prepare(&blob.blob_id).unwrap();
    std::fs::copy(one.session.blobs().path_of(&blob.blob_id), &path).unwrap();
    two.session.document_arrived(&blob.blob_id).unwrap();
    opened(&two, &blob).unwrap();
    assert_eq!(two.session.missing_documents(home).unwrap().len(), 1);
    // From now on a missing file is damage.
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(opened(&two, &blob), Err(DocumentError::Damaged)));

    // One that was deleted while it was downloaded leaves no file.
    let path = two.session.blobs().prepare(&gone.blob_id).unwrap();
    two.session.trash(&[other]).unwrap();
    two.session.purge(&[other]).unwrap();
    std::fs::write(&path, "downloaded").unwrap();
    two.session.document_arrived(&gone.blob_id).unwrap();
    assert!(!path.exists());
    assert_eq!(two.session.missing_documents(home).unwrap(), []);
}

#[test]
fn documents_that_a_backup_left_out_are_downloaded() {
    let mut server = LogServer::default();
    let mut one = Device::new();
    let home = one.home();
    let (_, confirmed) = put_document(&mut one.session, None, "Confirmed");
    one.found(&mut server);
    one.pull(&server, home);
    send_all(&mut one);
    one.sync(&mut server);
    let (_, unsent) = put_document(&mut one.session, None, "Unsent");
    let backup = one.world.root().join("backup.tar");
    let snapshot = one.session.snapshot(&backup, Documents::None, &mut go_on).unwrap();
    snapshot.write(Existing::Keep, &mut go_on).unwrap();
    let secret_key = one.session.secret_key().unwrap().to_text();

    let elsewhere = World::new();
    let password = SecretText::from(PASSWORD);
    let restored = elsewhere.profiles.restore(&backup, &password, &secret_key, rng(4), &mut go_on).unwrap();
    let missing = restored.missing_documents(home).unwrap();
    assert_eq!(missing.iter().map(|missing| missing.blob).collect::<Vec<_>>(), [confirmed]);
    let opened = StoredDocument::open(&unsent, None, restored.blobs(), &mut go_on);
    assert!(matches!(opened, Err(DocumentError::Damaged)), "nobody has it");
}
