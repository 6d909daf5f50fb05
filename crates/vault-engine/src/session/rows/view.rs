//! The view of an item: what lists show and search looks at, beside the sealed revision.

use rusqlite::{Connection, OptionalExtension, named_params};
use vault_wire::{ItemId, RevHash};

use crate::item::{FieldKind, Item, ItemType, doubt_about, subtitle};
use crate::search::fold;
use crate::session::error::SessionError;

/// Where an item is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Listed,
    Archive,
    Trash,
    /// Among the templates and nowhere else.
    Template,
}

impl Place {
    pub(crate) fn of(item: &Item) -> Self {
        match (item.trashed_at, item.flags.template, item.flags.archived) {
            (Some(_), _, _) => Self::Trash,
            (None, true, _) => Self::Template,
            (None, false, true) => Self::Archive,
            (None, false, false) => Self::Listed,
        }
    }

    /// The number in the database. A template has that of archived items, and a row in a table of its own.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Listed => 0,
            Self::Archive | Self::Template => 1,
            Self::Trash => 2,
        }
    }

    /// The place with a number in the database.
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

/// Looks up which revision of an item is current.
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

/// Which revision a view is of.
pub(crate) struct Of<'a> {
    pub(crate) vault_key: i64,
    pub(crate) entry_key: i64,
    pub(crate) id: ItemId,
    pub(crate) revision: &'a RevHash,
    pub(crate) revisions: u32,
    pub(crate) before: Option<Current>,
}

/// Writes the view of a new revision over the one before, and answers with its row.
pub(crate) fn write(db: &Connection, of: &Of<'_>, item: &Item) -> Result<i64, SessionError> {
    let place = Place::of(item);
    // Two statements, not one with ON CONFLICT: for that SQLite makes a table and a journal for each row, and drops them.
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
        ":created_at": time(item.created_at.0),
        ":modified_at": time(item.modified_at.0),
    })?;
    if written == 0 {
        return Err(SessionError::NotFound);
    }
    let item_key = of.before.map_or_else(|| db.last_insert_rowid(), |before| before.item_key);
    if of.before.is_some() {
        db.prepare_cached("DELETE FROM item_tag WHERE item_key = ?1")?.execute([item_key])?;
        db.prepare_cached("DELETE FROM template WHERE item_key = ?1")?.execute([item_key])?;
    }
    if place == Place::Template {
        db.prepare_cached("INSERT INTO template (item_key) VALUES (?1)")?.execute([item_key])?;
    }
    if place == Place::Listed {
        let mut tagged = db.prepare_cached("INSERT INTO item_tag (tag, item_key) VALUES (?1, ?2)")?;
        for tag in &item.tags {
            tagged.execute((tag, item_key))?;
        }
    }
    Ok(item_key)
}

/// Removes the view of an item that was deleted for good.
pub(crate) fn remove(db: &Connection, item_key: i64) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM item WHERE item_key = ?1")?.execute([item_key])?;
    Ok(())
}

/// The type with a number from the database; what a newer program wrote is shown as a note.
pub(crate) fn type_of(number: i64) -> ItemType {
    u64::try_from(number).ok().and_then(ItemType::from_number).unwrap_or(ItemType::Note)
}

/// A title as it is sorted, which is as search has it: without case, accents and leading space.
fn sort_title(title: &str) -> String {
    String::from_utf8_lossy(&fold(title.trim())).into_owned()
}

/// A merge set a value aside.
pub(crate) const CONFLICT: i64 = 1;
/// The value of a field looks wrong.
pub(crate) const DOUBT: i64 = 2;

/// What a list warns of, as bits: the column that held the first of them holds both.
fn warnings(item: &Item) -> i64 {
    let bit = |set, bit| if set { bit } else { 0 };
    bit(item.flags.edited_in_two_places, CONFLICT) | bit(is_doubtful(item), DOUBT)
}

pub(crate) fn is_doubtful(item: &Item) -> bool {
    item.fields.iter().any(|field| doubt_about(item, field).is_some())
}

pub(crate) fn has_code(item: &Item) -> bool {
    item.fields.iter().any(|field| field.kind == FieldKind::Code && !field.value.is_empty())
}

/// A document's own content, its first file, is not counted.
pub(crate) fn has_files(item: &Item) -> bool {
    let own = usize::from(item.item_type == ItemType::Document);
    item.attachments.len() > own
}

/// Times beyond the year 292 million are the last one that the database can hold.
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
