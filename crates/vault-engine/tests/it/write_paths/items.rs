//! Write paths that change the items, vaults and settings of a profile.

use vault_crypto::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::document::{ChunkList, Existing, NewBlob, open_to_file, seal_file};
use vault_engine::session::{
    Bulk, Contents, HistoryRetention, Put, RetentionRules, Session, TransferMode, Transferred, UndoId,
    VaultAppearance,
};
use vault_wire::{BlobId, ItemId};

use super::{
    Context, SOURCE, WriteError, WritePath, add_document as add_scan, done, go_on, only_profile, path, seal,
    unlock,
};
use crate::support::{World, login, new_profile, rng};

/// The write paths that change the content of a profile.
pub const ITEMS: &[WritePath] = &[
    path("add an item", |ctx| done(ctx.session()?.put(Put::new(login("Post", "ada", "z")))?)),
    path("change an item", change_item),
    path("add many items", add_many),
    path("change many items", |ctx| ctx.each("Mail", tag)),
    path("undo a change of many items", |ctx| {
        let id = ctx.item("Mail")?;
        let undo = tag(ctx.session()?, &[id])?.undo.unwrap();
        ctx.step();
        done(ctx.session()?.undo(undo, &mut go_on)?)
    }),
    path("rename a folder", |ctx| done(ctx.session()?.rename_folder("home", Some("office"), &mut go_on)?)),
    path("rename a tag", |ctx| done(ctx.session()?.rename_tag("red", Some("blue"), &mut go_on)?)),
    path("trash items", |ctx| ctx.each("Mail", Session::trash)),
    path("archive items", |ctx| ctx.each("Mail", |session, ids| session.set_archived(ids, true))),
    path("restore from the trash", |ctx| ctx.each("Old", Session::restore)),
    path("delete items permanently", |ctx| ctx.each("Old scan", Session::purge)),
    path("empty the trash", |ctx| done(ctx.session()?.empty_trash(&mut go_on)?)),
    path("restore a revision", restore_revision),
    path("purge history", |ctx| {
        ctx.each("Mail", |session, ids| {
            session.purge_history(ids, HistoryRetention::Revisions(1), &mut go_on)
        })
    }),
    path("set the retention rules", |ctx| Ok(ctx.session()?.set_retention_rules(&RULES)?)),
    path("run the retention rules", |ctx| {
        // The first step records the run and purges trashed items; the second purges history.
        let begun = ctx.session()?.apply_retention(None)?;
        let mut walk = ctx.session()?.apply_retention(begun)?;
        ctx.step();
        while walk.is_some() {
            walk = ctx.session()?.apply_retention(walk)?;
        }
        Ok(())
    })
    .with_setup(|world| unlock(world, only_profile(world)).unwrap().set_retention_rules(&RULES).unwrap()),
    path("add a document", add_document),
    path("replace a document", replace_document),
    path("restore an earlier version of a document", |ctx| {
        let (id, earlier) = earlier(ctx)?;
        done(ctx.session()?.restore_file(id, &earlier)?)
    })
    .with_setup(add_earlier_version),
    path("delete an earlier version of a document", |ctx| {
        let (id, earlier) = earlier(ctx)?;
        Ok(ctx.session()?.drop_file(id, &earlier)?)
    })
    .with_setup(add_earlier_version),
    path("store the chunk list of a document", store_chunk_list),
    path("export a document", export_document),
    path("create a vault", |ctx| done(ctx.session()?.create_vault(&look())?)),
    path("change the appearance of a vault", |ctx| {
        let vault = ctx.session()?.vaults()?[0].id;
        Ok(ctx.session()?.set_vault_appearance(vault, &look())?)
    }),
    path("order vaults", |ctx| {
        let order: Vec<_> = ctx.session()?.vaults()?.iter().skip(1).rev().map(|vault| vault.id).collect();
        Ok(ctx.session()?.order_vaults(&order)?)
    })
    .with_setup(|world| {
        make_vault(world);
        make_vault(world);
    }),
    path("move an item with its document to another vault", |ctx| {
        transfer(ctx, TransferMode::Move).map(drop)
    })
    .with_setup(make_vault),
    path("copy an item with its document to another vault", |ctx| {
        transfer(ctx, TransferMode::Copy).map(drop)
    })
    .with_setup(make_vault),
    path("undo a move", |ctx| {
        let undo = transfer(ctx, TransferMode::Move)?.undo.unwrap();
        ctx.step();
        done(ctx.session()?.undo(undo, &mut go_on)?)
    })
    .with_setup(make_vault),
    path("delete a vault with an item", |ctx| {
        let session = ctx.session()?;
        let vault = session.vaults()?[1].id;
        Ok(session.delete_vault(vault, Contents::Delete { items: 1 }, &mut go_on)?)
    })
    .with_setup(|world| {
        make_vault(world);
        let mut ctx = Context { world, id: only_profile(world), session: None, step: &mut || {} };
        transfer(&mut ctx, TransferMode::Move).unwrap();
    }),
    path("copy another profile with a vault and a document", |ctx| copy_profile(ctx).map(drop))
        .with_setup(make_other),
    path("undo a copy of another profile", |ctx| {
        let undo = copy_profile(ctx)?;
        ctx.step();
        done(ctx.session()?.undo(undo, &mut go_on)?)
    })
    .with_setup(make_other),
    path("save a draft", |ctx| done(ctx.session()?.draft_save(None, b"half")?)),
    path("change a draft", |ctx| {
        let draft = ctx.session()?.draft_list()?.remove(0).id;
        done(ctx.session()?.draft_save(Some(draft), b"three quarters")?)
    }),
    path("save a draft as an item", draft_to_item),
    path("discard a draft", |ctx| {
        let draft = ctx.session()?.draft_list()?.remove(0).id;
        Ok(ctx.session()?.draft_discard(draft)?)
    }),
    path("store a generated password", |ctx| {
        Ok(ctx.session()?.keep_generated(SecretText::from("made now"))?)
    }),
    path("clear the generator history", |ctx| Ok(ctx.session()?.forget_generated()?)),
    path("store a setting", |ctx| Ok(ctx.session()?.set_setting("x", "new")?)),
    path("confirm the Kit", |ctx| Ok(ctx.session()?.set_kit_confirmed()?)),
];

