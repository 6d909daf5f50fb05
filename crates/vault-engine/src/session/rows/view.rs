//! The view of an item: the columns for lists and search, stored beside the sealed revision.

use rusqlite::{Connection, OptionalExtension, named_params};
use vault_wire::cbor::Canonical;
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::{ItemId, RevHash};

use crate::clock::Timestamp;
use crate::item::{FieldKind, Item, ItemType, subtitle, value_warning};
use crate::search::fold;
use crate::session::error::SessionError;

/// The state of an item, which decides where it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemState {
    Listed,
    Archive,
    Trash,
    /// Shown among the templates only.
    Template,
}

impl ItemState {
    pub(crate) fn of(item: &Item) -> Self {
        match (item.trashed_at, item.flags.template, item.flags.archived) {
            (Some(_), _, _) => Self::Trash,
            (None, true, _) => Self::Template,
            (None, false, true) => Self::Archive,
            (None, false, false) => Self::Listed,
        }
    }

    /// Returns the number in the database. A template has that of archived items, and a row in the table `template`.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Listed => 0,
            Self::Archive | Self::Template => 1,
            Self::Trash => 2,
        }
    }

    /// Returns the state for a number in the database.
    pub(crate) fn stored(number: i64, is_template: bool) -> Self {
        match (number, is_template) {
            (1, true) => Self::Template,
            (1, false) => Self::Archive,
            (2, _) => Self::Trash,
            _ => Self::Listed,
        }
    }
}

/// The current revision of an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Current {
    pub(crate) item_key: i64,
    pub(crate) vault_key: i64,
    pub(crate) entry_key: i64,
    pub(crate) revision: RevHash,
    pub(crate) revisions: u32,
    pub(crate) place: i64,
}

impl Current {
    /// Returns the number of revisions after another one.
    pub(crate) fn one_more(before: Option<Self>) -> u32 {
        before.map_or(0, |before| before.revisions).saturating_add(1)
    }
}

/// Finds the current revision of an item.
pub(crate) fn current(db: &Connection, id: ItemId) -> Result<Option<Current>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT item_key, vault_key, entry_key, revision, revisions, place FROM item WHERE item_id = ?1",
    )?;
    let found = find
        .query_row([id.as_bytes()], |row| {
            Ok(Current {
                item_key: row.get(0)?,
                vault_key: row.get(1)?,
                entry_key: row.get(2)?,
                revision: RevHash::from_bytes(row.get(3)?),
                revisions: row.get(4)?,
                place: row.get(5)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Returns the number of an item's revisions with content; tombstones have none.
pub(crate) fn count_revisions(db: &Connection, id: ItemId, vault_key: i64) -> Result<u32, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT header FROM entry INDEXED BY entry_of_item
         WHERE item_id = ?1 AND vault_key = ?2 AND body IS NOT NULL",
    )?;
    let mut rows = find.query((id.as_bytes(), vault_key))?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += u32::from(!is_tombstone(&row.get::<_, Vec<u8>>(0)?));
    }
    Ok(count)
}

/// Returns the number of the first entry about an item in a vault's log.
pub(crate) fn first_seq(db: &Connection, id: ItemId, vault_key: i64) -> Result<u64, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT min(seq) FROM entry INDEXED BY entry_of_item WHERE item_id = ?1 AND vault_key = ?2",
    )?;
    Ok(find.query_row((id.as_bytes(), vault_key), |row| row.get(0))?)
}

/// Returns whether this is the header of a tombstone.
pub(crate) fn is_tombstone(header: &[u8]) -> bool {
    RevisionHeader::decode(header).is_ok_and(|header| header.kind == RevisionKind::Tombstone)
}

/// Finds the entry of a revision.
pub(crate) fn entry_of(db: &Connection, id: ItemId, revision: &RevHash) -> Result<i64, SessionError> {
    let mut find = db.prepare_cached("SELECT entry_key FROM entry WHERE item_id = ?1 AND hash = ?2")?;
    Ok(find.query_row((id.as_bytes(), revision.as_bytes()), |row| row.get(0))?)
}

/// Returns whether a vault has items.
pub(crate) fn any_in(db: &Connection, vault_key: i64) -> Result<bool, SessionError> {
    Ok(db.prepare_cached("SELECT 1 FROM item WHERE vault_key = ?1")?.exists([vault_key])?)
}

