//! Merge of files, matched by the id of the sealed stream.

use vault_crypto::FileKey;

use super::choice::{Choice, pick};
use super::conflict::Conflict;
use super::order::Lists;
use super::superseded::SupersededValues;
use super::unknown::Rule;
use super::{copy, same, unknown};
use crate::item::{Attachment, Item, ItemType, Unknown};

/// The label of a superseded file name.
const LABEL: &str = "attachments";

/// Merges the files. A file that one side removed stays if the other changed something about it.
pub(super) fn merge(
    base: &Item,
    log: &Item,
    local: &Item,
    superseded: &mut SupersededValues,
) -> Result<Vec<Attachment>, Conflict> {
    let lists = Lists { base: &base.attachments, log: &log.attachments, local: &local.attachments };
    let merged = lists.merge(|file| file.blob_id, |base, side| !same::attachment(base, side));
    let merged = merged.iter().filter_map(|found| match (found.log, found.local) {
        (Some(log), Some(local)) => Some(attachment(found.base, log, local, superseded)),
        (one, other) => one.or(other).map(|file| Ok(copy::attachment(file))),
    });
    merged.collect()
}

/// Adds a superseded value if both sides replaced the content of a document. Both files stay, and the log's is first,
/// which makes it the document.
pub(super) fn note_second_content(
    item_type: ItemType,
    (base, log, local): (&Item, &Item, &Item),
    superseded: &mut SupersededValues,
) {
    let content = |item: &Item| item.attachments.first().map(|file| file.blob_id);
    let choice =
        Choice::between_options(content(base).as_ref(), content(log).as_ref(), content(local).as_ref());
    if let (ItemType::Document, Choice::Both, Some(file)) = (item_type, choice, local.attachments.first()) {
        superseded.put(None, LABEL, &file.name);
    }
}

/// Merges two versions of a file. Without a base every difference counts as changed by both.
fn attachment(
    base: Option<&Attachment>,
    log: &Attachment,
    local: &Attachment,
    superseded: &mut SupersededValues,
) -> Result<Attachment, Conflict> {
    let Attachment { blob_id, file_key: _, size: _, name, media_type, added_at, unknown } = log;
    let is_base = |side| base.is_some_and(|base| same::sealed_file(base, side));
    let sealed = match Choice::when(same::sealed_file(log, local) || is_base(local), is_base(log)) {
        // A sealed stream has one key and one content. One side is wrong, but it is unknown which.
        Choice::Both => return Err(Conflict),
        choice => choice.take(log, local),
    };
    let name_choice = Choice::between_texts(base.map_or("", |base| &base.name), name, &local.name);
    if name_choice == Choice::Both {
        superseded.put(None, LABEL, &local.name);
    }
    let nothing = Unknown::default();
    let unknowns = (base.map_or(&nothing, |base| &base.unknown), unknown, &local.unknown);
    Ok(Attachment {
        blob_id: *blob_id,
        file_key: FileKey::from_bytes(sealed.file_key.expose_bytes()),
        size: sealed.size,
        name: name_choice.take(name, &local.name).clone(),
        media_type: pick(base.map_or("", |base| &base.media_type), media_type, &local.media_type).to_owned(),
        added_at: pick(base.map_or(local.added_at, |base| base.added_at), *added_at, local.added_at),
        unknown: unknown::merge(unknowns, &[], unknown, &Rule::Split)?,
    })
}
