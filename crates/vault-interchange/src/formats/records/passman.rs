//! Passman of Nextcloud: a list of `{label, description, username, email, password, url, tags, otp, custom_fields, files, …}`.

use vault_engine::item::{FieldKind, ItemType, Role};

use super::layout::{self, Layout, Meaning};
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    report::ParsedFile,
    syntax::{
        json::Json,
        raw::{self, Shape},
    },
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "passman_json",
        name: "Passman JSON",
        program: &Program { id: "passman", name: "Passman" },
        extensions: &["json"],
        secret: Secret::Nothing,
    },
    reader: Reader::Json { recognises, read: |text, _, import| read(text, import) },
};

const LAYOUT: Layout = &[
    ("label", Meaning::Title),
    ("url", Meaning::Url),
    ("username", Meaning::Role(Role::Username, "Username")),
    ("email", Meaning::Role(Role::Username, "Email")),
    ("password", Meaning::Role(Role::Password, "Password")),
    ("description", Meaning::Notes),
    ("created", Meaning::Created),
    ("changed", Meaning::Changed),
    ("credential_id", Meaning::Noise),
    ("guid", Meaning::Noise),
    ("user_id", Meaning::Noise),
    ("vault_id", Meaning::Noise),
    ("icon", Meaning::Noise),
    ("favicon", Meaning::Noise),
    ("renew_interval", Meaning::Noise),
    ("expire_time", Meaning::Noise),
    ("hidden", Meaning::Noise),
    ("shared_key", Meaning::Noise),
    ("compromised", Meaning::Noise),
    ("tags_raw", Meaning::Noise),
    ("acl", Meaning::Noise),
];

fn recognises(text: &str) -> Result<bool, ImportError> {
    let Shape::List(records) = raw::shape(text)? else { return Ok(false) };
    let is_one = |raw: &&serde_json::value::RawValue| {
        raw::members(raw).is_ok_and(|record| record.has(&["label", "username", "password", "description"]))
    };
    Ok(records.iter().any(is_one))
}

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let Shape::List(records) = raw::shape(text)? else { return Err(ImportError::Damaged) };
    for (position, raw) in (1..).zip(records) {
        let Some(mut record) = import.object(position, raw) else { continue };
        let deleted = record.take("delete_time").as_i64().filter(|at| *at > 0);
        let deleted = deleted.and_then(crate::syntax::date::from_seconds);
        let mut item = layout::start(&mut import, position, ItemType::Login, LAYOUT, &mut record);
        let tags = record.take_list("tags").into_iter().map(|tag| match tag {
            Json::Object(mut tag) => tag.take_text("text"),
            other => other.into_text(),
        });
        let mut tags = tags.filter(|tag| !tag.expose().trim().is_empty());
        if let Some(first) = tags.next() {
            item.folder("tags", first.expose());
        }
        tags.for_each(|tag| item.tag("tags", tag.expose()));
        if let Some(mut otp) = record.take_object("otp") {
            item.code("otp", "One-time code", otp.take_text("secret"));
            let _ = (otp.take("qr_uri"), otp.take("type"), otp.take("label"), otp.take("issuer"));
            item.unknown_members("otp", otp);
        }
        custom_fields(&mut item, record.take_list("custom_fields"));
        if let Some(at) = deleted {
            item.trash(at);
        }
        item.unknown_members("", record);
        item.finish()?;
    }
    Ok(import.finish())
}

fn custom_fields(item: &mut ItemBuilder<'_, '_>, fields: Vec<Json>) {
    for (at, field) in fields.into_iter().enumerate() {
        let path = format!("custom_fields[{at}]");
        let Json::Object(mut field) = field else {
            item.unknown_value(&path, field);
            continue;
        };
        let label = field.take_text("label");
        let is_secret =
            field.take("secret").as_text() == "true" || field.take_text("field_type").expose() == "password";
        let _ = field.take("field_type");
        let kind = if is_secret { FieldKind::Concealed } else { FieldKind::Text };
        item.custom(&path, label.expose(), kind, field.take_text("value"));
        item.unknown_members(&path, field);
    }
}
