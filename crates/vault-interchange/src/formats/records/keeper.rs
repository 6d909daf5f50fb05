//! Keeper: `{shared_folders, records: [{title, login, password, login_url, notes, custom_fields, folders, $type}]}`. The names of custom
//! fields are `label`, or `$type:label:number`.

use vault_engine::item::{FieldKind, ItemType, Role, SecretText};

use super::layout::{self, Layout, Meaning};
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    report::ParsedFile,
    syntax::{
        date,
        json::{Json, Object},
        raw::{self, Shape},
    },
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "keeper_json",
        name: "Keeper JSON",
        program: &Program { id: "keeper", name: "Keeper" },
        extensions: &["json"],
        secret: Secret::Nothing,
    },
    reader: Reader::Json { recognises, read: |text, _, import| read(text, import) },
};

const LAYOUT: Layout = &[
    ("title", Meaning::Title),
    ("login_url", Meaning::Url),
    ("login", Meaning::Role(Role::Username, "Login")),
    ("password", Meaning::Role(Role::Password, "Password")),
    ("notes", Meaning::Notes),
    ("uid", Meaning::Noise),
    ("schema", Meaning::Noise),
    ("last_modified", Meaning::Changed),
];

/// The types of records that have one of Coffer; all others are logins.
const TYPES: &[(&str, ItemType)] = &[
    ("bankCard", ItemType::Card),
    ("bankAccount", ItemType::BankAccount),
    ("address", ItemType::Identity),
    ("contact", ItemType::Identity),
    ("encryptedNotes", ItemType::Note),
    ("file", ItemType::Note),
    ("sshKeys", ItemType::SshKey),
    ("databaseCredentials", ItemType::Database),
    ("serverCredentials", ItemType::Server),
    ("softwareLicense", ItemType::Licence),
    ("wifiCredentials", ItemType::Wifi),
    ("driverLicense", ItemType::Identity),
    ("passport", ItemType::Identity),
    ("ssnCard", ItemType::Identity),
];

fn recognises(text: &str) -> Result<bool, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Ok(false) };
    let records = members.take_list("records")?;
    Ok(records.iter().any(|raw| raw::members(raw).is_ok_and(|record| record.has(&["title"]))))
}

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Err(ImportError::Damaged) };
    for (position, raw) in (1..).zip(members.take_list("records")?) {
        let Some(mut record) = import.object(position, raw) else { continue };
        let kind = record.take_text("$type");
        let item_type = TYPES.iter().find(|(name, _)| *name == kind.expose());
        let item_type = item_type.map_or(ItemType::Login, |(_, item_type)| *item_type);
        let mut item = layout::start(&mut import, position, item_type, LAYOUT, &mut record);
        if item_type == ItemType::Login && !matches!(kind.expose(), "" | "login" | "general") {
            let reason = "An item of this type is kept as a login with custom fields.";
            item.keep("$type", FieldKind::Text, kind, reason);
        }
        for (name, value) in record.take_object("custom_fields").unwrap_or_default().into_all() {
            custom_field(&mut item, &name, value);
        }
        folders(&mut item, record.take_list("folders"));
        item.unknown_members("", record);
        item.finish()?;
    }
    for mut folder in members.take_list("shared_folders")?.into_iter().filter_map(raw::object) {
        import.add_folder(&path(folder.take_text("path").expose()));
        import.count_dropped(
            "shared_folders",
            "Who may do what in a shared folder has a meaning in Keeper only.",
        );
    }
    for (name, _) in members.into_rest() {
        import.unknown_part(&name);
    }
    Ok(import.finish())
}

/// Returns a path of which backslashes separate the levels; two of them are one of a name.
fn path(text: &str) -> String {
    text.replace('/', " ").replace("\\\\", "\u{0}").replace('\\', "/").replace('\u{0}', "\\")
}

