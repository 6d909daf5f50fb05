//! Passwords exported by Chrome, Edge, Brave, Opera and other programs built on Chromium.
//!
//! Columns: `name,url,username,password,note`; older versions have no `note`, and Dropbox Passwords writes `notes`.

use vault_engine::item::{ItemType, Role, host};

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    meaning::Meaning,
    syntax::table::Cells,
};

const PROGRAM: Program = Program { id: "chrome", name: "Chrome, Edge, Brave, Opera" };

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "chrome_csv",
        name: "Chrome CSV",
        program: &PROGRAM,
        extensions: &["csv"],
        secret: Secret::Nothing,
    },
    reader: Reader::Table { recognises, read_row },
};

const COLUMNS: [&str; 4] = ["name", "url", "username", "password"];
/// Tables of other programs start with the same columns and have more than these.
const MOST_COLUMNS: usize = 8;

/// Whether a table has the columns of this format.
fn recognises(columns: &[String]) -> bool {
    columns.len() <= MOST_COLUMNS && columns.iter().take(COLUMNS.len()).eq(COLUMNS.iter())
}

fn read_row(import: &mut ImportBuilder<'_>, position: u32, mut cells: Cells) -> Result<(), ImportError> {
    let mut item = ItemBuilder::new(import, position, ItemType::Login);
    let (url, username) = (cells.take("url"), cells.take("username"));
    item.title("name", cells.take("name"));
    item.default_title(&host(url.expose()).unwrap_or_default());
    item.default_title(username.expose());
    item.built_in("username", Role::Username, username);
    item.built_in("password", Role::Password, cells.take("password"));
    item.url("url", url);
    item.put("note", Meaning::Notes, cells.take("note"));
    item.put("notes", Meaning::Notes, cells.take("notes"));
    item.unknown_cells(cells);
    item.finish()
}
