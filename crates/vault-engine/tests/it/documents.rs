use std::fs;
use std::ops::ControlFlow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vault_crypto::{BlobCipher, ChunkPosition, FileKey};
use vault_engine::clock::Clock;
use vault_engine::clock::Timestamp;
use vault_engine::document::{
    ChunkList, DocumentError, DocumentReader, Existing, NewBlob, open_to_file, seal,
};
use vault_engine::item::{Attachment, Item, ItemType, Unknown};
use vault_engine::session::{Put, Session, SessionError, Stored};
use vault_wire::blob::BlobLayout;
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

/// Writes a sealed document as the pipeline does, then adds an item that names it.
fn store(session: &mut Session, number: u8) -> Stored {
    let path = session.blobs().prepare(&blob(number).blob_id).unwrap();
    fs::write(path, [number; 4112]).unwrap();
    session.put(Put { blobs: vec![blob(number)], ..Put::new(document(&[number])) }).unwrap()
}

fn file_exists(session: &Session, number: u8) -> bool {
    session.blobs().path_of(&blob(number).blob_id).exists()
}

#[test]
fn an_item_can_name_only_existing_documents() {
    let world = World::new();
    let mut session = world.create();
    assert_eq!(session.put(Put::new(document(&[1]))), Err(SessionError::NotFound));
    let stored = store(&mut session, 1);
    let opened = session.get(stored.id).unwrap();
    assert_eq!(opened.item.attachments[0].blob_id, blob(1).blob_id);
    // A later revision names the document without passing it again.
    session.put(Put::change(stored.id, stored.revision, document(&[1]))).unwrap();
    session.check_log().unwrap();
}

#[test]
fn a_document_is_deleted_once_no_revision_names_it() {
    let world = World::new();
    let mut session = world.create();
    let first = store(&mut session, 1);
    let second = session.put(Put { blobs: Vec::new(), ..Put::new(document(&[1])) }).unwrap();
    let detached = session.put(Put::change(first.id, first.revision, document(&[]))).unwrap();
    assert!(file_exists(&session, 1), "the history names it");
    session.trash(&[first.id, second.id]).unwrap();
    session.purge(&[first.id]).unwrap();
    assert!(file_exists(&session, 1), "the other item names it");
    assert_eq!(session.at_revision(first.id, detached.revision).err(), Some(SessionError::NotFound));
    session.purge(&[second.id]).unwrap();
    assert!(!file_exists(&session, 1));
    session.check_log().unwrap();
}

#[test]
fn orphaned_files_are_removed_after_a_day() {
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
    // The files have the time of the real clock.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    world.clock.set_now(Timestamp(u64::try_from(now.as_millis()).unwrap()));
    drop(world.unlock(id).unwrap());
    assert!(orphan.exists() && half.exists(), "a recent file may be in use");
    world.clock.set_now(Timestamp(0));
    drop(world.unlock(id).unwrap());
    assert!(orphan.exists(), "a clock that was set back ages nothing");
    world.clock.set_now(Timestamp(u64::try_from(now.as_millis()).unwrap()));
    world.clock.advance(Duration::from_secs(25 * 60 * 60));
    assert!(world.clock.now() > Timestamp(0));
    let session = world.unlock(id).unwrap();
    assert!(!orphan.exists() && !half.exists());
    assert!(file_exists(&session, 1));
}

