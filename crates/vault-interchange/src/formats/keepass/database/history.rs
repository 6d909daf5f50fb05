//! Earlier versions of an entry, as earlier values of its fields.

use std::collections::BTreeMap;

use vault_engine::clock::Timestamp;
use vault_engine::item::{PastValue, Role, SecretText};

use super::codes;
use super::model::{Entry, Text, Texts};
use crate::builder::ItemBuilder;

/// The earlier values of each text, by its name, newest first.
pub(super) type Earlier = BTreeMap<String, Vec<PastValue>>;

/// Stands for the one-time code, which several texts make.
const CODE: &str = "\0code";

/// Compares each version with the next one. Must be called before texts of the entry are taken out.
pub(super) fn compare(entry: &mut Entry) -> Earlier {
    let mut earlier = Earlier::new();
    let versions = std::mem::take(&mut entry.history);
    let mut versions = versions.into_iter().map(|version| (version.times.modified, values(version.texts)));
    let mut older = versions.next();
    for newer in versions {
        if let Some((_, values)) = older.take() {
            note(&mut earlier, values, &newer.1, newer.0);
        }
        older = Some(newer);
    }
    if let Some((_, values_before)) = older {
        let current = entry.texts.0.iter().map(|text| Text {
            key: text.key.clone(),
            value: SecretText::from(text.value.expose()),
            protected: text.protected,
        });
        let current = values(Texts(current.collect()));
        note(&mut earlier, values_before, &current, entry.times.modified);
    }
    for values in earlier.values_mut() {
        values.reverse();
    }
    earlier
}

/// The values of a version by name, its code under one name.
fn values(mut texts: Texts) -> BTreeMap<String, SecretText> {
    let of_code = texts.take_all(codes::is_of_code);
    let mut values: BTreeMap<String, SecretText> =
        texts.0.into_iter().map(|text| (text.key, text.value)).collect();
    if let Some(code) = codes::of(of_code) {
        values.insert(CODE.to_owned(), code);
    }
    values
}

/// Adds the values that the newer version does not have.
fn note(
    earlier: &mut Earlier,
    older: BTreeMap<String, SecretText>,
    newer: &BTreeMap<String, SecretText>,
    at: Option<Timestamp>,
) {
    for (key, value) in older {
        let same = newer.get(&key).is_some_and(|now| now.expose() == value.expose());
        if !same && !value.is_empty() {
            let replaced_at = at.unwrap_or(Timestamp::UNKNOWN);
            earlier.entry(key).or_default().push(PastValue { value, replaced_at });
        }
    }
}

/// Adds the earlier values to the fields of an item. Parts of an item that have no earlier values in Coffer get a custom
/// field for them.
pub(super) fn add(item: &mut ItemBuilder<'_, '_>, earlier: Earlier) {
    for (key, past) in earlier {
        match key.as_str() {
            "Password" => item.password_history("Password", past),
            "UserName" => item.field_history("UserName", Some(Role::Username), "", past),
            CODE => item.field_history("otp", Some(Role::Code), "", past),
            "Title" => item.earlier_values("Title", "Earlier titles", past),
            "URL" => item.earlier_values("URL", "Earlier addresses", past),
            "Notes" => item.earlier_values("Notes", "Earlier notes", past),
            label => item.field_history(label, None, label, past),
        }
    }
}
