//! Counts for the sidebar. Every write updates them, so that no list has to be scanned to be counted.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use vault_wire::VaultId;

use super::view::{ItemState, type_of};
use crate::item::{Item, ItemType};
use crate::search::Scope;
use crate::session::error::SessionError;
use crate::session::lists::query::Sidebar;

/// The kind of a count. The number is the one in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Kind {
    All = 0,
    Favourites = 1,
    Archived = 2,
    Trash = 3,
    /// By type number.
    Type = 4,
    Tag = 5,
    Folder = 6,
    /// By the vault's row number.
    Vault = 7,
}

/// The properties of an item that decide where it is counted.
pub(crate) struct CountedProperties {
    vault_key: i64,
    place: ItemState,
    item_type: i64,
    favourite: bool,
    folder: Option<String>,
    tags: Vec<String>,
}

impl CountedProperties {
    pub(crate) fn of(vault_key: i64, item: &Item) -> Self {
        Self {
            vault_key,
            place: ItemState::of(item),
            item_type: item.item_type as i64,
            favourite: item.flags.favourite,
            folder: item.folder.clone(),
            tags: item.tags.iter().cloned().collect(),
        }
    }

    /// Reads the properties from the view in the database.
    pub(crate) fn stored(db: &Connection, item_key: i64) -> Result<Self, SessionError> {
        let mut tags = db.prepare_cached("SELECT tag FROM item_tag WHERE item_key = ?1")?;
        let tags = tags.query_map([item_key], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut find = db.prepare_cached(
            "SELECT place, item_type, favourite, folder, vault_key, item_key IN (SELECT item_key FROM template)
                 FROM item WHERE item_key = ?1",
        )?;
        Ok(find.query_row([item_key], |row| {
            Ok(Self {
                place: ItemState::stored(row.get(0)?, row.get(5)?),
                item_type: row.get(1)?,
                favourite: row.get(2)?,
                folder: row.get(3)?,
                vault_key: row.get(4)?,
                tags,
            })
        })?)
    }

    fn entries(self) -> Vec<(Kind, String)> {
        let Self { vault_key, place, item_type, favourite, folder, tags } = self;
        match place {
            ItemState::Archive => return vec![(Kind::Archived, String::new())],
            ItemState::Trash => return vec![(Kind::Trash, String::new())],
            ItemState::Template => return Vec::new(),
            ItemState::Listed => {}
        }
        let mut entries = vec![
            (Kind::All, String::new()),
            (Kind::Type, item_type.to_string()),
            (Kind::Vault, vault_key.to_string()),
        ];
        entries.extend(favourite.then(|| (Kind::Favourites, String::new())));
        entries.extend(folder.map(|folder| (Kind::Folder, folder)));
        entries.extend(tags.into_iter().map(|tag| (Kind::Tag, tag)));
        entries
    }
}

/// The changes of the counts in one transaction.
#[derive(Default)]
pub(crate) struct CountChanges(BTreeMap<(Kind, String), i64>);

impl CountChanges {
    pub(crate) fn add(&mut self, counted: CountedProperties) {
        self.change(counted, 1);
    }

    pub(crate) fn take(&mut self, counted: CountedProperties) {
        self.change(counted, -1);
    }

    fn change(&mut self, counted: CountedProperties, by: i64) {
        for entry in counted.entries() {
            *self.0.entry(entry).or_insert(0) += by;
        }
    }

