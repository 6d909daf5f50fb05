//! A field in a section of an item: `{title, id, value: {<kind>: …}}` in 1PUX, `{t, n, k, v}` in the versions before.

use vault_engine::item::{FieldKind, Role, SecretText};

use super::{
    category::{Category, EXPIRY},
    files::Files,
};
use crate::{
    builder::ItemBuilder,
    syntax::{
        date,
        json::{Json, Object},
    },
};

/// Members that say how 1Password shows a field.
const LAYOUT: [&str; 9] = [
    "indexAtSource",
    "guarded",
    "multiline",
    "dontGenerate",
    "inputTraits",
    "clipboardFilter",
    "placeholder",
    "a",
    "name",
];

/// Reads a field.
pub(super) fn read(
    item: &mut ItemBuilder<'_, '_>,
    category: Option<&Category>,
    path: &str,
    mut field: Object,
    files: &mut Files<'_>,
) {
    for name in LAYOUT {
        if !field.take(name).is_blank() {
            item.count_dropped("inputTraits", "This says how 1Password shows a field.");
        }
    }
    let title = either(&mut field, "title", "t");
    let id = either(&mut field, "id", "n");
    let label = if title.expose().trim().is_empty() { id.expose() } else { title.expose() };
    let label = if label.is_empty() { path } else { label };
    match field.take_object("value") {
        Some(value) => {
            for (kind, value) in value.into_rest() {
                read_value(item, &Place { category, path, id: id.expose(), label }, &kind, value, files);
            }
        }
        None => {
            let kind = field.take_text("k");
            let value = match field.take("v") {
                Json::Null => field.take("value"),
                value => value,
            };
            if !value.is_blank() {
                let place = Place { category, path, id: id.expose(), label };
                read_value(item, &place, kind.expose(), value, files);
            }
        }
    }
    item.unknown_members(path, field);
}

/// Where a value stands in its item.
struct Place<'p> {
    category: Option<&'p Category>,
    path: &'p str,
    id: &'p str,
    label: &'p str,
}

impl Place<'_> {
    fn role(&self) -> Option<Role> {
        self.category.and_then(|category| category.role(self.id))
    }
}

fn read_value(
    item: &mut ItemBuilder<'_, '_>,
    place: &Place<'_>,
    kind: &str,
    value: Json,
    files: &mut Files<'_>,
) {
    let Place { path, label, .. } = place;
    let mut add = |kind, value| item.role_or_custom(path, place.role(), label, kind, value);
    match (kind, value) {
        ("totp", value) => item.code(path, label, value.into_text()),
        ("concealed", value) if place.id.starts_with("TOTP_") => item.code(path, label, value.into_text()),
        ("date", value) => read_date(item, place, &value),
        ("monthYear", value) => read_month(item, place, &value),
        ("address", Json::Object(address)) => read_address(item, place, address),
        ("email", Json::Object(mut email)) => {
            item.role_or_custom(
                path,
                place.role(),
                label,
                FieldKind::Email,
                email.take_text("email_address"),
            );
            item.unknown_members(label, email);
        }
        ("file", Json::Object(mut file)) => add_file(item, path, &mut file, files),
        ("sshKey", Json::Object(key)) => read_ssh_key(item, path, key),
        ("reference", value) => {
            let reason = "A link to another item is kept as the id that the item has in 1Password.";
            item.keep_as(path, label, FieldKind::Text, value.into_text(), reason);
        }
        (_, value @ (Json::Object(_) | Json::List(_))) => item.unknown_value(label, value),
        ("concealed", value) => add(FieldKind::Concealed, value.into_text()),
        ("phone", value) => add(FieldKind::Phone, value.into_text()),
        ("email", value) => add(FieldKind::Email, value.into_text()),
        ("url" | "URL", value) => add(FieldKind::Url, value.into_text()),
        ("string" | "menu" | "gender" | "creditCardType" | "cctype" | "creditCardNumber" | "", value) => {
            add(FieldKind::Text, value.into_text());
        }
        (_, value) => {
            let reason = "A field of this kind is not known; it is kept as a concealed one.";
            item.keep_as(path, label, FieldKind::Concealed, value.into_text(), reason);
        }
    }
}