#[test]
fn t35_documents_swapped_between_items_are_refused() {
    let world = World::new();
    let mut session = world.create();
    let mut add_file = |content: &[u8]| {
        let new = NewBlob::make(session.rng());
        let mut go_on = |_| ControlFlow::Continue(());
        let sealed = seal(content, content.len() as u64, new, session.blobs(), &mut go_on).unwrap();
        let mut item = Item::new(ItemType::Document, Timestamp(1));
        let blob = sealed.blob;
        item.attachments = vec![sealed.into_attachment("a.txt".to_owned(), Timestamp(1))];
        (session.put(Put { blobs: vec![blob], ..Put::new(item) }).unwrap().id, blob)
    };
    let (first, second) =
        (add_file(b"first document"), add_file(b"second one, of the same length when sealed"));
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("out");
    let open = |attachment: &Attachment, blob: &BlobRef| {
        let mut go_on = |_| ControlFlow::Continue(());
        open_to_file(attachment, blob, session.blobs(), &target, Existing::Keep, &mut go_on)
    };
    let attached = |(item, blob): &(ItemId, BlobRef)| session.attached(*item, &blob.blob_id).unwrap();

    // By name: an item cannot open a file of another item.
    assert_eq!(session.attached(first.0, &second.1.blob_id).err(), Some(SessionError::NotFound));
    // By content: the sealed files are swapped, and neither opens.
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
    // By metadata: the name of one with the key of the other, and vice versa.
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
fn t34_nonzero_bytes_after_the_end_are_refused_although_signed() {
    let world = World::new();
    let mut session = world.create();
    let folder = tempfile::tempdir().unwrap();
    for hidden in [0, 1] {
        // The author itself writes a byte after the end: tag, hash and signed root are right.
        let Attachment { blob_id, file_key, size, .. } = attachment(BlobId::from_bytes([hidden; 16]));
        let layout = BlobLayout::new(size).unwrap();
        let mut chunk = vec![0; layout.chunk_len(0) as usize];
        *chunk.last_mut().unwrap() = hidden;
        let cipher = BlobCipher::new(&file_key, &blob_id);
        let hash = cipher.seal_chunk(0, ChunkPosition::Last, &mut chunk).unwrap();
        let blob =
            BlobRef { blob_id, ct_size: layout.sealed(), ct_root: CtRoot::of_chunks(&blob_id, &[hash]) };
        fs::write(session.blobs().prepare(&blob_id).unwrap(), chunk).unwrap();
        let item = session.put(Put { blobs: vec![blob], ..Put::new(document(&[hidden])) }).unwrap().id;

        let (attachment, blob) = session.attached(item, &blob_id).unwrap();
        let mut go_on = |_| ControlFlow::Continue(());
        let list = ChunkList::make(&attachment, &blob, session.blobs(), &mut go_on).unwrap();
        let mut reader = DocumentReader::new(&attachment, list, session.blobs()).unwrap();
        let target = folder.path().join(hidden.to_string());
        let opened = open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Keep, &mut go_on);
        if hidden == 0 {
            assert!(opened.is_ok() && reader.read_at(0, 5).is_ok());
        } else {
            assert!(matches!(opened, Err(DocumentError::Damaged)));
            assert!(matches!(reader.read_at(0, 5), Err(DocumentError::Damaged)));
        }
        assert_eq!(target.exists(), hidden == 0);
    }
}

#[test]
fn items_without_documents_do_not_touch_the_blob_folder() {
    let world = World::new();
    let mut session = world.create();
    let stored = add(&mut session, login("Mail", "ada", "x"));
    session.trash(&[stored.id]).unwrap();
    session.purge(&[stored.id]).unwrap();
    assert_eq!(fs::read_dir(session.blobs().path()).unwrap().count(), 0);
}

/// Adds a file to a new item or to an existing one, replacing the attachment at an index or appending.
fn add_file(session: &mut Session, content: &[u8], into: Option<(ItemId, usize)>) -> (ItemId, BlobId) {
    let new = NewBlob::make(session.rng());
    let mut go_on = |_| ControlFlow::Continue(());
    let sealed = seal(content, content.len() as u64, new, session.blobs(), &mut go_on).unwrap();
    let blob = sealed.blob;
    let file = sealed.into_attachment(format!("{}.txt", content.len()), Timestamp(1));
    let put = match into {
        None => {
            let mut item = Item::new(ItemType::Document, Timestamp(1));
            item.attachments.push(file);
            Put::new(item)
        }
        Some((id, place)) => {
            let opened = session.get(id).unwrap();
            let mut item = opened.item;
            item.attachments.splice(place..(place + 1).min(item.attachments.len()), [file]);
            Put::change(id, opened.revision, item)
        }
    };
    let stored = session.put(Put { blobs: vec![blob], ..put }).unwrap();
    (stored.id, blob.blob_id)
}