/// Makes the next edit of an item follow a revision whose content is not known.
pub(crate) fn follow(db: &Connection, item_key: i64, revision: &RevHash) -> Result<(), SessionError> {
    db.prepare_cached("UPDATE item SET revision = ?2 WHERE item_key = ?1")?
        .execute((item_key, revision.as_bytes()))?;
    Ok(())
}

/// The revision that a view is written for.
pub(crate) struct ViewSource<'a> {
    pub(crate) vault_key: i64,
    pub(crate) entry_key: i64,
    pub(crate) id: ItemId,
    pub(crate) revision: &'a RevHash,
    pub(crate) revisions: u32,
    pub(crate) before: Option<Current>,
    pub(crate) times: ShownTimes,
}

/// The times that lists show and sort by: those of the content, which another device's clock may have set years ahead, but never
/// later than the revision was written or received here.
#[derive(Clone, Copy)]
pub(crate) struct ShownTimes {
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

impl ShownTimes {
    pub(crate) fn of(item: &Item, received: Timestamp) -> Self {
        Self { created_at: item.created_at.min(received), modified_at: item.modified_at.min(received) }
    }
}

/// Writes the view of a new revision, replacing the previous one. Returns its row number.
pub(crate) fn write(db: &Connection, of: &ViewSource<'_>, item: &Item) -> Result<i64, SessionError> {
    let place = ItemState::of(item);
    // Two statements, not one with ON CONFLICT: for that one SQLite creates and drops a table and a journal for each
    // row.
    let sql = match of.before {
        None => {
            "INSERT INTO item (item_key, vault_key, item_id, entry_key, revision, revisions, place, item_type, title,
                 sort_title, subtitle, folder, favourite, has_code, has_files, edited_twice, created_at, modified_at)
             VALUES (:item_key, :vault_key, :item_id, :entry_key, :revision, :revisions, :place, :item_type, :title,
                 :sort_title, :subtitle, :folder, :favourite, :has_code, :has_files, :edited_twice, :created_at,
                 :modified_at)"
        }
        Some(_) => {
            "UPDATE item SET entry_key = :entry_key, revision = :revision, revisions = :revisions, place = :place,
                 item_type = :item_type, title = :title, sort_title = :sort_title, subtitle = :subtitle,
                 folder = :folder, favourite = :favourite, has_code = :has_code, has_files = :has_files,
                 edited_twice = :edited_twice, created_at = :created_at, modified_at = :modified_at
             WHERE item_key = :item_key AND vault_key = :vault_key AND item_id = :item_id"
        }
    };
    let written = db.prepare_cached(sql)?.execute(named_params! {
        ":item_key": of.before.map(|before| before.item_key),
        ":vault_key": of.vault_key,
        ":item_id": of.id.as_bytes(),
        ":entry_key": of.entry_key,
        ":revision": of.revision.as_bytes(),
        ":revisions": of.revisions,
        ":place": place.number(),
        ":item_type": item.item_type as i64,
        ":title": item.title,
        ":sort_title": sort_title(&item.title),
        ":subtitle": subtitle(item),
        ":folder": item.folder,
        ":favourite": item.flags.favourite,
        ":has_code": has_code(item),
        ":has_files": has_files(item),
        ":edited_twice": warnings(item),
        ":created_at": time(of.times.created_at.0),
        ":modified_at": time(of.times.modified_at.0),
    })?;
    if written == 0 {
        return Err(SessionError::NotFound);
    }
    let item_key = of.before.map_or_else(|| db.last_insert_rowid(), |before| before.item_key);
    if of.before.is_some() {
        db.prepare_cached("DELETE FROM item_tag WHERE item_key = ?1")?.execute([item_key])?;
        db.prepare_cached("DELETE FROM template WHERE item_key = ?1")?.execute([item_key])?;
    }
    if place == ItemState::Template {
        db.prepare_cached("INSERT INTO template (item_key) VALUES (?1)")?.execute([item_key])?;
    }
    if place == ItemState::Listed {
        let mut tagged = db.prepare_cached("INSERT INTO item_tag (tag, item_key) VALUES (?1, ?2)")?;
        for tag in &item.tags {
            tagged.execute((tag, item_key))?;
        }
    }
    Ok(item_key)
}