const RULES: RetentionRules =
    RetentionRules { history: HistoryRetention::Revisions(1), trash_days: Some(30) };

fn tag(
    session: &mut Session,
    ids: &[ItemId],
) -> Result<vault_engine::session::Changed, vault_engine::session::SessionError> {
    session.change_items(ids, &Bulk::AddTag("green".to_owned()), &mut go_on)
}

fn change_item(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let id = ctx.item("Mail")?;
    let session = ctx.session()?;
    let opened = session.get(id)?;
    let mut item = opened.item;
    item.notes = SecretText::from("changed");
    session.put(Put::change(id, opened.revision, item))?;
    Ok(())
}

fn add_many(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let puts = (0..60).map(|number| Put::new(login(&format!("Many {number}"), "ada", "z"))).collect();
    ctx.session()?.put_many(puts, &mut go_on)?;
    Ok(())
}

fn restore_revision(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let id = ctx.item("Mail")?;
    let session = ctx.session()?;
    let oldest = session.history(id)?.last().unwrap().revision;
    session.restore_revision(id, oldest)?;
    Ok(())
}

fn add_document(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let source = ctx.world.root().join(SOURCE);
    let session = ctx.session()?;
    let new = NewBlob::make(session.rng());
    let sealed = seal_file(&source, new, session.blobs(), &mut go_on)?;
    let blobs = vec![sealed.blob];
    let mut item = login("Deed", "", "");
    item.attachments.push(sealed.into_attachment(SOURCE.to_owned(), Timestamp(1)));
    session.put(Put { blobs, ..Put::new(item) })?;
    Ok(())
}

