//! References from one entry to a field of another: `{REF:P@I:46C9B1FFBD4ABC4BBB260C6190BAD20C}`.
//!
//! The first letter is the field wanted (title, user name, password, address `A`, notes, id), the second the field
//! searched (these, or `O`: any other). They are replaced by the value, since the other entry may change its id.

use std::collections::HashMap;
use std::fmt::Write as _;

use base64ct::{Base64, Encoding};
use vault_engine::item::SecretText;
use zeroize::Zeroizing;

use super::model::{Database, Entry};
use crate::{builder::ImportBuilder, limits, report::Outcome};

const BEGIN: &str = "{REF:";
/// References that lead to one another.
const CHAIN: usize = 8;
/// Bytes that all values together may get.
const GROWTH: usize = 64 << 20;

/// Replaces all references; one that leads nowhere, or to itself, stays as it is, with a remark.
pub(super) fn resolve(database: &mut Database, import: &mut ImportBuilder<'_>) {
    let mut resolver = Resolver::new(&database.entries);
    let mut changes = Vec::new();
    for (place, entry) in database.entries.iter().enumerate() {
        for (at, text) in entry.texts.0.iter().enumerate() {
            if !holds_reference(text.value.expose()) {
                continue;
            }
            let (value, whole) = resolver.replace(text.value.expose(), &[(place, &text.key)]);
            if !whole {
                let position = u32::try_from(place + 1).unwrap_or(u32::MAX);
                let reason = "A reference in this value leads nowhere; it is kept as it is written.";
                import.remark(position, entry.texts.get("Title"), &text.key, Outcome::NotKept, reason);
            }
            if *value != text.value.expose() {
                import.count_dropped("{REF:…}", "References to other entries are replaced by their values.");
                changes.push((place, at, value));
            }
        }
    }
    for (place, at, mut value) in changes {
        let text = database.entries.get_mut(place).and_then(|entry| entry.texts.0.get_mut(at));
        if let Some(text) = text {
            text.value = SecretText::new(std::mem::take(&mut *value));
        }
    }
}

fn holds_reference(text: &str) -> bool {
    text.as_bytes().windows(BEGIN.len()).any(|part| part.eq_ignore_ascii_case(BEGIN.as_bytes()))
}

struct Resolver<'d> {
    entries: &'d [Entry],
    by_id: HashMap<String, usize>,
    searches: usize,
    growth: usize,
}

impl<'d> Resolver<'d> {
    fn new(entries: &'d [Entry]) -> Self {
        let mut by_id = HashMap::new();
        for (place, entry) in entries.iter().enumerate() {
            by_id.entry(hex_id(entry)).or_insert(place);
        }
        Self { entries, by_id, searches: 0, growth: 0 }
    }

    /// Returns a text with its references replaced, and whether all were. `path` leads from the first text to this one.
    fn replace(&mut self, text: &str, path: &[(usize, &str)]) -> (Zeroizing<String>, bool) {
        let mut result = Zeroizing::new(String::new());
        let (mut rest, mut whole) = (text, true);
        while let Some((before, reference, after)) = next_reference(rest) {
            result.push_str(before);
            let value = self.value(reference, path).filter(|value| {
                self.growth += value.len();
                self.growth <= GROWTH && result.len() + value.len() <= limits::item::VALUE
            });
            match value {
                Some(value) => result.push_str(&value),
                None => {
                    whole = false;
                    result.push_str(reference);
                }
            }
            rest = after;
        }
        result.push_str(rest);
        (result, whole)
    }

    fn value(&mut self, reference: &str, path: &[(usize, &str)]) -> Option<Zeroizing<String>> {
        let inner = reference.get(BEGIN.len()..)?.strip_suffix('}')?;
        let (fields, wanted) = inner.split_once(':')?;
        let (field, searched) = fields.split_once('@')?;
        let place = self.find(searched, wanted)?;
        let entry = self.entries.get(place)?;
        let key = key_of(field)?;
        if key == ID {
            return Some(Zeroizing::new(hex_id(entry)));
        }
        if path.len() >= CHAIN || path.contains(&(place, key)) {
            return None;
        }
        let value = entry.texts.get(key);
        if !holds_reference(value) {
            return Some(Zeroizing::new(value.to_owned()));
        }
        let longer: Vec<(usize, &str)> = path.iter().copied().chain([(place, key)]).collect();
        let (value, whole) = self.replace(value, &longer);
        whole.then_some(value)
    }

    fn find(&mut self, searched: &str, wanted: &str) -> Option<usize> {
        if searched.eq_ignore_ascii_case("I") {
            return self.by_id.get(&wanted.trim().to_ascii_uppercase()).copied();
        }
        self.searches += 1;
        if self.searches > limits::REFERENCE_SEARCHES {
            return None;
        }
        let fits = |value: &str| value.eq_ignore_ascii_case(wanted);
        if searched.eq_ignore_ascii_case("O") {
            let built_in =
                |key: &str| ["T", "U", "P", "A", "N"].iter().any(|field| key_of(field) == Some(key));
            let custom = |entry: &Entry| {
                entry.texts.0.iter().any(|text| !built_in(&text.key) && fits(text.value.expose()))
            };
            return self.entries.iter().position(custom);
        }
        let key = key_of(searched)?;
        self.entries.iter().position(|entry| fits(entry.texts.get(key)))
    }
}

/// Stands for the id among the names of fields.
const ID: &str = "\0id";

fn key_of(field: &str) -> Option<&'static str> {
    match field {
        "T" | "t" => Some("Title"),
        "U" | "u" => Some("UserName"),
        "P" | "p" => Some("Password"),
        "A" | "a" => Some("URL"),
        "N" | "n" => Some("Notes"),
        "I" | "i" => Some(ID),
        _ => None,
    }
}

/// Returns what precedes the first reference, the reference, and what follows.
fn next_reference(text: &str) -> Option<(&str, &str, &str)> {
    let begins = |part: &[u8]| part.eq_ignore_ascii_case(BEGIN.as_bytes());
    let begin = text.as_bytes().windows(BEGIN.len()).position(begins)?;
    let end = begin + text.get(begin..)?.find('}')? + 1;
    Some((text.get(..begin)?, text.get(begin..end)?, text.get(end..)?))
}

/// Returns the id of an entry as references write it.
fn hex_id(entry: &Entry) -> String {
    let mut id = String::new();
    for byte in Base64::decode_vec(&entry.id).unwrap_or_default() {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02X}");
    }
    id
}