/// Reads the folders of a record: the first is its folder, the others become tags.
fn folders(item: &mut ItemBuilder<'_, '_>, folders: Vec<Json>) {
    for (at, folder) in folders.into_iter().enumerate() {
        let field = format!("folders[{at}]");
        let Json::Object(mut folder) = folder else {
            item.unknown_value(&field, folder);
            continue;
        };
        let levels = ["shared_folder", "folder"].map(|name| path(folder.take_text(name).expose()));
        let levels: Vec<&str> = levels.iter().map(String::as_str).filter(|level| !level.is_empty()).collect();
        let path = levels.join("/");
        if at == 0 {
            item.folder(&field, &path);
        } else {
            item.tag(&field, &path);
        }
        for name in ["can_edit", "can_share"] {
            if !folder.take(name).is_blank() {
                item.count_dropped(
                    "shared_folders",
                    "Who may do what in a shared folder has a meaning in Keeper only.",
                );
            }
        }
        item.unknown_members(&field, folder);
    }
}

fn custom_field(item: &mut ItemBuilder<'_, '_>, name: &str, value: Json) {
    let mut parts = name.strip_prefix('$').unwrap_or_default().split(':');
    let kind = parts.next().unwrap_or_default();
    let label = parts.next().filter(|label| !label.is_empty()).unwrap_or(kind);
    let label = if label.is_empty() || name.starts_with("TFC:") { name } else { label };
    // One value may be a list of one, and equal names are a list of several.
    let values = match value {
        Json::List(values) => values,
        value => vec![value],
    };
    for value in values {
        match (kind, value) {
            ("oneTimeCode", value) => item.code(name, label, value.into_text()),
            (_, value) if name.starts_with("TFC:") => item.code(name, label, value.into_text()),
            ("url", value @ Json::Text(_)) => {
                item.url(name, value.into_text());
            }
            (
                "name" | "address" | "bankAccount" | "paymentCard" | "host" | "keyPair" | "phone",
                Json::Object(parts),
            ) => {
                known_parts(item, name, label, parts);
            }
            ("securityQuestion", Json::Object(mut parts)) => {
                let question = parts.take_text("question");
                item.custom(name, question.expose(), FieldKind::Concealed, parts.take_text("answer"));
                item.unknown_members(name, parts);
            }
            ("date" | "birthDate" | "expirationDate", value) => {
                let day = value.as_i64().and_then(|at| date::day_of_seconds(at / 1000));
                let value = day.map_or_else(|| value.into_text(), SecretText::new);
                let role = (kind == "birthDate").then_some(Role::BirthDate);
                item.role_or_custom(name, role, label, FieldKind::Date, value);
            }
            (_, value @ (Json::Object(_) | Json::List(_))) => item.unknown_value(name, value),
            ("secret" | "pinCode" | "password" | "licenseNumber" | "note", value) => {
                item.role_or_custom(name, None, label, FieldKind::Concealed, value.into_text());
            }
            (_, value) => {
                let role = match kind {
                    "email" => Some(Role::Email),
                    "login" => Some(Role::Username),
                    _ => None,
                };
                item.role_or_custom(name, role, label, FieldKind::Text, value.into_text());
            }
        }
    }
}

/// Reads a value that has parts.
fn known_parts(item: &mut ItemBuilder<'_, '_>, field: &str, label: &str, mut parts: Object) {
    let known = [
        ("first", Role::FirstName),
        ("middle", Role::MiddleName),
        ("last", Role::LastName),
        ("street1", Role::Street),
        ("city", Role::City),
        ("state", Role::Region),
        ("zip", Role::PostalCode),
        ("country", Role::Country),
        ("accountType", Role::AccountType),
        ("accountNumber", Role::AccountNumber),
        ("routingNumber", Role::RoutingNumber),
        ("cardNumber", Role::CardNumber),
        ("cardSecurityCode", Role::CardVerification),
        ("hostName", Role::Host),
        ("port", Role::Port),
        ("publicKey", Role::PublicKey),
        ("privateKey", Role::PrivateKey),
        ("number", Role::Phone),
    ];
    for (name, role) in known {
        let value = parts.take_text(name);
        item.role_or_custom(field, Some(role), &format!("{label} {name}"), FieldKind::Text, value);
    }
    // Such as `04/2028`.
    let expiry = parts.take_text("cardExpirationDate");
    let month = expiry.expose().split_once('/').and_then(|(month, year)| date::month(month, year));
    let expiry = month.map_or(expiry, SecretText::new);
    item.role_or_custom(field, Some(Role::CardExpiry), "Expiration", FieldKind::Text, expiry);
    item.unknown_members(field, parts);
}