/// Reads a current or earlier file of an item.
fn content(session: &Session, id: ItemId, blob_id: &BlobId) -> Vec<u8> {
    let (attachment, signed) = session.file(id, blob_id).unwrap();
    let mut go_on = |_| ControlFlow::Continue(());
    let list = ChunkList::make(&attachment, &signed, session.blobs(), &mut go_on).unwrap();
    let mut reader = DocumentReader::new(&attachment, list, session.blobs()).unwrap();
    let mut read = Vec::new();
    std::io::Read::read_to_end(&mut reader, &mut read).unwrap();
    read
}

/// The earlier files of an item: each with the file that replaced it, and whether its content still exists.
fn earlier(session: &Session, id: ItemId) -> Vec<(BlobId, Option<BlobId>, bool)> {
    let files = session.earlier_files(id).unwrap();
    files.iter().map(|file| (file.attachment.blob_id, file.now, file.kept)).collect()
}

#[test]
fn a_replaced_file_becomes_an_earlier_version() {
    let world = World::new();
    let mut session = world.create();
    let (id, first) = add_file(&mut session, b"one", None);
    let (_, beside) = add_file(&mut session, b"an attachment", Some((id, 1)));
    let (_, second) = add_file(&mut session, b"two!", Some((id, 0)));
    let (_, third) = add_file(&mut session, b"three", Some((id, 0)));
    assert!(first != second && second != third);
    let now = Some(third);
    assert_eq!(earlier(&session, id), [(second, now, true), (first, now, true)]);
    assert_eq!(content(&session, id, &first), b"one");
    assert_eq!(content(&session, id, &second), b"two!");

    // Restoring the first makes the third an earlier version, without resealing.
    session.restore_file(id, &first).unwrap();
    let files: Vec<BlobId> = session.get(id).unwrap().item.attachments.iter().map(|f| f.blob_id).collect();
    assert_eq!(files, [first, beside]);
    let now = Some(first);
    assert_eq!(earlier(&session, id), [(third, now, true), (second, now, true)]);
    assert_eq!(content(&session, id, &third), b"three");
    assert_eq!(session.restore_file(id, &first), Err(SessionError::NotFound), "it is the current file");

    // A removed file has no replacement, although the next one moved to its index.
    let opened = session.get(id).unwrap();
    let mut item = opened.item;
    item.attachments.remove(0);
    session.put(Put::change(id, opened.revision, item)).unwrap();
    assert_eq!(earlier(&session, id), [(first, None, true), (third, None, true), (second, None, true)]);
    session.restore_file(id, &first).unwrap();
    let files: Vec<BlobId> = session.get(id).unwrap().item.attachments.iter().map(|f| f.blob_id).collect();
    assert_eq!(files, [beside, first], "a restored file is appended");
    session.check_log().unwrap();
}

#[test]
fn only_earlier_versions_can_be_deleted_permanently() {
    let world = World::new();
    let mut session = world.create();
    let (id, first) = add_file(&mut session, b"one", None);
    let before = session.get(id).unwrap().revision;
    let (_, second) = add_file(&mut session, b"two!", Some((id, 0)));
    let (other, foreign) = add_file(&mut session, b"another item", None);
    assert_eq!(session.drop_file(id, &second), Err(SessionError::NotFound), "it is the current file");
    assert_eq!(session.drop_file(id, &foreign), Err(SessionError::NotFound), "a file of another item");
    assert!(session.file(id, &foreign).is_err());

    let sealed = session.blobs().path_of(&first);
    assert!(sealed.exists());
    session.drop_file(id, &first).unwrap();
    assert!(!sealed.exists());
    assert_eq!(session.drop_file(id, &first), Err(SessionError::NotFound));
    assert_eq!(earlier(&session, id), [(first, Some(second), false)], "a deleted version is still listed");
    assert_eq!(session.file(id, &first).err(), Some(SessionError::NotFound));
    assert_eq!(session.restore_file(id, &first), Err(SessionError::NotFound));
    // The revision is restored with the current file of the item.
    session.restore_revision(id, before).unwrap();
    let files = session.get(id).unwrap().item.attachments;
    assert_eq!(files.iter().map(|file| file.blob_id).collect::<Vec<_>>(), [second]);
    assert_eq!(content(&session, other, &foreign), b"another item");
    session.check_log().unwrap();
}

