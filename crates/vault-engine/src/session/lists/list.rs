//! Pages of lists without search text, read from the database.

use rusqlite::{Connection, ToSql, params_from_iter};
use vault_wire::{ItemId, VaultId};

use super::query::{Query, Row};
use super::search_index::TAG_END;
use crate::clock::Timestamp;
use crate::search::{Scope, Sort};
use crate::session::error::SessionError;
use crate::session::rows::view;
use crate::session::rows::view::type_of;

/// The columns of a [`Row`], in the order that [`read_row`] expects.
const COLUMNS: &str = "SELECT item_id, item_type, title, subtitle, favourite, has_code, has_files, edited_twice, \
                       modified_at, (SELECT vault_id FROM vault WHERE vault.vault_key = item.vault_key), \
                       place = 1 AND item_key NOT IN (SELECT item_key FROM template) FROM item ";

/// Reads a page of a list without search text.
pub(crate) fn rows(db: &Connection, query: &Query) -> Result<Vec<Row>, SessionError> {
    // The SQL is made of constants only; what a user typed is bound.
    let sql = [COLUMNS, condition(&query.scope), order(query.sort), " LIMIT ?1 OFFSET ?2"].concat();
    let limit = query.limit.min(Query::MAX_LIMIT);
    let wanted = value(&query.scope);
    let mut page = db.prepare_cached(&sql)?;
    let rows = page.query_map(params_from_iter(parameters(&limit, &query.offset, &wanted)), read_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn parameters<'a>(
    limit: &'a dyn ToSql,
    offset: &'a dyn ToSql,
    wanted: &'a Option<Box<dyn ToSql + 'a>>,
) -> Vec<&'a dyn ToSql> {
    [limit, offset].into_iter().chain(wanted.as_deref()).collect()
}

/// From this offset on, pages are read from a [`Listed`]: with OFFSET, SQLite steps over all rows before the page.
pub(crate) const DEEP: u32 = 2_000;

/// The row numbers of a whole list, in its order.
pub(crate) struct Listed {
    scope: Scope,
    sort: Sort,
    keys: Vec<u32>,
}

impl Listed {
    /// Reads the row numbers from the index with the list's order, or sorts them.
    pub(crate) fn read(db: &Connection, query: &Query) -> Result<Self, SessionError> {
        let (scope, sort) = (query.scope.clone(), query.sort);
        let sql =
            ["SELECT item_key FROM item ", condition(&scope), order(sort), " LIMIT ?1 OFFSET ?2"].concat();
        let wanted = value(&scope);
        let mut all = db.prepare_cached(&sql)?;
        let keys = all.query_map(params_from_iter(parameters(&-1, &0, &wanted)), |row| row.get(0))?;
        let keys = keys.collect::<Result<_, _>>()?;
        drop(wanted);
        Ok(Self { scope, sort, keys })
    }

    pub(crate) fn is_of(&self, query: &Query) -> bool {
        self.scope == query.scope && self.sort == query.sort
    }

    pub(crate) fn page(&self, query: &Query) -> &[u32] {
        let from = self.keys.get(query.offset as usize..).unwrap_or_default();
        from.get(..query.limit.min(Query::MAX_LIMIT) as usize).unwrap_or(from)
    }
}

/// The items in a folder or below it. Folders sort by bytes, and `0` follows `/`.
macro_rules! in_folder {
    () => {
        "(SELECT item_key FROM item WHERE place = 0 AND folder = ?3 UNION ALL
          SELECT item_key FROM item WHERE place = 0 AND folder > ?3 || '/' AND folder < ?3 || '0')"
    };
}
/// Returns the condition for a scope; `?3` is its [`value`].
fn condition(scope: &Scope) -> &'static str {
    match scope {
        Scope::All => "WHERE place = 0",
        Scope::Favourites => "WHERE place = 0 AND favourite = 1",
        Scope::Type(_) => "WHERE place = 0 AND item_type = ?3",
        Scope::Tag(_) => "WHERE place = 0 AND item_key IN (SELECT item_key FROM item_tag WHERE tag = ?3)",
        Scope::Folder(_) => concat!("WHERE place = 0 AND item_key IN ", in_folder!()),
        Scope::Vault(_) => {
            "WHERE place = 0 AND vault_key = (SELECT vault_key FROM vault WHERE vault_id = ?3)"
        }
        Scope::Archive => "WHERE place = 1 AND item_key NOT IN (SELECT item_key FROM template)",
        Scope::Trash => "WHERE place = 2",
        Scope::Templates => "WHERE item_key IN (SELECT item_key FROM template)",
    }
}

fn value(scope: &Scope) -> Option<Box<dyn ToSql + '_>> {
    match scope {
        Scope::Type(item_type) => Some(Box::new(*item_type as i64)),
        Scope::Tag(text) | Scope::Folder(text) => Some(Box::new(text)),
        Scope::Vault(id) => Some(Box::new(id.as_bytes())),
        Scope::All | Scope::Favourites | Scope::Archive | Scope::Trash | Scope::Templates => None,
    }
}

