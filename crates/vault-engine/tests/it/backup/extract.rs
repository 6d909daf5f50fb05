//! Extracting single documents from a backup, and searching one.

use vault_engine::item::ItemType;

use super::*;

fn file_of(session: &Session, stored: &Stored, at: usize) -> Vec<u8> {
    let attached = session.get(stored.id).unwrap().item.attachments.remove(at);
    let (attachment, blob) = session.attached(stored.id, &attached.blob_id).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("x");
    open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Keep, &mut go_on).unwrap();
    fs::read(target).unwrap()
}

#[test]
fn a_document_is_extracted_as_an_item_or_an_attachment() {
    let BackedUp { world: _world, mut session, deed, mail, backup, .. } = BackedUp::new();
    let opened = session.open_backup(&backup, &mut go_on).unwrap();
    let blob_id = session.item_of_backup(&opened, deed.id).unwrap().attachments[0].blob_id;
    let of = (deed.id, &blob_id);

    let alone = session.extract_document(&opened, of, None).unwrap();
    assert_eq!(alone.size(), CONTENT.len() as u64);
    let extracted = alone.run(&mut rng(1), &mut go_on).unwrap();
    let alone = session.put_extracted(extracted).unwrap().stored;
    let item = session.get(alone.id).unwrap().item;
    assert_eq!((item.item_type, item.title.as_str()), (ItemType::Document, "deed"));
    assert_eq!(content(&session, &alone), CONTENT);

    // The item changes while the document is extracted.
    let extraction = session.extract_document(&opened, of, Some(mail.id)).unwrap();
    let extracted = extraction.run(&mut rng(1), &mut go_on).unwrap();
    session.set_favourite(&[mail.id], true).unwrap();
    let attached = session.put_extracted(extracted).unwrap().stored;
    let item = session.get(attached.id).unwrap().item;
    assert!(item.flags.favourite);
    assert_eq!(item.attachments.len(), 1);
    assert_ne!(item.attachments[0].blob_id, blob_id, "two items never share a file");
    assert_eq!(file_of(&session, &attached, 0), CONTENT);
    // Extracted to the item that already has it, the document is attached a second time.
    let extraction = session.extract_document(&opened, of, Some(deed.id)).unwrap();
    let extracted = extraction.run(&mut rng(1), &mut go_on).unwrap();
    let again = session.put_extracted(extracted).unwrap().stored;
    assert_eq!(
        (file_of(&session, &again, 0), file_of(&session, &again, 1)),
        (CONTENT.into(), CONTENT.into())
    );

    let stranger = (mail.id, &blob_id);
    assert_eq!(session.extract_document(&opened, stranger, None).err(), Some(BackupError::NotFound));
    session.trash(&[mail.id]).unwrap();
    session.purge(&[mail.id]).unwrap();
    assert_eq!(session.extract_document(&opened, of, Some(mail.id)).err(), Some(BackupError::NotFound));
    session.check_log().unwrap();
}

#[test]
fn cancelling_or_a_missing_document_changes_nothing() {
    let BackedUp { world, session, deed, .. } = BackedUp::new();
    let without = world.root().join("without.tar");
    back_up(&session, &without, Documents::None).unwrap();
    let opened = session.open_backup(&without, &mut go_on).unwrap();
    let blob_id = session.item_of_backup(&opened, deed.id).unwrap().attachments[0].blob_id;
    // The backup lacks the file, but the profile still has it.
    let extraction = session.extract_document(&opened, (deed.id, &blob_id), None).unwrap();
    let cancelled = extraction.run(&mut rng(1), &mut |_| ControlFlow::Break(()));
    assert_eq!(cancelled.err(), Some(BackupError::Cancelled));
    fs::remove_file(session.blobs().path_of(&blob_id)).unwrap();
    let extraction = session.extract_document(&opened, (deed.id, &blob_id), None).unwrap();
    assert_eq!(extraction.run(&mut rng(1), &mut go_on).err(), Some(BackupError::LeftOut));
    let document = session.document_of_backup(&opened, (deed.id, &blob_id)).unwrap();
    let target = world.root().join("deed.txt");
    let saved = document.save(&target, Existing::Keep, &mut go_on);
    assert_eq!(saved.err(), Some(BackupError::LeftOut));
    assert!(!target.exists());
    assert_eq!(session.check_log(), Ok(3));
}

#[test]
fn a_backup_is_searched_by_words() {
    let BackedUp { world: _world, session, backup, .. } = BackedUp::new();
    let opened = session.open_backup(&backup, &mut go_on).unwrap();
    let found = |text: &str| {
        let page = opened.list(&vault_engine::session::Query { text: text.to_owned(), ..query(Scope::All) });
        let page = page.unwrap();
        assert_eq!(page.total as usize, page.rows.len());
        page.rows.into_iter().map(|row| row.title).collect::<Vec<_>>()
    };
    assert_eq!(found("  "), ["Deed", "Mail"]);
    assert_eq!(found("m\u{e0}il ADA"), ["Mail"]);
    assert_eq!(found("mail nobody"), [""; 0]);
}