#[test]
fn a_chunk_list_is_stored_and_deleted_with_its_document() {
    const SIZE: usize = (4 << 20) + 5;
    let world = World::new();
    let mut session = world.create();
    let (id, blob_id) = add_file(&mut session, &[7; SIZE], None);
    let (attachment, signed) = session.file(id, &blob_id).unwrap();
    assert_eq!(session.chunk_list(&signed).unwrap(), None);
    let mut go_on = |_| ControlFlow::Continue(());
    let list = ChunkList::make(&attachment, &signed, session.blobs(), &mut go_on).unwrap();
    session.keep_chunk_list(&list).unwrap();
    session.keep_chunk_list(&list).unwrap();
    assert_eq!(session.chunk_list(&signed).unwrap(), Some(list.clone()));
    // A stored list is valid only for the signed document.
    let other = BlobRef { ct_root: CtRoot::from_bytes([1; 32]), ..signed };
    assert_eq!(session.chunk_list(&other).unwrap(), None);
    session.trash(&[id]).unwrap();
    session.purge(&[id]).unwrap();
    assert_eq!(session.chunk_list(&signed).unwrap(), None);
    session.keep_chunk_list(&list).unwrap();
    assert_eq!(session.chunk_list(&signed).unwrap(), None, "the document no longer exists");
}

#[test]
fn one_file_in_two_items_is_sealed_twice_and_differs_throughout() {
    let world = World::new();
    let mut session = world.create();
    let same = vec![5; 10_000];
    let (first, one) = add_file(&mut session, &same, None);
    let (second, other) = add_file(&mut session, &same, None);
    // Also twice in one item.
    let (_, third) = add_file(&mut session, &same, Some((first, 1)));
    let found = [(first, one), (second, other), (first, third)].map(|(id, blob)| {
        let (attachment, signed) = session.file(id, &blob).unwrap();
        let sealed = fs::read(session.blobs().path_of(&blob)).unwrap();
        (attachment, signed, sealed)
    });
    for (n, (attachment, signed, sealed)) in found.iter().enumerate() {
        for (other, other_signed, other_sealed) in &found[n + 1..] {
            assert_ne!(attachment.blob_id, other.blob_id);
            assert_ne!(attachment.file_key.expose_bytes(), other.file_key.expose_bytes());
            assert_ne!(signed.ct_root, other_signed.ct_root);
            assert_eq!(sealed.len(), other_sealed.len());
            let alike = sealed.iter().zip(other_sealed).filter(|(a, b)| a == b).count();
            assert!(alike < sealed.len() / 100, "{alike} equal bytes; by chance, one of 256 would be");
        }
    }
}

#[test]
fn the_key_of_an_unfinished_document_survives_a_lock_only_sealed() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    let (_, sealed) = session.make_file_key();
    let key = session.open_file_key(&sealed).unwrap();
    assert!(!format!("{sealed:?}").contains(&format!("{:?}", &key.expose_bytes()[..4])));
    drop(session);
    let mut session = world.unlock(id).unwrap();
    assert_eq!(session.open_file_key(&sealed).unwrap().expose_bytes(), key.expose_bytes());
    let (_, other) = session.make_file_key();
    assert_ne!(session.open_file_key(&other).unwrap().expose_bytes(), key.expose_bytes());
    let other = World::new().create();
    assert_eq!(other.open_file_key(&sealed).err(), Some(SessionError::NotFound));
}
