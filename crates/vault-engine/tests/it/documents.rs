use std::fs;
use std::ops::ControlFlow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vault_crypto::FileKey;
use vault_engine::clock::Clock;
use vault_engine::document::{DocumentError, Existing, NewBlob, open_to_file, seal};
use vault_engine::item::{Attachment, Item, ItemType, Timestamp, Unknown};
use vault_engine::session::{Put, Session, SessionError, Stored};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot, ItemId};

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
fn t35_documents_exchanged_between_items_are_refused() {
    let world = World::new();
    let mut session = world.create();
    let mut take_in = |content: &[u8]| {
        let new = NewBlob::make(session.rng());
        let mut go_on = |_| ControlFlow::Continue(());
        let sealed = seal(content, content.len() as u64, new, session.blobs(), &mut go_on).unwrap();
        let mut item = Item::new(ItemType::Document, Timestamp(1));
        let blob = sealed.blob;
        item.attachments = vec![sealed.into_attachment("a.txt".to_owned(), Timestamp(1))];
        (session.put(Put { blobs: vec![blob], ..Put::new(item) }).unwrap().id, blob)
    };
    let (first, second) =
        (take_in(b"first document"), take_in(b"second one, of the same length when sealed"));
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("out");
    let open = |attachment: &Attachment, blob: &BlobRef| {
        let mut go_on = |_| ControlFlow::Continue(());
        open_to_file(attachment, blob, session.blobs(), &target, Existing::Keep, &mut go_on)
    };
    let attached = |(item, blob): &(ItemId, BlobRef)| session.attached(*item, &blob.blob_id).unwrap();

    // By name: an item has no file that only another one has.
    assert_eq!(session.attached(first.0, &second.1.blob_id).err(), Some(SessionError::NotFound));
    // By bytes: the sealed files change places, and neither opens.
    let paths = [&first, &second].map(|(_, blob)| session.blobs().path_of(&blob.blob_id));
    let sealed = paths.each_ref().map(|path| fs::read(path).unwrap());
    assert_eq!(sealed[0].len(), sealed[1].len());
    fs::write(&paths[0], &sealed[1]).unwrap();
    fs::write(&paths[1], &sealed[0]).unwrap();
    for one in [&first, &second] {
        let (attachment, blob) = attached(one);
        assert_eq!(blob, one.1);
        assert!(matches!(open(&attachment, &blob), Err(DocumentError::Damaged)));
        assert!(!target.exists());
    }
    fs::write(&paths[0], &sealed[0]).unwrap();
    fs::write(&paths[1], &sealed[1]).unwrap();
    // By what is said of them: the name of one with the key of the other, and the other way round.
    let ((mut one, blob), (mut other, other_blob)) = (attached(&first), attached(&second));
    assert!(matches!(open(&one, &other_blob), Err(DocumentError::Damaged)));
    std::mem::swap(&mut one.file_key, &mut other.file_key);
    assert!(matches!(open(&one, &blob), Err(DocumentError::Damaged)));
    assert!(matches!(open(&other, &other_blob), Err(DocumentError::Damaged)));
    assert!(!target.exists());
    std::mem::swap(&mut one.file_key, &mut other.file_key);
    open(&one, &blob).unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"first document");
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
