//! Pages of lists, straight from the database.

use rusqlite::{Connection, ToSql, params_from_iter};
use vault_wire::ItemId;

use super::view::{Place, type_of};
use super::{Query, Row, Scope, SessionError, Sidebar, Sort};
use crate::item::Timestamp;

/// The columns of a [`Row`], in the order in which [`read_row`] takes them.
const COLUMNS: &str = "SELECT item_id, item_type, title, subtitle, favourite, has_code, has_files, edited_twice, \
                       modified_at FROM item ";

/// Reads a page of a list without search text.
pub(super) fn rows(db: &Connection, query: &Query) -> Result<Vec<Row>, SessionError> {
    // Only fixed texts are put together; whatever a person typed is bound.
    let sql = [COLUMNS, condition(&query.scope), order(query.sort), " LIMIT ?1 OFFSET ?2"].concat();
    let limit = query.limit.min(Query::MAX_LIMIT);
    let mut parameters: Vec<&dyn ToSql> = vec![&limit, &query.offset];
    let wanted = value(&query.scope);
    parameters.extend(wanted.as_deref());
    let mut page = db.prepare_cached(&sql)?;
    let rows = page.query_map(params_from_iter(parameters), read_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Counts the items of a folder and those below it, which the sidebar does not tell.
pub(super) fn count_folder(db: &Connection, folder: &str) -> Result<u32, SessionError> {
    let sql = ["SELECT count(*) FROM item ", FOLDER].concat();
    // The same condition as for a page, whose parameters 1 and 2 are not used here.
    Ok(db.prepare_cached(&sql)?.query_row((0, 0, folder), |row| row.get(0))?)
}

const FOLDER: &str = "WHERE place = 0 AND (folder = ?3 OR (folder > ?3 || '/' AND folder < ?3 || '0'))";

/// How a scope narrows the list; `?3` is its [`value`].
fn condition(scope: &Scope) -> &'static str {
    match scope {
        Scope::All => "WHERE place = 0",
        Scope::Favourites => "WHERE place = 0 AND favourite = 1",
        Scope::Type(_) => "WHERE place = 0 AND item_type = ?3",
        Scope::Tag(_) => "WHERE place = 0 AND item_key IN (SELECT item_key FROM item_tag WHERE tag = ?3)",
        Scope::Folder(_) => FOLDER,
        Scope::Archive => "WHERE place = 1",
        Scope::Trash => "WHERE place = 2",
    }
}

fn value(scope: &Scope) -> Option<Box<dyn ToSql + '_>> {
    match scope {
        Scope::Type(item_type) => Some(Box::new(*item_type as i64)),
        Scope::Tag(text) | Scope::Folder(text) => Some(Box::new(text)),
        Scope::All | Scope::Favourites | Scope::Archive | Scope::Trash => None,
    }
}

fn order(sort: Sort) -> &'static str {
    match sort {
        Sort::Title => " ORDER BY sort_title, item_key",
        Sort::Modified => " ORDER BY modified_at DESC, item_key",
        Sort::Created => " ORDER BY created_at DESC, item_key",
    }
}

/// Reads the rows of items found by search, in the order given. Items gone meanwhile are left out.
pub(super) fn rows_of(db: &Connection, ids: &[ItemId]) -> Result<Vec<Row>, SessionError> {
    let mut find = db.prepare_cached(&[COLUMNS, "WHERE item_id = ?1"].concat())?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(find.query_map([id.as_bytes()], read_row)?.next().transpose()?);
    }
    Ok(rows)
}

fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: ItemId::from_bytes(row.get(0)?),
        item_type: type_of(row.get(1)?),
        title: row.get(2)?,
        subtitle: row.get(3)?,
        favourite: row.get(4)?,
        has_code: row.get(5)?,
        has_attachments: row.get(6)?,
        edited_in_two_places: row.get(7)?,
        modified_at: Timestamp(row.get(8)?),
    })
}

/// Counts what the sidebar shows.
pub(super) fn sidebar(db: &Connection) -> Result<Sidebar, SessionError> {
    let mut sidebar = Sidebar::default();
    let mut counts =
        db.prepare_cached("SELECT place, item_type, favourite, count(*) FROM item GROUP BY 1, 2, 3")?;
    let mut rows = counts.query([])?;
    while let Some(row) = rows.next()? {
        let (place, item_type, favourite, count): (i64, i64, bool, u32) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        if place == Place::Archive.number() {
            sidebar.archived += count;
        } else if place == Place::Trash.number() {
            sidebar.trash += count;
        } else {
            let item_type = type_of(item_type);
            sidebar.all += count;
            sidebar.favourites += if favourite { count } else { 0 };
            match sidebar.types.iter_mut().find(|(known, _)| *known == item_type) {
                Some((_, so_far)) => *so_far += count,
                None => sidebar.types.push((item_type, count)),
            }
        }
    }
    sidebar.types.sort_unstable();
    sidebar.tags = names(db, "SELECT tag, count(*) FROM item_tag GROUP BY tag ORDER BY tag")?;
    sidebar.folders = names(
        db,
        "SELECT folder, count(*) FROM item WHERE place = 0 AND folder IS NOT NULL GROUP BY folder ORDER BY folder",
    )?;
    sidebar.drafts = db.query_row("SELECT count(*) FROM draft", [], |row| row.get(0))?;
    Ok(sidebar)
}

fn names(db: &Connection, sql: &'static str) -> Result<Vec<(String, u32)>, SessionError> {
    let mut counts = db.prepare_cached(sql)?;
    let rows = counts.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Names all that lies in the trash.
pub(super) fn ids_in_trash(db: &Connection) -> Result<Vec<ItemId>, SessionError> {
    let mut trash = db.prepare_cached("SELECT item_id FROM item WHERE place = 2")?;
    let ids = trash.query_map([], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