/// Finds the items of a vault that have content but no view: data of programs. Returns their last revisions, those among the
/// first `after` entries left out.
pub(crate) fn items_without(
    db: &Connection,
    vault_key: i64,
    after: u64,
) -> Result<Vec<(ItemId, RevHash)>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT item_id, hash, header FROM entry
         WHERE vault_key = ?1 AND seq > ?2 AND body IS NOT NULL AND item_id NOT IN (SELECT item_id FROM item)
             AND seq = (SELECT max(seq) FROM entry AS last INDEXED BY entry_of_item
                 WHERE last.item_id = entry.item_id AND last.vault_key = entry.vault_key)",
    )?;
    let mut rows = find.query((vault_key, time(after)))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let header: Vec<u8> = row.get(2)?;
        let header = RevisionHeader::decode(&header).map_err(|_| SessionError::DatabaseDamaged)?;
        if header.kind == RevisionKind::Put {
            found.push((ItemId::from_bytes(row.get(0)?), RevHash::from_bytes(row.get(1)?)));
        }
    }
    Ok(found)
}

/// The last revision of an item that has no view.
pub(crate) struct LastRevision {
    pub(crate) id: ItemId,
    pub(crate) seq: u64,
    pub(crate) revision: RevHash,
    pub(crate) is_tombstone: bool,
}

/// Returns the last revisions of items of a vault that have no view, if they are after an entry: with content, or tombstones.
pub(crate) fn last_without(
    db: &Connection,
    vault_key: i64,
    after: u64,
) -> Result<Vec<LastRevision>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT item_id, seq, hash, header, body IS NOT NULL FROM entry
         WHERE vault_key = ?1 AND seq > ?2 AND item_id IS NOT NULL AND item_id NOT IN (SELECT item_id FROM item)
             AND seq = (SELECT max(seq) FROM entry AS last INDEXED BY entry_of_item
                 WHERE last.item_id = entry.item_id AND last.vault_key = entry.vault_key)",
    )?;
    let mut rows = find.query((vault_key, time(after)))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let header: Vec<u8> = row.get(3)?;
        let is_tombstone = is_tombstone(&header);
        if is_tombstone || row.get(4)? {
            let (id, revision) = (ItemId::from_bytes(row.get(0)?), RevHash::from_bytes(row.get(2)?));
            found.push(LastRevision { id, seq: row.get(1)?, revision, is_tombstone });
        }
    }
    Ok(found)
}

/// Removes the view of an item that was permanently deleted, or became data of programs.
pub(crate) fn remove(db: &Connection, item_key: i64) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM item WHERE item_key = ?1")?.execute([item_key])?;
    Ok(())
}

/// Returns the type for a number in the database. Types of a newer program are shown as notes.
pub(crate) fn type_of(number: i64) -> ItemType {
    u64::try_from(number).ok().and_then(ItemType::from_number).unwrap_or(ItemType::Note)
}

/// Returns the sort key of a title, folded as for search: without case, accents and leading space.
fn sort_title(title: &str) -> String {
    String::from_utf8_lossy(&fold(title.trim())).into_owned()
}

/// Bit: a merge left superseded values.
pub(crate) const CONFLICT: i64 = 1;
/// Bit: a field has a value warning.
pub(crate) const WARNING: i64 = 2;

/// Returns the warnings in a list as bits. Both are in the column `edited_twice`, which first had only one.
fn warnings(item: &Item) -> i64 {
    let bit = |set, bit| if set { bit } else { 0 };
    bit(item.flags.edited_in_two_places, CONFLICT) | bit(has_warning(item), WARNING)
}

pub(crate) fn has_warning(item: &Item) -> bool {
    item.fields.iter().any(|field| value_warning(item, field).is_some())
}

pub(crate) fn has_code(item: &Item) -> bool {
    item.fields.iter().any(|field| field.kind == FieldKind::Code && !field.value.is_empty())
}

/// Returns whether an item has files. A document's own content, its first file, is not counted.
pub(crate) fn has_files(item: &Item) -> bool {
    let own = usize::from(item.item_type == ItemType::Document);
    item.attachments.len() > own
}

/// Converts a time for the database. Times beyond the year 292 million become the largest that it can store.
pub(crate) fn time(at: u64) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_sort_without_case_and_accents() {
        assert_eq!(sort_title(" Éclair "), "eclair");
        assert!(sort_title("Ähre") < sort_title("Bär"));
    }
}