fn order(sort: Sort) -> &'static str {
    match sort {
        Sort::Title => " ORDER BY sort_title, item_key",
        Sort::Modified => " ORDER BY modified_at DESC, item_key",
        Sort::Created => " ORDER BY created_at DESC, item_key",
    }
}

/// Reads rows by their numbers, in the given order. Items that no longer exist are left out.
pub(crate) fn rows_of(db: &Connection, keys: &[u32]) -> Result<Vec<Row>, SessionError> {
    read_each(db, "WHERE item_key = ?1", keys)
}

/// Reads the rows of items, in the given order. Items that no longer exist are left out.
pub(crate) fn rows_of_items(db: &Connection, ids: &[ItemId]) -> Result<Vec<Row>, SessionError> {
    let ids: Vec<_> = ids.iter().map(ItemId::as_bytes).collect();
    read_each(db, "WHERE item_id = ?1", &ids)
}

fn read_each(db: &Connection, which: &str, wanted: &[impl ToSql]) -> Result<Vec<Row>, SessionError> {
    let mut find = db.prepare_cached(&[COLUMNS, which].concat())?;
    let mut rows = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        rows.extend(find.query_map([wanted], read_row)?.next().transpose()?);
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
        edited_in_two_places: row.get::<_, i64>(7)? & view::CONFLICT != 0,
        has_warning: row.get::<_, i64>(7)? & view::WARNING != 0,
        modified_at: Timestamp(row.get(8)?),
        vault: VaultId::from_bytes(row.get(9)?),
        archived: row.get(10)?,
    })
}

/// Lists the items in the trash.
pub(crate) fn ids_in_trash(db: &Connection) -> Result<Vec<ItemId>, SessionError> {
    let mut trash = db.prepare_cached("SELECT item_id FROM item WHERE place = 2")?;
    let ids = trash.query_map([], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Lists the items in a folder or below it, in any state.
pub(crate) fn ids_in_folder(db: &Connection, folder: &str) -> Result<Vec<ItemId>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT item_id FROM item WHERE folder = ?1 OR (folder > ?1 || '/' AND folder < ?1 || '0')",
    )?;
    let ids = find.query_map([folder], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Lists the items with a tag, in any state.
pub(crate) fn ids_with_tag(db: &Connection, tag: &str) -> Result<Vec<ItemId>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT item_id FROM item JOIN item_search USING (item_key)
         WHERE instr(?2 || tags || ?2, ?2 || ?1 || ?2) > 0",
    )?;
    let ids = find.query_map((tag, TAG_END.to_string()), |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Lists the items of a vault, in any state.
pub(crate) fn ids_in_vault(db: &Connection, vault_key: i64) -> Result<Vec<ItemId>, SessionError> {
    let mut find = db.prepare_cached("SELECT item_id FROM item WHERE vault_key = ?1")?;
    let ids = find.query_map([vault_key], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::item::ItemType;

    /// Returns SQLite's plan of a query, a line for each step.
    pub fn plan(db: &Connection, sql: &[&str]) -> Vec<String> {
        let mut explain = db.prepare(&["EXPLAIN QUERY PLAN ", &sql.concat()].concat()).unwrap();
        let mut rows = explain.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get::<_, String>(3).unwrap());
        }
        steps
    }

    pub fn database() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("../../../migrations/0001_profile.sql")).unwrap();
        db.execute_batch(include_str!("../../../migrations/0002_vaults_events_templates.sql")).unwrap();
        db.execute_batch(include_str!("../../../migrations/0003_epoch_keys.sql")).unwrap();
        db
    }

    #[test]
    fn lists_are_read_from_an_index_without_sorting() {
        let db = database();
        let scopes = [
            Scope::All,
            Scope::Favourites,
            Scope::Type(ItemType::Login),
            Scope::Vault(VaultId::from_bytes([1; 16])),
            Scope::Archive,
            Scope::Trash,
        ];
        for scope in scopes {
            for sort in [Sort::Title, Sort::Modified, Sort::Created] {
                let rest = [condition(&scope), order(sort), " LIMIT ?1 OFFSET ?2"];
                let page = plan(&db, &[COLUMNS, rest[0], rest[1], rest[2]]);
                let whole = plan(&db, &["SELECT item_key FROM item ", rest[0], rest[1], rest[2]]);
                assert!(page[0].starts_with("SEARCH item USING INDEX item_by_"), "{scope:?}: {page:?}");
                assert!(
                    whole[0].starts_with("SEARCH item USING COVERING INDEX item_by_"),
                    "{scope:?}: {whole:?}"
                );
                for step in page.iter().chain(&whole) {
                    assert!(!step.contains("SCAN"), "{scope:?}: {step}");
                    assert!(!step.contains("TEMP B-TREE"), "{scope:?}: {step}");
                }
            }
        }
    }

    #[test]
    fn search_hit_is_read_by_row_number() {
        let steps = plan(&database(), &[COLUMNS, "WHERE item_key = ?1"]);
        assert_eq!(steps[0], "SEARCH item USING INTEGER PRIMARY KEY (rowid=?)");
        assert!(!steps.iter().any(|step| step.contains("SCAN")), "{steps:?}");
    }
}
