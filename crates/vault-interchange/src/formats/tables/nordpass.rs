//! NordPass: `name,url,[additional_urls,]username,password,note,cardholdername,…,folder,[full_name,…,][type,][custom_fields]`. A
//! folder is a row of its own, of the type `folder`, or without a type and with a name only.

use vault_engine::item::{FieldKind, ItemType, Role, SecretText};

use super::{Layout, cell, csv};
use crate::{
    builder::ItemBuilder,
    format::Program,
    importer::Importer,
    meaning::Meaning,
    syntax::{folder, json::Json, table::Cells},
};

use Meaning::{Field, Folder, FullName, Notes, Title};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv(
    "nordpass_csv",
    "NordPass CSV",
    &Program { id: "nordpass", name: "NordPass" },
    &[Layout {
        required: &[
            "name",
            "url",
            "username",
            "password",
            "note",
            "cardholdername",
            "cardnumber",
            "cvc",
            "expirydate",
        ],
        columns: &[
            ("name", Title),
            ("username", Field(Role::Username)),
            ("password", Field(Role::Password)),
            ("totp", Field(Role::Code)),
            ("url", Meaning::Addresses),
            ("note", Notes),
            ("cardholdername", Field(Role::CardHolder)),
            ("cardnumber", Field(Role::CardNumber)),
            ("cvc", Field(Role::CardVerification)),
            ("pin", Field(Role::CardPin)),
            ("expirydate", Field(Role::CardExpiry)),
            ("full_name", FullName),
            ("phone_number", Field(Role::Phone)),
            ("email", Field(Role::Email)),
            ("city", Field(Role::City)),
            ("zipcode", Field(Role::PostalCode)),
            ("state", Field(Role::Region)),
            ("country", Field(Role::Country)),
            ("folder", Folder("/")),
        ],
        folder_row,
        item_type,
        special,
        ..Layout::BASE
    }],
);

fn folder_row(cells: &Cells) -> Option<String> {
    let only_name = cells.names().all(|name| name.eq_ignore_ascii_case("name") || cells.get(name).is_empty());
    let is_folder = match cells.get("type") {
        "folder" => true,
        _ => only_name,
    };
    // A row of this type that has more is not only a folder.
    let rest_is_empty = cells.names().all(|name| {
        ["name", "type"].iter().any(|of| name.eq_ignore_ascii_case(of)) || cells.get(name).is_empty()
    });
    if is_folder && rest_is_empty { folder::path(cells.get("name")) } else { None }
}

fn item_type(cells: &Cells) -> ItemType {
    match cells.get("type") {
        "password" => ItemType::Login,
        "note" | "document" => ItemType::Note,
        "credit_card" => ItemType::Card,
        "identity" => ItemType::Identity,
        _ if cells.has_any(&["username", "password", "url", "totp"]) => ItemType::Login,
        _ if cells.has_any(&["cardnumber", "cardholdername", "cvc", "expirydate"]) => ItemType::Card,
        _ if cells.has_any(&["full_name", "phone_number", "email", "address1", "city", "country"]) => {
            ItemType::Identity
        }
        _ if cells.has_any(&["note"]) => ItemType::Note,
        _ => ItemType::Login,
    }
}

fn special(item: &mut ItemBuilder<'_, '_>, cells: &mut Cells) {
    let kind = cells.take("type");
    match kind.expose() {
        "password" | "note" | "credit_card" | "identity" => {}
        "document" => {
            item.drop_value(
                "type",
                "The files of a document, and its own fields, are not in an export of NordPass.",
            );
        }
        _ => item.put("type", Meaning::Type, kind),
    }
    let street: Vec<_> = ["address1", "address2"].iter().map(|name| cells.take(name)).collect();
    let lines: Vec<&str> = street.iter().filter(|line| !line.is_empty()).map(|line| line.expose()).collect();
    item.put("address1", Field(Role::Street), SecretText::new(lines.join("\n")));

    let urls = cells.take("additional_urls");
    match cell::json(&urls) {
        Some(Json::List(list)) => {
            item.url("url", cells.take("url"));
            for url in list {
                match url {
                    Json::Text(url) => drop(item.url("additional_urls", url)),
                    other => item.unknown_value("additional_urls", other),
                }
            }
        }
        _ => item.unknown_text("additional_urls", urls),
    }
    let fields = cells.take("custom_fields");
    match cell::json(&fields) {
        Some(Json::List(list)) => {
            for field in list {
                let Json::Object(mut field) = field else {
                    item.unknown_value("custom_fields", field);
                    continue;
                };
                let (label, value) = (field.take_text("label"), field.take_text("value"));
                let hidden = field.take_text("type").expose() != "text";
                let kind = if hidden { FieldKind::Concealed } else { FieldKind::Text };
                item.own_text(label.expose(), kind, value);
                item.unknown_members("custom_fields", field);
            }
        }
        _ => item.unknown_text("custom_fields", fields),
    }
}
