//! JSON values in the order of the file, with repeated keys; texts are zeroized on drop.

use std::borrow::Cow;
use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use vault_engine::item::SecretText;
use zeroize::Zeroizing;

use crate::{error::ImportError, limits};

/// A value.
pub(crate) enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, exact up to 64 bits.
    Number(serde_json::Number),
    /// A text.
    Text(SecretText),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Object),
}

/// A value is a list or an object, where a single value is expected.
pub(crate) struct NotScalar;

/// The members of an object; importers take out those that they know, so that unknown ones remain.
#[derive(Default)]
pub(crate) struct Object(Vec<(String, Json)>);

impl Json {
    /// Whether it is `null`, an empty text, or a list or object of such.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) | Self::Number(_) => false,
            Self::Text(text) => text.is_empty(),
            Self::List(values) => values.iter().all(Self::is_blank),
            Self::Object(object) => object.0.iter().all(|(_, value)| value.is_blank()),
        }
    }

    /// Returns a text as it is, the empty text for `null`, and JSON for a list or object.
    pub(crate) fn into_text(self) -> SecretText {
        match self {
            Self::Null => SecretText::new(String::new()),
            Self::Bool(flag) => SecretText::new(flag.to_string()),
            Self::Number(number) => SecretText::new(number.to_string()),
            Self::Text(text) => text,
            // Serializing parsed values to memory cannot fail.
            Self::List(_) | Self::Object(_) => {
                SecretText::new(serde_json::to_string(&self).unwrap_or_default())
            }
        }
    }
}

impl Json {
    /// Returns a whole number, also one that is written as text.
    pub(crate) fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64().or_else(|| {
                // As `1699000000.25` or `1.7e9`.
                let text = number.to_string();
                text.split_once('.').filter(|(_, rest)| !rest.contains(['e', 'E']))?.0.parse().ok()
            }),
            Self::Text(text) => text.expose().trim().parse().ok(),
            _ => None,
        }
    }

    /// Returns a text, number or truth value as text; empty for anything else.
    pub(crate) fn as_text(&self) -> String {
        match self {
            Self::Text(text) => text.expose().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Bool(flag) => flag.to_string(),
            Self::Null | Self::List(_) | Self::Object(_) => String::new(),
        }
    }
}

impl Object {
    /// Adds a member.
    pub(crate) fn put(&mut self, key: &str, value: Json) {
        self.0.push((key.to_owned(), value));
    }

    /// Puts the members of an object in it behind its own.
    pub(crate) fn absorb(&mut self, key: &str) {
        if let Some(Self(inner)) = self.take_object(key) {
            self.0.extend(inner);
        }
    }

    /// Takes a prefix off the keys that have it.
    pub(crate) fn strip_prefix(&mut self, prefix: &str) {
        for (key, _) in &mut self.0 {
            if let Some(rest) = key.strip_prefix(prefix) {
                *key = rest.to_owned();
            }
        }
    }

    /// Whether all members are blank.
    pub(crate) fn is_blank(&self) -> bool {
        self.0.iter().all(|(_, value)| value.is_blank())
    }

    /// Returns all members.
    pub(crate) fn into_all(self) -> Vec<(String, Json)> {
        self.0
    }

    /// Returns a member without taking it out: a text, or a number or truth value as text; `None` for `null`.
    ///
    /// # Errors
    /// Fails if it is a list or an object.
    pub(crate) fn get_scalar(&self, key: &str) -> Result<Option<Cow<'_, str>>, NotScalar> {
        match self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text.expose().into())),
            Some(Json::Number(number)) => Ok(Some(number.to_string().into())),
            Some(Json::Bool(flag)) => Ok(Some(flag.to_string().into())),
            Some(Json::List(_) | Json::Object(_)) => Err(NotScalar),
        }
    }

    /// Takes a member out, or `Null` if there is none. Of a repeated key the first is taken.
    pub(crate) fn take(&mut self, key: &str) -> Json {
        self.take_if(key, |_| true).unwrap_or(Json::Null)
    }

    /// Takes a text, number or truth value out as text, or an empty one. A list or object stays.
    pub(crate) fn take_text(&mut self, key: &str) -> SecretText {
        let scalar = |value: &Json| !matches!(value, Json::List(_) | Json::Object(_));
        self.take_if(key, scalar).unwrap_or(Json::Null).into_text()
    }

    /// Takes a whole number out; anything else stays.
    pub(crate) fn take_number(&mut self, key: &str) -> Option<u64> {
        let Json::Number(number) =
            self.take_if(key, |value| matches!(value, Json::Number(n) if n.is_u64()))?
        else {
            return None;
        };
        number.as_u64()
    }

    /// Takes a truth value out; anything else stays.
    pub(crate) fn take_bool(&mut self, key: &str) -> Option<bool> {
        match self.take_if(key, |value| matches!(value, Json::Bool(_)))? {
            Json::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// Takes an object out; anything else stays.
    pub(crate) fn take_object(&mut self, key: &str) -> Option<Self> {
        match self.take_if(key, |value| matches!(value, Json::Object(_)))? {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Takes a list out, or an empty one; anything else stays.
    pub(crate) fn take_list(&mut self, key: &str) -> Vec<Json> {
        match self.take_if(key, |value| matches!(value, Json::List(_))) {
            Some(Json::List(values)) => values,
            _ => Vec::new(),
        }
    }

    fn take_if(&mut self, key: &str, fits: impl Fn(&Json) -> bool) -> Option<Json> {
        let at = self.0.iter().position(|(name, value)| name == key && fits(value))?;
        Some(self.0.remove(at).1)
    }

    /// Returns the members that were not taken and are not blank.
    pub(crate) fn into_rest(self) -> impl Iterator<Item = (String, Json)> {
        self.0.into_iter().filter(|(_, value)| !value.is_blank())
    }
}

/// Replaces each escape of half a character (an unpaired surrogate, as of an emoji that was cut) by the one of U+FFFD, which is
/// as long. Returns how many there were, with the text if it had to be changed.
pub(crate) fn with_whole_characters(text: &str) -> (u32, Option<Zeroizing<String>>) {
    let mut halves = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('\\')).map(|at| from + at) {
        from = at
            + match (escape(text, at), escape(text, at + ESCAPE)) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * ESCAPE,
                (Some(0xd800..=0xdfff), _) => {
                    halves.push(at);
                    ESCAPE
                }
                (Some(_), _) => ESCAPE,
                // Any other escape is two characters, of which the second may be a backslash.
                (None, _) => 2,
            };
    }
    if halves.is_empty() {
        return (0, None);
    }
    let mut whole = Zeroizing::new(String::with_capacity(text.len()));
    let mut end = 0;
    for at in &halves {
        whole.push_str(text.get(end..*at).unwrap_or_default());
        whole.push_str("\\ufffd");
        end = at + ESCAPE;
    }
    whole.push_str(text.get(end..).unwrap_or_default());
    (u32::try_from(halves.len()).unwrap_or(u32::MAX), Some(whole))
}

/// The length of `\u0000`.
const ESCAPE: usize = 6;

/// Reads the number of the escape `\u0000` at a place, if there is one.
fn escape(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at.checked_add(ESCAPE)?)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
}

