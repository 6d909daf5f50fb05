//! Passwords exported by Firefox.
//!
//! Columns: `url,username,password,httpRealm,formActionOrigin,guid,timeCreated,timeLastUsed,timePasswordChanged`; times
//! are milliseconds since 1970.

use rand_core::Rng;
use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, Role, host};

use crate::{
    Format, ImportError, Parsed, date,
    draft::Draft,
    gather::Gather,
    table::{self, Cells},
};

/// Columns without which a table is not of this format, in lower case.
pub(crate) const REQUIRED: [&str; 5] = ["url", "username", "password", "httprealm", "formactionorigin"];

/// Reads a file.
pub(crate) fn parse(text: &str, now: Timestamp, rng: &mut dyn Rng) -> Result<Parsed, ImportError> {
    table::import(text, Format::FirefoxCsv, Gather::new(now, rng), login)
}

fn login(gather: &mut Gather<'_>, position: u32, mut cells: Cells) -> Result<(), ImportError> {
    let mut draft = Draft::new(gather, position, ItemType::Login);
    let (url, username) = (cells.take("url"), cells.take("username"));
    draft.title_if_none(&host(url.expose()).unwrap_or_default());
    draft.title_if_none(url.expose());
    draft.title_if_none(username.expose());
    draft.built_in("username", Role::Username, username);
    draft.built_in("password", Role::Password, cells.take("password"));
    let action = cells.take("formactionorigin");
    if action.expose() != url.expose() {
        let reason = "The address a form is sent to has no place of its own; it is kept as a custom field.";
        draft.keep("formActionOrigin", FieldKind::Text, action, reason);
    }
    draft.url("url", url);
    let reason = "The realm of a sign-in dialog has no place of its own; it is kept as a custom field.";
    draft.keep("httpRealm", FieldKind::Text, cells.take("httprealm"), reason);
    if !cells.take("guid").is_empty() {
        draft.tally("guid", "Coffer gives its items ids of their own.");
    }
    if !cells.take("timelastused").is_empty() {
        draft.tally("timeLastUsed", "Coffer does not record when an item was last used.");
    }
    let created = draft.date("timeCreated", cells.take("timecreated"), date::from_milliseconds);
    let changed =
        draft.date("timePasswordChanged", cells.take("timepasswordchanged"), date::from_milliseconds);
    draft.dates(created, changed);
    for (column, value) in cells.into_rest() {
        draft.extra(&column, value);
    }
    draft.finish()
}
