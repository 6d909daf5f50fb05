//! Passwords exported by Firefox.
//!
//! Columns: `url,username,password,httpRealm,formActionOrigin,guid,timeCreated,timeLastUsed,timePasswordChanged`; times
//! are milliseconds since 1970.

use vault_engine::item::{FieldKind, ItemType, Role, host};

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    syntax::{
        date,
        table::{self, Cells},
    },
};

const PROGRAM: Program = Program { id: "firefox", name: "Firefox" };

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "firefox_csv",
        name: "Firefox CSV",
        program: &PROGRAM,
        extensions: &["csv"],
        secret: Secret::Nothing,
    },
    reader: Reader::Table { recognises, read_row },
};

/// The address of the row in which Firefox keeps the keys of its own account.
const OWN: &str = "chrome://FirefoxAccounts";

/// Columns without which a table is not of this format, in lower case.
const REQUIRED: [&str; 5] = ["url", "username", "password", "httprealm", "formactionorigin"];

/// Whether a table has the columns of this format.
fn recognises(columns: &[String]) -> bool {
    table::has_all(columns, &REQUIRED)
}

fn read_row(import: &mut ImportBuilder<'_>, position: u32, mut cells: Cells) -> Result<(), ImportError> {
    let url = cells.take("url");
    if url.expose() == OWN {
        import.skip_row(position, "This is the browser's own sign-in at Firefox Accounts; no site uses it.");
        return Ok(());
    }
    let mut item = ItemBuilder::new(import, position, ItemType::Login);
    let username = cells.take("username");
    item.default_title(&host(url.expose()).unwrap_or_default());
    item.default_title(url.expose());
    item.default_title(username.expose());
    item.built_in("username", Role::Username, username);
    item.built_in("password", Role::Password, cells.take("password"));
    let action = cells.take("formactionorigin");
    if action.expose() != url.expose() {
        let reason =
            "Coffer has no field for the address that a form is sent to; it is kept as a custom field.";
        item.keep("formActionOrigin", FieldKind::Text, action, reason);
    }
    item.url("url", url);
    let reason = "Coffer has no field for the realm of a sign-in dialog; it is kept as a custom field.";
    item.keep("httpRealm", FieldKind::Text, cells.take("httprealm"), reason);
    if !cells.take("guid").is_empty() {
        item.count_dropped("guid", "Coffer gives its items ids of their own.");
    }
    if !cells.take("timelastused").is_empty() {
        item.count_dropped("timeLastUsed", "Coffer does not record when an item was last used.");
    }
    let created = item.read_date("timeCreated", cells.take("timecreated"), date::from_milliseconds);
    let changed =
        item.read_date("timePasswordChanged", cells.take("timepasswordchanged"), date::from_milliseconds);
    item.dates(created, changed);
    item.unknown_cells(cells);
    item.finish()
}
