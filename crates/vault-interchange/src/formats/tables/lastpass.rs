//! LastPass: `url,username,password,[totp,]extra,name,grouping,fav`.
//!
//! A row with the address `http://sn` is a note, and one whose text begins with `NoteType:` has the fields of a form
//! (`notes.rs`). Exports of the browser's extension have `&`, `<` and `>` escaped as in HTML in every value, passwords too; those
//! of the web site do not. A value does not show which, so only the user can decide.

use vault_engine::item::{ItemType, Role, SecretText};

use super::{Layout, csv, login_or_note, notes};
use crate::{
    builder::ItemBuilder,
    format::Program,
    importer::Importer,
    meaning::Meaning,
    syntax::{escapes::unescaped, table::Cells},
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv(
    "lastpass_csv",
    "LastPass CSV",
    &Program { id: "lastpass", name: "LastPass" },
    &[Layout {
        required: &["url", "username", "password", "extra", "name", "grouping"],
        columns: &[
            ("name", Meaning::Title),
            ("username", Meaning::Field(Role::Username)),
            ("password", Meaning::Field(Role::Password)),
            ("totp", Meaning::Field(Role::Code)),
            ("url", Meaning::Addresses),
            ("extra", Meaning::Notes),
            ("grouping", Meaning::Folder("\\")),
            ("fav", Meaning::Favourite),
        ],
        prepare: |cells, options| {
            if options.unescape {
                cells.replace(|_, value| unescaped(value));
            }
            // There is no address; the export must have one.
            cells.replace(|column, value| {
                (column.eq_ignore_ascii_case("url") && value == "http://").then(|| SecretText::from(""))
            });
        },
        item_type: |cells| match notes::form(cells.get("extra")) {
            Some(form) if is_note(cells) => form.item_type(),
            _ if is_note(cells) => ItemType::Note,
            _ => login_or_note(cells),
        },
        special,
        ..Layout::BASE
    }],
);

/// The address of notes.
const NOTE: &str = "http://sn";

fn is_note(cells: &Cells) -> bool {
    cells.get("url") == NOTE
}

fn special(item: &mut ItemBuilder<'_, '_>, cells: &mut Cells) {
    if is_note(cells) {
        drop(cells.take("url"));
        if let Some(form) = notes::form(cells.get("extra")) {
            form.read(item, &cells.take("extra"));
        }
    }
}
