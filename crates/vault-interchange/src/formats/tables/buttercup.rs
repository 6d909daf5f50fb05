//! Buttercup: `!type,!group_id,!group_name,!group_parent,title,username,password,URL,id,Notes,…`. Groups are rows of the type
//! `group`; every further column is a field of the user.

use std::collections::HashMap;

use vault_engine::item::Role;

use super::{Layout, Rest, register::csv_rows};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::Program,
    importer::{Importer, read_table},
    limits,
    meaning::Meaning,
    syntax::table::{self, Cells, Row, Table},
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv_rows(
    "buttercup_csv",
    "Buttercup CSV",
    &Program { id: "buttercup", name: "Buttercup" },
    |text| LAYOUT.recognises(&table::columns(text).unwrap_or_default()),
    |text, options, import| {
        let groups = Groups::read(text)?;
        read_table(Table::new(text)?, import, |import, position, mut cells| {
            if cells.get("!type") == GROUP {
                return groups.read_row(import, position, &cells);
            }
            if cells.get("!type") == "entry" {
                drop(cells.take("!type"));
            }
            // The id of a group that is not in the file stands for it.
            let path = groups.path(cells.get("!group_id"));
            if !path.is_empty() {
                cells.replace(|column, _| {
                    column.eq_ignore_ascii_case("!group_id").then(|| path.as_str().into())
                });
            }
            LAYOUT.read_row(import, position, cells, options)
        })
    },
);

const GROUP: &str = "group";

const LAYOUT: Layout = Layout {
    required: &["!type", "!group_id", "!group_name", "!group_parent", "title", "username", "password"],
    columns: &[
        ("title", Meaning::Title),
        ("username", Meaning::Field(Role::Username)),
        ("password", Meaning::Field(Role::Password)),
        ("url", Meaning::Addresses),
        ("notes", Meaning::Notes),
        ("note", Meaning::Notes),
        ("!group_id", Meaning::Folder("/")),
        ("id", Meaning::NotNeeded("Coffer gives its items ids of their own.")),
    ],
    rest: Rest::Custom,
    ..Layout::BASE
};

/// Name and parent of each group, by its id.
struct Groups(HashMap<String, (String, String)>);

impl Groups {
    /// Reads the rows of groups, of which one may come after those below it.
    fn read(text: &str) -> Result<Self, ImportError> {
        let (mut table, mut groups, mut bytes) = (Table::new(text)?, HashMap::new(), 0_usize);
        while let Some(row) = table.next()? {
            if let Row::Good { cells, .. } = row
                && cells.get("!type") == GROUP
            {
                let [id, name, parent] =
                    ["!group_id", "!group_name", "!group_parent"].map(|column| cells.get(column).to_owned());
                bytes += id.len() + name.len() + parent.len();
                if bytes > limits::FOLDER_LIST_BYTES {
                    return Err(ImportError::TooManyValues);
                }
                groups.insert(id, (name, parent));
            }
        }
        Ok(Self(groups))
    }

    /// The path of a group; empty for the outermost one. Parents in a circle are followed as far as any real ones are.
    fn path(&self, id: &str) -> String {
        let mut levels = Vec::new();
        let (mut at, mut length) = (id, 0);
        while let Some((name, parent)) = self.0.get(at) {
            length += name.len() + 1;
            if levels.len() == limits::DEPTH || length > limits::item::FOLDER {
                break;
            }
            levels.push(name.as_str());
            at = parent;
        }
        levels.reverse();
        levels.join("/")
    }

    fn read_row(
        &self,
        import: &mut ImportBuilder<'_>,
        position: u32,
        cells: &Cells,
    ) -> Result<(), ImportError> {
        let of_group = ["!type", "!group_id", "!group_name", "!group_parent"];
        let known = |name: &str| of_group.iter().any(|of| name.eq_ignore_ascii_case(of));
        if cells.names().any(|name| !known(name) && !cells.get(name).is_empty()) {
            import.skip_row(position, "This row is a group and has values of an item too.");
        }
        import.add_folder(&self.path(cells.get("!group_id")));
        Ok(())
    }
}
