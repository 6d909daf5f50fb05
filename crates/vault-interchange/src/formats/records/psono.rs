//! Psono: `{folders: [{name, items, folders}], items: [{type, name, <type>_title, …}]}`.

use serde_json::value::RawValue;
use vault_engine::item::{FieldKind, ItemType, Role, SecretText};

use super::layout::{self, Layout, Meaning};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    limits,
    report::ParsedFile,
    syntax::{
        json::{Json, Object},
        raw::{self, Members, Shape},
    },
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "psono_json",
        name: "Psono JSON",
        program: &Program { id: "psono", name: "Psono" },
        extensions: &["json"],
        secret: Secret::Nothing,
    },
    reader: Reader::Json { recognises, read: |text, _, import| read(text, import) },
};

/// The members that items of every type have.
const COMMON: Layout = &[
    ("title", Meaning::Title),
    ("name", Meaning::Title),
    ("url", Meaning::Url),
    ("username", Meaning::Role(Role::Username, "Username")),
    ("email", Meaning::Role(Role::Username, "Email")),
    ("password", Meaning::Role(Role::Password, "Password")),
    ("totp_code_uri", Meaning::Code),
    ("notes", Meaning::Notes),
    ("credit_card_number", Meaning::Role(Role::CardNumber, "Number")),
    ("credit_card_name", Meaning::Role(Role::CardHolder, "Name")),
    ("credit_card_cvc", Meaning::Role(Role::CardVerification, "CVC")),
    ("credit_card_pin", Meaning::Role(Role::CardPin, "PIN")),
    ("key_public", Meaning::Role(Role::PublicKey, "Public key")),
    ("key_private", Meaning::Role(Role::PrivateKey, "Private key")),
    ("public", Meaning::Role(Role::PublicKey, "Public key")),
    ("private", Meaning::Role(Role::PrivateKey, "Private key")),
    ("create_date", Meaning::Created),
    ("write_date", Meaning::Changed),
    ("callback_url", Meaning::Custom("Callback address", FieldKind::Url)),
    ("callback_user", Meaning::Custom("Callback user", FieldKind::Text)),
    ("callback_pass", Meaning::Custom("Callback password", FieldKind::Concealed)),
    ("autosubmit", Meaning::Noise),
    ("auto_submit", Meaning::Noise),
    ("allow_http", Meaning::Noise),
    ("description", Meaning::Noise),
    ("password_hash", Meaning::Noise),
    ("password_sha1", Meaning::Noise),
    ("id", Meaning::Noise),
    ("secret_id", Meaning::Noise),
    ("secret_key", Meaning::Noise),
];

/// Each type with the beginning of the names of its members.
const TYPES: &[(&str, ItemType)] = &[
    ("website_password", ItemType::Login),
    ("application_password", ItemType::Login),
    ("totp", ItemType::OneTimeCode),
    ("note", ItemType::Note),
    ("environment_variables", ItemType::Note),
    ("ssh_own_key", ItemType::SshKey),
    ("mail_gpg_own_key", ItemType::Note),
    ("credit_card", ItemType::Card),
    ("bookmark", ItemType::Login),
    ("elster_certificate", ItemType::Note),
    ("passkey", ItemType::Note),
];

fn recognises(text: &str) -> Result<bool, ImportError> {
    let Shape::Object(members) = raw::shape(text)? else { return Ok(false) };
    Ok(members.has(&["items"]) && has_item(members, 0)?)
}

