//! Passwords exported by Chrome, Edge, Brave, Opera and others built on Chromium.
//!
//! Columns: `name,url,username,password,note`; older versions have no `note`.

use rand_core::Rng;
use vault_engine::clock::Timestamp;
use vault_engine::item::{ItemType, Role, host};

use crate::{
    Format, ImportError, Parsed,
    draft::Draft,
    gather::Gather,
    table::{self, Cells},
};

const COLUMNS: [&str; 4] = ["name", "url", "username", "password"];
/// Tables of other programs begin with the same columns and have many more.
const MOST_COLUMNS: usize = 8;

/// Whether a table has the columns of this format.
pub(crate) fn recognises(columns: &[String]) -> bool {
    columns.len() <= MOST_COLUMNS && columns.iter().take(COLUMNS.len()).eq(COLUMNS.iter())
}

/// Reads a file.
pub(crate) fn parse(text: &str, now: Timestamp, rng: &mut dyn Rng) -> Result<Parsed, ImportError> {
    table::import(text, Format::ChromeCsv, Gather::new(now, rng), login)
}

fn login(gather: &mut Gather<'_>, position: u32, mut cells: Cells) -> Result<(), ImportError> {
    let mut draft = Draft::new(gather, position, ItemType::Login);
    let (url, username) = (cells.take("url"), cells.take("username"));
    draft.title("name", cells.take("name"));
    draft.title_if_none(&host(url.expose()).unwrap_or_default());
    draft.title_if_none(username.expose());
    draft.built_in("username", Role::Username, username);
    draft.built_in("password", Role::Password, cells.take("password"));
    draft.url("url", url);
    draft.notes("note", cells.take("note"));
    for (column, value) in cells.into_rest() {
        draft.extra(&column, value);
    }
    draft.finish()
}