/// Reads seconds since 1970 as a day.
fn read_date(item: &mut ItemBuilder<'_, '_>, place: &Place<'_>, value: &Json) {
    let Some(seconds) = value.as_i64() else { return keep_text(item, place, value) };
    match date::day_of_seconds(seconds) {
        None if seconds == 0 => {}
        None => keep_text(item, place, value),
        Some(day) if EXPIRY.contains(&place.id) => item.expires(place.path, SecretText::new(day)),
        Some(day) => {
            item.role_or_custom(place.path, place.role(), place.label, FieldKind::Date, SecretText::new(day));
        }
    }
}

/// Reads a number like 202512 as a month.
fn read_month(item: &mut ItemBuilder<'_, '_>, place: &Place<'_>, value: &Json) {
    let Some(number) = value.as_i64() else { return keep_text(item, place, value) };
    match date::month(&(number % 100).to_string(), &(number / 100).to_string()) {
        None if number == 0 => {}
        None => keep_text(item, place, value),
        Some(month) => {
            let month = SecretText::new(month);
            item.role_or_custom(place.path, place.role(), place.label, FieldKind::Month, month);
        }
    }
}

fn keep_text(item: &mut ItemBuilder<'_, '_>, place: &Place<'_>, value: &Json) {
    let text = SecretText::new(value.as_text());
    let reason = "This is not a date; it is kept as a custom field.";
    item.keep_as(place.path, place.label, FieldKind::Text, text, reason);
}

/// Reads an address: the first of an identity is its own, all others are custom fields of several lines.
fn read_address(item: &mut ItemBuilder<'_, '_>, place: &Place<'_>, mut address: Object) {
    let parts = [
        ("street", Role::Street),
        ("zip", Role::PostalCode),
        ("city", Role::City),
        ("state", Role::Region),
        ("country", Role::Country),
    ];
    let parts = parts.map(|(name, role)| (name, role, address.take_text(name)));
    if place.id == "address" && item.is_identity() && !parts.iter().any(|(_, role, _)| item.has(*role)) {
        for (name, role, value) in parts {
            item.built_in(&format!("{}.{name}", place.path), role, value);
        }
    } else {
        let lines: Vec<&str> =
            parts.iter().map(|(.., text)| text.expose()).filter(|line| !line.is_empty()).collect();
        let text = SecretText::new(lines.join("\n"));
        item.role_or_custom(place.path, None, place.label, FieldKind::Text, text);
    }
    item.unknown_members(place.label, address);
}

/// Adds a file: `{fileName, documentId, decryptedSize}`.
pub(super) fn add_file(item: &mut ItemBuilder<'_, '_>, path: &str, file: &mut Object, files: &mut Files<'_>) {
    let (name, id) = (file.take_text("fileName"), file.take_text("documentId"));
    let _ = file.take("decryptedSize");
    files.add(item, path, id.expose(), name.expose());
    item.unknown_members(path, std::mem::take(file));
}

/// Reads an SSH key: `{privateKey, metadata: {privateKey, publicKey, fingerprint, keyType}}`.
fn read_ssh_key(item: &mut ItemBuilder<'_, '_>, path: &str, mut key: Object) {
    let mut metadata = key.take_object("metadata").unwrap_or_default();
    let (outer, inner) = (key.take_text("privateKey"), metadata.take_text("privateKey"));
    // The inner one is OpenSSH where the outer one is PKCS#8; of an old export either may be malformed, so both are kept.
    let (first, second) = if inner.expose().contains("OPENSSH") { (inner, outer) } else { (outer, inner) };
    let add = |item: &mut ItemBuilder<'_, '_>, role, label: &str, kind, text| {
        item.role_or_custom(path, Some(role), label, kind, text);
    };
    let is_same = first.expose().trim() == second.expose().trim();
    add(item, Role::PrivateKey, "private key", FieldKind::SecretLines, first);
    if !is_same {
        let reason = "The same key in another encoding; it is kept as a custom field.";
        item.keep_as(path, "private key", FieldKind::SecretLines, second, reason);
    }
    add(item, Role::PublicKey, "public key", FieldKind::Lines, metadata.take_text("publicKey"));
    add(item, Role::Fingerprint, "fingerprint", FieldKind::Text, metadata.take_text("fingerprint"));
    if !metadata.take("keyType").is_blank() {
        item.count_dropped("keyType", "The key itself says of which type it is.");
    }
    item.unknown_members(path, metadata);
    item.unknown_members(path, key);
}

fn either(field: &mut Object, name: &str, other: &str) -> SecretText {
    let text = field.take_text(name);
    if text.is_empty() { field.take_text(other) } else { text }
}