/// Whether an item has a text as its type and a member that begins with it.
fn has_item(mut folder: Members<'_>, depth: usize) -> Result<bool, ImportError> {
    let is_one = |raw: &RawValue| {
        let members = raw::members(raw).unwrap_or_default();
        let kind = members.text("type");
        let prefix = format!("{kind}_");
        !kind.is_empty() && members.into_all().iter().any(|(name, _)| name.starts_with(&prefix))
    };
    if folder.take_list("items")?.into_iter().any(is_one) {
        return Ok(true);
    }
    for inner in folder.take_list("folders")? {
        if depth < limits::DEPTH && has_item(raw::members(inner)?, depth + 1)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let Shape::Object(members) = raw::shape(text)? else { return Err(ImportError::Damaged) };
    read_folder(&mut import, members, "", &mut 0)?;
    Ok(import.finish())
}

fn read_folder(
    import: &mut ImportBuilder<'_>,
    mut folder: Members<'_>,
    path: &str,
    position: &mut u32,
) -> Result<(), ImportError> {
    if !path.is_empty() {
        import.add_folder(path);
    }
    for raw in folder.take_list("items")? {
        *position += 1;
        read_item(import, *position, raw, path)?;
    }
    for inner in folder.take_list("folders")? {
        let inner = raw::members(inner)?;
        let name = inner.text("name").replace('/', " ");
        let name = if name.trim().is_empty() { "Folder" } else { name.trim() };
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        read_folder(import, inner, &path, position)?;
    }
    for name in ["name", "id", "share_id", "user_permissions", "parent_share_id"] {
        let _ = folder.take(name);
    }
    for (name, _) in folder.into_rest() {
        import.unknown_part(&name);
    }
    Ok(())
}

fn read_item(
    import: &mut ImportBuilder<'_>,
    position: u32,
    raw: &RawValue,
    path: &str,
) -> Result<(), ImportError> {
    let Some(mut record) = import.object(position, raw) else { return Ok(()) };
    let kind = record.take_text("type");
    let known = TYPES.iter().find(|(name, _)| *name == kind.expose());
    // `website_password_url` is `url`; those of cards keep their names, which others have in other meanings.
    let prefix = format!("{}_", kind.expose());
    if kind.expose() != "credit_card" {
        record.strip_prefix(&prefix);
    }
    let item_type = known.map_or(ItemType::Note, |(_, item_type)| *item_type);
    let code = take_code(&mut record, if kind.expose() == "totp" { "" } else { "totp_" });
    let mut item = layout::start(import, position, item_type, COMMON, &mut record);
    if known.is_none() {
        let reason = "An item of this type is not known; it is kept as a note with custom fields.";
        item.keep("type", FieldKind::Text, kind, reason);
    }
    item.code("totp_code", "One-time code", code);
    for name in ["credit_card_title", "credit_card_notes", "credit_card_valid_through"] {
        let text = record.take_text(name);
        match name {
            "credit_card_title" => item.default_title(text.expose()),
            "credit_card_notes" => item.add_notes(name, text),
            // Month and year in four digits.
            _ => {
                let parts = text.expose().split_at_checked(2);
                let month = parts.and_then(|(month, year)| crate::syntax::date::month(month, year));
                let value = month.map_or(text, SecretText::new);
                item.role_or_custom(name, Some(Role::CardExpiry), "Valid through", FieldKind::Text, value);
            }
        }
    }
    for (at, variable) in record.take_list("variables").into_iter().enumerate() {
        let path = format!("variables[{at}]");
        let Json::Object(mut variable) = variable else {
            item.unknown_value(&path, variable);
            continue;
        };
        let label = variable.take_text("key");
        item.custom(&path, label.expose(), FieldKind::Concealed, variable.take_text("value"));
        item.unknown_members(&path, variable);
    }
    let filters = ["urlfilter", "url_filter"].map(|name| record.take_text(name));
    let is_same = filters.first().map(SecretText::expose) == filters.last().map(SecretText::expose);
    for filter in filters.into_iter().skip(usize::from(is_same)) {
        item.role_or_custom("url_filter", None, "URL filter", FieldKind::Text, filter);
    }
    item.folder("folder", path);
    item.unknown_members("", record);
    item.finish()
}

/// Takes the parts of a one-time code out and returns its address.
fn take_code(record: &mut Object, prefix: &str) -> SecretText {
    let mut part = |name: &str| record.take_text(&format!("{prefix}{name}"));
    let (secret, algorithm, digits, period) =
        (part("code"), part("algorithm"), part("digits"), part("period"));
    if secret.is_empty() {
        return secret;
    }
    let mut uri = format!("otpauth://totp/?secret={}", secret.expose());
    for (name, value) in [("algorithm", algorithm), ("digits", digits), ("period", period)] {
        if !value.is_empty() {
            uri.push_str(&format!("&{name}={}", value.expose()));
        }
    }
    SecretText::new(uri)
}