/// Fails if a JSON text is nested deeper than [`limits::DEPTH`]; called before it is parsed.
pub(crate) fn check_depth(text: &str) -> Result<(), ImportError> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > limits::DEPTH {
                    return Err(ImportError::TooDeep);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(SecretText::from(text)))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(SecretText::new(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = access.next_element()? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(Object(members)))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => sink.serialize_unit(),
            Self::Bool(flag) => sink.serialize_bool(*flag),
            Self::Number(number) => number.serialize(sink),
            Self::Text(text) => sink.serialize_str(text.expose()),
            Self::List(values) => sink.collect_seq(values),
            Self::Object(Object(members)) => {
                sink.collect_map(members.iter().map(|(key, value)| (key, value)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        match serde_json::from_str(text).unwrap() {
            Json::Object(object) => object,
            _ => panic!("not an object"),
        }
    }

    #[test]
    fn untaken_members_remain_in_order_with_repeated_keys() {
        let mut members = object(r#"{"a":1,"b":"x","a":"again","n":null,"e":[{}],"c":[1,"y"]}"#);
        assert_eq!(members.take_text("a").expose(), "1");
        assert!(members.take_object("b").is_none());
        let rest: Vec<_> =
            members.into_rest().map(|(key, value)| (key, value.into_text().expose().to_owned())).collect();
        let expected = [("b", "x"), ("a", "again"), ("c", r#"[1,"y"]"#)];
        assert_eq!(rest, expected.map(|(key, text)| (key.to_owned(), text.to_owned())));
    }

    #[test]
    fn a_value_of_another_type_is_not_taken() {
        let mut members = object(r#"{"a":[1],"b":1.5,"c":"true"}"#);
        assert!(members.take_text("a").is_empty());
        assert_eq!(members.take_number("b"), None);
        assert_eq!(members.take_bool("c"), None);
        assert_eq!(members.into_rest().count(), 3);
    }

    #[test]
    fn half_a_character_becomes_a_whole_one() {
        let changed = |text: &str| {
            let (count, whole) = with_whole_characters(text);
            assert_eq!(whole.as_ref().map_or(text.len(), |whole| whole.len()), text.len());
            (count, whole.map_or(text.to_owned(), |whole| whole.to_string()))
        };
        for (text, count, read) in [
            (r#""a\ud83d\ude00b""#, 0, "a😀b"),
            (r#""a\ud83db""#, 1, "a\u{fffd}b"),
            (r#""\uDE00\uD83D""#, 2, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00""#, 1, "\u{fffd}😀"),
            (r#""\\ud83d \\\ud83d""#, 1, "\\ud83d \\\u{fffd}"),
            (r#""\u00e4\n\"\ud8""#, 0, ""),
        ] {
            let (found, whole) = changed(text);
            assert_eq!(found, count, "{text}");
            if !read.is_empty() {
                assert_eq!(serde_json::from_str::<String>(&whole).unwrap(), read, "{text}");
            }
        }
    }

    #[test]
    fn depth_counts_only_brackets_outside_of_texts() {
        assert_eq!(check_depth(r#"{"a":"[[[\"[[["}"#), Ok(()));
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert_eq!(check_depth(&nested(limits::DEPTH)), Ok(()));
        assert_eq!(check_depth(&nested(limits::DEPTH + 1)), Err(ImportError::TooDeep));
        let side_by_side = format!("[{}]", vec![nested(60); 100].join(","));
        assert_eq!(check_depth(&side_by_side), Ok(()));
    }
}