    pub(crate) fn write(self, db: &Connection) -> Result<(), SessionError> {
        // Two statements are cheaper than one with ON CONFLICT, see `view::write`.
        let mut change =
            db.prepare_cached("UPDATE tally SET count = count + ?3 WHERE kind = ?1 AND name = ?2")?;
        let mut put = db.prepare_cached("INSERT INTO tally (kind, name, count) VALUES (?1, ?2, ?3)")?;
        // Only a count that decreased can be zero now; searching all counts would cost a scan for each write.
        let mut drop_empty =
            db.prepare_cached("DELETE FROM tally WHERE kind = ?1 AND name = ?2 AND count = 0")?;
        for ((kind, name), by) in self.0.into_iter().filter(|(_, by)| *by != 0) {
            if change.execute((kind as i64, &name, by))? == 0 {
                put.execute((kind as i64, &name, by))?;
            }
            if by < 0 {
                drop_empty.execute((kind as i64, &name))?;
            }
        }
        Ok(())
    }
}

/// Returns the number of items in a scope, reading only the counts that it needs.
pub(crate) fn total(db: &Connection, scope: &Scope) -> Result<u32, SessionError> {
    let one = |kind: Kind, name: &str| -> Result<u32, SessionError> {
        let mut find = db.prepare_cached("SELECT count FROM tally WHERE kind = ?1 AND name = ?2")?;
        Ok(find.query_row((kind as i64, name), |row| row.get(0)).optional()?.unwrap_or(0))
    };
    match scope {
        Scope::All => one(Kind::All, ""),
        Scope::Favourites => one(Kind::Favourites, ""),
        Scope::Archive => one(Kind::Archived, ""),
        Scope::Trash => one(Kind::Trash, ""),
        // Templates are few and have no stored count.
        Scope::Templates => {
            let mut count = db.prepare_cached("SELECT count(*) FROM template")?;
            Ok(count.query_row([], |row| row.get(0))?)
        }
        Scope::Tag(tag) => one(Kind::Tag, tag),
        // Items with types of a newer program are shown as notes, but are not in the list of notes.
        Scope::Type(item_type) => one(Kind::Type, &(*item_type as i64).to_string()),
        Scope::Folder(folder) => {
            // The folders below it: names sort by bytes, and `0` follows `/`.
            let mut below = db.prepare_cached(
                "SELECT coalesce(sum(count), 0) FROM tally WHERE kind = ?1 AND name > ?2 || '/' AND name < ?2 || '0'",
            )?;
            let below: u32 = below.query_row((Kind::Folder as i64, folder), |row| row.get(0))?;
            Ok(one(Kind::Folder, folder)?.saturating_add(below))
        }
        Scope::Vault(id) => {
            let mut find =
                db.prepare_cached("SELECT CAST(vault_key AS TEXT) FROM vault WHERE vault_id = ?1")?;
            let vault_key: Option<String> = find.query_row([id.as_bytes()], |row| row.get(0)).optional()?;
            vault_key.map_or(Ok(0), |vault_key| one(Kind::Vault, &vault_key))
        }
    }
}

/// Reads all counts.
pub(crate) fn read(db: &Connection) -> Result<Sidebar, SessionError> {
    let mut sidebar = sidebar(db, "SELECT kind, name, count FROM tally ORDER BY kind, name")?;
    sidebar.templates = total(db, &Scope::Templates)?;
    sidebar.drafts = db.query_row("SELECT count(*) FROM draft", [], |row| row.get(0))?;
    Ok(sidebar)
}

/// Returns whether the counts match a scan of all items.
pub(crate) fn is_right(db: &Connection) -> Result<bool, SessionError> {
    let counted = sidebar(
        db,
        "SELECT CASE place WHEN 0 THEN 0 WHEN 1 THEN 2 ELSE 3 END, '', count(*) FROM item
             WHERE item_key NOT IN (SELECT item_key FROM template) GROUP BY place
         UNION ALL SELECT 1, '', count(*) FROM item WHERE place = 0 AND favourite
         UNION ALL SELECT * FROM (SELECT 4, CAST(item_type AS TEXT), count(*) FROM item WHERE place = 0
             GROUP BY item_type ORDER BY CAST(item_type AS TEXT))
         UNION ALL SELECT * FROM (SELECT 5, tag, count(*) FROM item_tag GROUP BY tag ORDER BY tag)
         UNION ALL SELECT * FROM (SELECT 6, folder, count(*) FROM item WHERE place = 0 AND folder IS NOT NULL
             GROUP BY folder ORDER BY folder)
         UNION ALL SELECT * FROM (SELECT 7, CAST(vault_key AS TEXT) AS vault, count(*) FROM item WHERE place = 0
             GROUP BY vault ORDER BY vault)",
    )?;
    Ok(counted == Sidebar { templates: 0, drafts: 0, ..read(db)? })
}

fn sidebar(db: &Connection, sql: &'static str) -> Result<Sidebar, SessionError> {
    let mut sidebar = Sidebar::default();
    let mut counts = db.prepare_cached(sql)?;
    let mut rows = counts.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, name, count): (i64, String, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        match kind {
            0 => sidebar.all = count,
            1 => sidebar.favourites = count,
            2 => sidebar.archived = count,
            3 => sidebar.trash = count,
            4 => add_type(&mut sidebar.types, type_of(name.parse().unwrap_or(0)), count),
            5 => sidebar.tags.push((name, count)),
            6 => sidebar.folders.push((name, count)),
            _ => sidebar.vaults.push((vault_id(db, &name)?, count)),
        }
    }
    Ok(sidebar)
}

/// Returns the id of the vault with this row number.
fn vault_id(db: &Connection, vault_key: &str) -> Result<VaultId, SessionError> {
    let mut find = db.prepare_cached("SELECT vault_id FROM vault WHERE vault_key = CAST(?1 AS INTEGER)")?;
    Ok(VaultId::from_bytes(find.query_row([vault_key], |row| row.get(0))?))
}

/// Types of a newer program are counted as notes, as which they are shown.
fn add_type(types: &mut Vec<(ItemType, u32)>, item_type: ItemType, count: u32) {
    match types.iter_mut().find(|(known, _)| *known == item_type) {
        Some((_, so_far)) => *so_far += count,
        None => types.push((item_type, count)),
    }
}