fn export_document(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let (id, target) = (ctx.item("Scan, later")?, ctx.world.root().join("scan.txt"));
    let session = ctx.session()?;
    let blob = session.get(id)?.item.attachments[0].blob_id;
    let (attachment, blob) = session.attached(id, &blob)?;
    Ok(open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Replace, &mut go_on)?)
}

fn replace_document(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let id = ctx.item("Scan, later")?;
    let session = ctx.session()?;
    let (attachment, blob) = seal(session, "another scan")?;
    let opened = session.get(id)?;
    let mut item = opened.item;
    item.attachments[0] = attachment;
    session.put(Put { blobs: vec![blob], ..Put::change(id, opened.revision, item) })?;
    Ok(())
}

fn add_earlier_version(world: &World) {
    let mut ctx = Context { world, id: only_profile(world), session: None, step: &mut || {} };
    replace_document(&mut ctx).unwrap();
}

fn earlier(ctx: &mut Context<'_>) -> Result<(ItemId, BlobId), WriteError> {
    let id = ctx.item("Scan, later")?;
    Ok((id, ctx.session()?.earlier_files(id)?[0].attachment.blob_id))
}

fn store_chunk_list(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let id = ctx.item("Scan, later")?;
    let session = ctx.session()?;
    let blob = session.get(id)?.item.attachments[0].blob_id;
    let (attachment, blob) = session.attached(id, &blob)?;
    let list = ChunkList::make(&attachment, &blob, session.blobs(), &mut go_on)?;
    Ok(session.keep_chunk_list(&list)?)
}

fn look() -> VaultAppearance {
    VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() }
}

fn transfer(ctx: &mut Context<'_>, how: TransferMode) -> Result<Transferred, WriteError> {
    let item = ctx.item("Scan, later")?;
    let session = ctx.session()?;
    let to = session.vaults()?[1].id;
    let mut plan = session.plan_transfer(&[item], to, how)?;
    plan.seal(session.rng(), &mut go_on)?;
    let carried = session.transfer(plan, &mut go_on)?;
    assert_eq!(carried.items.len(), 1);
    Ok(carried)
}

fn copy_profile(ctx: &mut Context<'_>) -> Result<UndoId, WriteError> {
    let other = ctx.world.profiles.list().into_iter().find(|info| info.name == OTHER);
    let source = unlock(ctx.world, other.ok_or_else(|| WriteError::Other("no other".to_owned()))?.id)?;
    let session = ctx.session()?;
    let mut plan = session.plan_profile_copy(source)?;
    plan.seal(session.rng(), &mut go_on)?;
    let copied = session.copy_profile(plan, &mut go_on)?;
    assert_eq!((copied.items, copied.vaults), (2, 1));
    Ok(copied.undo.unwrap())
}

/// The name of a second profile, after that of the first one in the list.
const OTHER: &str = "Other";

fn make_other(world: &World) {
    let mut other = world.profiles.create(new_profile(OTHER), rng(78)).unwrap();
    let vault = other.create_vault(&look()).unwrap();
    other.put(Put { vault: Some(vault), ..Put::new(login("Theirs", "eve", "z")) }).unwrap();
    add_scan(&mut other, "Their scan");
    assert_ne!(only_profile(world), other.profile().id);
}

fn make_vault(world: &World) {
    unlock(world, only_profile(world)).unwrap().create_vault(&look()).unwrap();
}

fn draft_to_item(ctx: &mut Context<'_>) -> Result<(), WriteError> {
    let session = ctx.session()?;
    let draft = Some(session.draft_list()?.remove(0).id);
    let item = login("From a draft", "", "");
    session.put(Put { draft, ..Put::new(item) })?;
    Ok(())
}
