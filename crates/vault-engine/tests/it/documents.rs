use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vault_crypto::FileKey;
use vault_engine::clock::Clock;
use vault_engine::item::{Attachment, Item, ItemType, Timestamp, Unknown};
use vault_engine::session::{Put, Session, SessionError, Stored};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot};

use crate::support::{World, add, login};

fn attachment(blob_id: BlobId) -> Attachment {
    Attachment {
        blob_id,
        file_key: FileKey::from_bytes(&[1; 32]),
        size: 5,
        name: "a.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        added_at: Timestamp(1),
        unknown: Unknown::default(),
    }
}

fn document(blobs: &[u8]) -> Item {
    let mut item = Item::new(ItemType::Document, Timestamp(1));
    item.title = "Scan".to_owned();
    item.attachments = blobs.iter().map(|blob| attachment(BlobId::from_bytes([*blob; 16]))).collect();
    item
}

fn blob(number: u8) -> BlobRef {
    BlobRef {
        blob_id: BlobId::from_bytes([number; 16]),
        ct_size: 4112,
        ct_root: CtRoot::from_bytes([number; 32]),
    }
}

/// Lays a sealed document down as the pipeline does, then names it.
fn store(session: &mut Session, number: u8) -> Stored {
    let path = session.blobs().prepare(&blob(number).blob_id).unwrap();
    fs::write(path, [number; 4112]).unwrap();
    session.put(Put { blobs: vec![blob(number)], ..Put::new(document(&[number])) }).unwrap()
}

fn lies_there(session: &Session, number: u8) -> bool {
    session.blobs().path_of(&blob(number).blob_id).exists()
}

#[test]
fn an_item_names_only_documents_that_are_there() {
    let world = World::new();
    let mut session = world.create();
    assert_eq!(session.put(Put::new(document(&[1]))), Err(SessionError::NotFound));
    let stored = store(&mut session, 1);
    let opened = session.get(stored.id).unwrap();
    assert_eq!(opened.item.attachments[0].blob_id, blob(1).blob_id);
    // A later revision names it again without handing it in.
    session.put(Put::change(stored.id, stored.revision, document(&[1]))).unwrap();
    session.check_log().unwrap();
}

#[test]
fn a_document_is_kept_while_any_revision_names_it_and_collected_after() {
    let world = World::new();
    let mut session = world.create();
    let first = store(&mut session, 1);
    let second = session.put(Put { blobs: Vec::new(), ..Put::new(document(&[1])) }).unwrap();
    let detached = session.put(Put::change(first.id, first.revision, document(&[]))).unwrap();
    assert!(lies_there(&session, 1), "the history names it");
    session.trash(&[first.id, second.id]).unwrap();
    session.purge(&[first.id]).unwrap();
    assert!(lies_there(&session, 1), "the other item names it");
    assert_eq!(session.at_revision(first.id, detached.revision).err(), Some(SessionError::NotFound));
    session.purge(&[second.id]).unwrap();
    assert!(!lies_there(&session, 1));
    session.check_log().unwrap();
}

#[test]
fn what_a_crash_left_is_swept_up_after_a_day() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    store(&mut session, 1);
    let orphan = session.blobs().prepare(&blob(2).blob_id).unwrap();
    let half = orphan.with_extension("new");
    for path in [&orphan, &half] {
        fs::write(path, "left behind").unwrap();
    }
    drop(session);
    // The files are as old as the real clock says.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    world.clock.set_now(Timestamp(u64::try_from(now.as_millis()).unwrap()));
    drop(world.unlock(id).unwrap());
    assert!(orphan.exists() && half.exists(), "young: it may be in the making");
    world.clock.set_now(Timestamp(0));
    drop(world.unlock(id).unwrap());
    assert!(orphan.exists(), "a clock that was set back makes nothing old");
    world.clock.set_now(Timestamp(u64::try_from(now.as_millis()).unwrap()));
    world.clock.advance(Duration::from_secs(25 * 60 * 60));
    assert!(world.clock.now() > Timestamp(0));
    let session = world.unlock(id).unwrap();
    assert!(!orphan.exists() && !half.exists());
    assert!(lies_there(&session, 1));
}

#[test]
fn items_without_documents_have_nothing_to_do_with_the_folder() {
    let world = World::new();
    let mut session = world.create();
    let stored = add(&mut session, login("Mail", "ada", "x"));
    session.trash(&[stored.id]).unwrap();
    session.purge(&[stored.id]).unwrap();
    assert_eq!(fs::read_dir(session.blobs().path()).unwrap().count(), 0);
}
