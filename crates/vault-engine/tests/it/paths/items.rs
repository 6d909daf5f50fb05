//! What changes things in a profile.

use vault_crypto::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::document::{ChunkList, Existing, NewBlob, open_to_file, seal_file};
use vault_engine::session::{Bulk, Carry, Contents, Keep, Put, Rules, Session, Transferred, VaultLook};
use vault_wire::{BlobId, ItemId};

use super::{At, SOURCE, Trouble, WritePath, done, go_on, only, path, seal, unlock};
use crate::support::{World, login};

/// Those that change what is in a profile.
pub const ITEMS: &[WritePath] = &[
    path("add an item", |at| done(at.session()?.put(Put::new(login("Post", "ada", "z")))?)),
    path("change an item", change_item),
    path("add many items", add_many),
    path("change many items", |at| at.each("Mail", tag)),
    path("undo a change of many items", |at| {
        let id = at.item("Mail")?;
        let undo = tag(at.session()?, &[id])?.undo.unwrap();
        at.step();
        done(at.session()?.undo(undo, &mut go_on)?)
    }),
    path("rename a folder", |at| done(at.session()?.rename_folder("home", Some("office"), &mut go_on)?)),
    path("rename a tag", |at| done(at.session()?.rename_tag("red", Some("blue"), &mut go_on)?)),
    path("trash items", |at| at.each("Mail", Session::trash)),
    path("archive items", |at| at.each("Mail", |session, ids| session.set_archived(ids, true))),
    path("restore from the trash", |at| at.each("Old", Session::restore)),
    path("delete for good", |at| at.each("Old scan", Session::purge)),
    path("empty the trash", |at| done(at.session()?.empty_trash(&mut go_on)?)),
    path("restore a revision", restore_revision),
    path("purge history", |at| {
        at.each("Mail", |session, ids| session.purge_history(ids, Keep::Revisions(1), &mut go_on))
    }),
    path("set rules for history and trash", |at| Ok(at.session()?.set_rules(&RULES)?)),
    path("carry rules out", |at| {
        // That it is begun, the trash, and then history.
        let begun = at.session()?.run_rules(None)?;
        let mut walk = at.session()?.run_rules(begun)?;
        at.step();
        while walk.is_some() {
            walk = at.session()?.run_rules(walk)?;
        }
        Ok(())
    })
    .after(|world| unlock(world, only(world)).unwrap().set_rules(&RULES).unwrap()),
    path("take in a document", take_in_document),
    path("replace a document", replace_document),
    path("bring an earlier document back", |at| {
        let (id, earlier) = earlier(at)?;
        done(at.session()?.restore_file(id, &earlier)?)
    })
    .after(with_an_earlier_document),
    path("delete an earlier document for good", |at| {
        let (id, earlier) = earlier(at)?;
        Ok(at.session()?.drop_file(id, &earlier)?)
    })
    .after(with_an_earlier_document),
    path("keep the list of a document's pieces", keep_list),
    path("write a document out", write_document_out),
    path("make a vault", |at| done(at.session()?.create_vault(&look())?)),
    path("change how a vault looks", |at| {
        let vault = at.session()?.vaults()?[0].id;
        Ok(at.session()?.set_vault_look(vault, &look())?)
    }),
    path("order vaults", |at| {
        let order: Vec<_> = at.session()?.vaults()?.iter().skip(1).rev().map(|vault| vault.id).collect();
        Ok(at.session()?.order_vaults(&order)?)
    })
    .after(|world| {
        make_vault(world);
        make_vault(world);
    }),
    path("move an item with its document to another vault", |at| carry(at, Carry::Move).map(drop))
        .after(make_vault),
    path("copy an item with its document to another vault", |at| carry(at, Carry::Copy).map(drop))
        .after(make_vault),
    path("undo a move", |at| {
        let undo = carry(at, Carry::Move)?.undo.unwrap();
        at.step();
        done(at.session()?.undo(undo, &mut go_on)?)
    })
    .after(make_vault),
    path("delete a vault with an item", |at| {
        let session = at.session()?;
        let vault = session.vaults()?[1].id;
        Ok(session.delete_vault(vault, Contents::Delete { items: 1 }, &mut go_on)?)
    })
    .after(|world| {
        make_vault(world);
        let mut at = At { world, id: only(world), session: None, step: &mut || {} };
        carry(&mut at, Carry::Move).unwrap();
    }),
    path("keep a draft", |at| done(at.session()?.draft_save(None, b"half")?)),
    path("change a draft", |at| {
        let draft = at.session()?.draft_list()?.remove(0).id;
        done(at.session()?.draft_save(Some(draft), b"three quarters")?)
    }),
    path("make a draft an item", draft_to_item),
    path("discard a draft", |at| {
        let draft = at.session()?.draft_list()?.remove(0).id;
        Ok(at.session()?.draft_discard(draft)?)
    }),
    path("keep what the generator made", |at| {
        Ok(at.session()?.keep_generated(SecretText::from("made now"))?)
    }),
    path("forget what the generator made", |at| Ok(at.session()?.forget_generated()?)),
    path("keep a setting", |at| Ok(at.session()?.set_setting("x", "new")?)),
    path("confirm the Kit", |at| Ok(at.session()?.set_kit_confirmed()?)),
];

