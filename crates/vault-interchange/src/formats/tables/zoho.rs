//! Zoho Vault: fields as `name:value` lines in the columns `SecretData` and `CustomData`.

use vault_engine::item::{ItemType, Role, SecretText};

use super::{Layout, cell::named_lines, csv};
use crate::{
    builder::ItemBuilder, format::Program, importer::Importer, meaning::Meaning, syntax::table::Cells,
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv(
    "zoho_csv",
    "Zoho Vault CSV",
    &Program { id: "zoho", name: "Zoho Vault" },
    &[Layout {
        required: &["secret name", "description", "secret url", "secretdata", "notes", "customdata"],
        columns: &[
            ("secret name", Meaning::Title),
            ("secret url", Meaning::Addresses),
            ("notes", Meaning::Notes),
            ("description", Meaning::Notes),
            ("tags", Meaning::Tags),
            ("favorite", Meaning::Favourite),
            (
                "classification",
                Meaning::NotNeeded("It separates personal secrets from those of a company in Zoho Vault."),
            ),
        ],
        item_type: |cells| {
            let has_fields = cells.get("secretdata").lines().any(|line| {
                line.split_once(':').is_some_and(|(name, value)| name != TYPE && !value.trim().is_empty())
            });
            let is_note =
                !has_fields && cells.has_any(&["notes", "description"]) && !cells.has_any(&["secret url"]);
            if is_note { ItemType::Note } else { ItemType::Login }
        },
        special,
        ..Layout::BASE
    }],
);

const TYPE: &str = "SecretType";
/// The type of a login.
const ACCOUNT: &str = "Web Account";

fn special(item: &mut ItemBuilder<'_, '_>, cells: &mut Cells) {
    for column in ["secretdata", "customdata"] {
        let text = cells.take(column);
        for (name, value) in named_lines(text.expose(), |name| !name.is_empty()) {
            match name {
                TYPE if value.expose() == ACCOUNT => {}
                TYPE => item.put(name, Meaning::Text, value),
                "User Name" | "Username" => item.put(name, Meaning::Field(Role::Username), value),
                "Password" => item.put(name, Meaning::Field(Role::Password), value),
                "" => item.put(column, Meaning::Custom, value),
                name => item.put(name, Meaning::Custom, value),
            }
        }
    }
    // A secret may be in several chambers, a line each.
    let chambers = cells.take("chambername");
    for (at, chamber) in chambers.expose().lines().enumerate() {
        if at == 0 {
            item.put("ChamberName", Meaning::Folder("/"), SecretText::from(chamber));
        } else {
            item.tag("ChamberName", chamber);
        }
    }
}