const RULES: Rules = Rules { history: Keep::Revisions(1), trash_days: Some(30) };

fn tag(
    session: &mut Session,
    ids: &[ItemId],
) -> Result<vault_engine::session::Changed, vault_engine::session::SessionError> {
    session.change_items(ids, &Bulk::AddTag("green".to_owned()), &mut go_on)
}

fn change_item(at: &mut At<'_>) -> Result<(), Trouble> {
    let id = at.item("Mail")?;
    let session = at.session()?;
    let opened = session.get(id)?;
    let mut item = opened.item;
    item.notes = SecretText::from("changed");
    session.put(Put::change(id, opened.revision, item))?;
    Ok(())
}

fn add_many(at: &mut At<'_>) -> Result<(), Trouble> {
    let puts = (0..60).map(|number| Put::new(login(&format!("Many {number}"), "ada", "z"))).collect();
    at.session()?.put_many(puts, &mut go_on)?;
    Ok(())
}

fn restore_revision(at: &mut At<'_>) -> Result<(), Trouble> {
    let id = at.item("Mail")?;
    let session = at.session()?;
    let oldest = session.history(id)?.last().unwrap().revision;
    session.restore_revision(id, oldest)?;
    Ok(())
}

fn take_in_document(at: &mut At<'_>) -> Result<(), Trouble> {
    let source = at.world.root().join(SOURCE);
    let session = at.session()?;
    let new = NewBlob::make(session.rng());
    let sealed = seal_file(&source, new, session.blobs(), &mut go_on)?;
    let blobs = vec![sealed.blob];
    let mut item = login("Deed", "", "");
    item.attachments.push(sealed.into_attachment(SOURCE.to_owned(), Timestamp(1)));
    session.put(Put { blobs, ..Put::new(item) })?;
    Ok(())
}

fn write_document_out(at: &mut At<'_>) -> Result<(), Trouble> {
    let (id, target) = (at.item("Scan, later")?, at.world.root().join("scan.txt"));
    let session = at.session()?;
    let blob = session.get(id)?.item.attachments[0].blob_id;
    let (attachment, blob) = session.attached(id, &blob)?;
    Ok(open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Replace, &mut go_on)?)
}

fn replace_document(at: &mut At<'_>) -> Result<(), Trouble> {
    let id = at.item("Scan, later")?;
    let session = at.session()?;
    let (attachment, blob) = seal(session, "another scan")?;
    let opened = session.get(id)?;
    let mut item = opened.item;
    item.attachments[0] = attachment;
    session.put(Put { blobs: vec![blob], ..Put::change(id, opened.revision, item) })?;
    Ok(())
}

fn with_an_earlier_document(world: &World) {
    let mut at = At { world, id: only(world), session: None, step: &mut || {} };
    replace_document(&mut at).unwrap();
}

fn earlier(at: &mut At<'_>) -> Result<(ItemId, BlobId), Trouble> {
    let id = at.item("Scan, later")?;
    Ok((id, at.session()?.earlier_files(id)?[0].attachment.blob_id))
}

fn keep_list(at: &mut At<'_>) -> Result<(), Trouble> {
    let id = at.item("Scan, later")?;
    let session = at.session()?;
    let blob = session.get(id)?.item.attachments[0].blob_id;
    let (attachment, blob) = session.attached(id, &blob)?;
    let list = ChunkList::make(&attachment, &blob, session.blobs(), &mut go_on)?;
    Ok(session.keep_chunk_list(&list)?)
}

fn look() -> VaultLook {
    VaultLook { name: "Work".to_owned(), ..VaultLook::default() }
}

fn carry(at: &mut At<'_>, how: Carry) -> Result<Transferred, Trouble> {
    let item = at.item("Scan, later")?;
    let session = at.session()?;
    let to = session.vaults()?[1].id;
    let mut plan = session.plan_transfer(&[item], to, how)?;
    plan.seal(session.rng(), &mut go_on)?;
    let carried = session.carry_out(plan, &mut go_on)?;
    assert_eq!(carried.carried.len(), 1);
    Ok(carried)
}

fn make_vault(world: &World) {
    unlock(world, only(world)).unwrap().create_vault(&look()).unwrap();
}

fn draft_to_item(at: &mut At<'_>) -> Result<(), Trouble> {
    let session = at.session()?;
    let draft = Some(session.draft_list()?.remove(0).id);
    let item = login("From a draft", "", "");
    session.put(Put { draft, ..Put::new(item) })?;
    Ok(())
}
