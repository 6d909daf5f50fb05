//! Properties of every JSON message.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value};
use vault_wire::message::*;
use vault_wire::*;

use super::samples::*;

/// Returns all members of an object, nested ones included: the pointer to the object, and the name.
fn members(value: &Value, at: &str) -> Vec<(String, String)> {
    let within = |name: &str, value: &Value| members(value, &format!("{at}/{name}"));
    match value {
        Value::Object(object) => {
            let own = object.keys().map(|name| (at.to_owned(), name.clone()));
            own.chain(object.iter().flat_map(|(name, value)| within(name, value))).collect()
        }
        Value::Array(values) => {
            values.iter().enumerate().flat_map(|(index, value)| within(&index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    }
}

fn object_at<'a>(value: &'a mut Value, at: &str) -> &'a mut Map<String, Value> {
    value.pointer_mut(at).unwrap().as_object_mut().unwrap()
}

fn text(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[test]
fn every_message_round_trips() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {{
            let written = <$type>::to_json(&$sample).unwrap();
            let read = <$type>::from_json(&written).unwrap();
            assert_eq!(read.to_json().unwrap(), written, stringify!($name));
        }};
    }
    each_json!(run, run);
}

#[test]
fn members_missing_or_of_another_type_are_rejected() {
    /// The optional members.
    const OPTIONAL: [&str; 18] = [
        "approval_state /request",
        "approval_reply /answer",
        "register_finish /code",
        "audit /events/0/actor",
        "audit /events/0/device",
        "audit /events/0/vault",
        "audit /events/0/address",
        "devices /devices/0/label",
        "devices /devices/1/label",
        "export /devices/0/label",
        "change_login /code",
        "discovery /features",
        "discovery /blob_origins",
        "discovery /recovery/until",
        "problem /vaults",
        "problem /detail",
        "problem /refusal",
        "problem /retry_after",
    ];
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {{
            let value: Value = serde_json::from_slice(&<$type>::to_json(&$sample).unwrap()).unwrap();
            for (at, name) in members(&value, "") {
                let place = format!("{} {at}/{name}", stringify!($name));
                let mut without = value.clone();
                object_at(&mut without, &at).remove(&name);
                let optional = OPTIONAL.contains(&place.as_str());
                assert_eq!(<$type>::from_json(&text(&without)).is_ok(), optional, "{place}");
                for other in
                    [Value::from(-1), Value::from(0.5), Value::from("é\n"), Value::from(vec![vec![0]])]
                {
                    let mut changed = value.clone();
                    object_at(&mut changed, &at).insert(name.clone(), other.clone());
                    let error = <$type>::from_json(&text(&changed)).err();
                    assert_eq!(error, Some(JsonError::Malformed), "{place} as {other}");
                }
            }
        }};
    }
    each_json!(run, run);
}

#[test]
fn unknown_members_are_rejected_in_requests_and_ignored_in_replies() {
    macro_rules! with_more {
        ($type:ty, $sample:expr) => {{
            let value: Value = serde_json::from_slice(&<$type>::to_json(&$sample).unwrap()).unwrap();
            let mut more = value.clone();
            more.as_object_mut().unwrap().insert("extra".into(), Value::from(1));
            (value, <$type>::from_json(&text(&more)))
        }};
    }
    macro_rules! strict {
        ($name:ident: $type:ty = $sample:expr) => {
            assert_eq!(with_more!($type, $sample).1.err(), Some(JsonError::Malformed), stringify!($name))
        };
    }
    macro_rules! lenient {
        ($name:ident: $type:ty = $sample:expr) => {{
            let (value, read) = with_more!($type, $sample);
            // A step has one member, which names it.
            if stringify!($type) == "LoginStep" {
                assert_eq!(read.err(), Some(JsonError::Malformed), stringify!($name));
            } else {
                let again: Value = serde_json::from_slice(&read.unwrap().to_json().unwrap()).unwrap();
                assert_eq!(again, value, stringify!($name));
            }
        }};
    }
    each_json!(strict, lenient);
}

#[test]
fn unknown_nested_members_are_rejected_in_requests_and_ignored_in_replies() {
    /// The costs, since another one makes another key, and the step, which has one member.
    const STRICT: [&str; 5] =
        ["keyset /kdf", "login_params_reply /kdf", "step_factor ", "step_device ", "step_done "];
    macro_rules! nested {
        ($type:ty, $sample:expr, $check:expr) => {{
            let value: Value = serde_json::from_slice(&<$type>::to_json(&$sample).unwrap()).unwrap();
            for (at, _) in members(&value, "") {
                let mut more = value.clone();
                object_at(&mut more, &at).insert("extra".into(), Value::from(1));
                $check(at, <$type>::from_json(&text(&more)).err());
            }
        }};
    }
    macro_rules! strict {
        ($name:ident: $type:ty = $sample:expr) => {
            nested!($type, $sample, |at: String, error| {
                assert_eq!(error, Some(JsonError::Malformed), "{} {at}", stringify!($name));
            })
        };
    }
    macro_rules! lenient {
        ($name:ident: $type:ty = $sample:expr) => {
            nested!($type, $sample, |at: String, error: Option<JsonError>| {
                let place = format!("{} {at}", stringify!($name));
                let strict = STRICT.contains(&place.as_str());
                assert_eq!(error.is_some(), strict, "{place}");
            })
        };
    }
    each_json!(strict, lenient);
}

#[test]
fn text_one_byte_above_its_bound_is_rejected() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {{
            let mut written = <$type>::to_json(&$sample).unwrap();
            written.resize(<$type>::MAX_LEN, b' ');
            assert!(<$type>::from_json(&written).is_ok(), stringify!($name));
            written.push(b' ');
            assert_eq!(<$type>::from_json(&written).err(), Some(JsonError::TooLong), stringify!($name));
        }};
    }
    each_json!(run, run);
}

#[test]
fn repeated_members_and_trailing_text_are_rejected() {
    for text in [
        r#"{"scope":"this","scope":"all"}"#,
        r#"{"scope":"this"} {}"#,
        r#"{"scope":"this"}x"#,
        r#"{"scope":"This"}"#,
        r#"["this"]x"#,
        "",
    ] {
        assert_eq!(Logout::from_json(text.as_bytes()).err(), Some(JsonError::Malformed), "{text}");
    }
    assert!(Logout::from_json(br#"{"scope":"this"}"#).is_ok());
}

#[test]
fn login_step_has_exactly_one_known_kind() {
    for text in [r#"{"device":{"state":"x"},"done":{}}"#, r#"{"later":{"state":"x"}}"#, r#""device""#, "{}"] {
        assert_eq!(LoginStep::from_json(text.as_bytes()).err(), Some(JsonError::Malformed), "{text}");
    }
}

#[test]
fn deep_nesting_is_rejected() {
    let deep = format!("{}{}", "[".repeat(4100), "]".repeat(4100));
    assert_eq!(
        Problem::from_json(format!(r#"{{"extra":{deep}}}"#).as_bytes()).err(),
        Some(JsonError::TooLong)
    );
    let deep = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
    assert_eq!(
        Problem::from_json(format!(r#"{{"extra":{deep}}}"#).as_bytes()).err(),
        Some(JsonError::Malformed)
    );
}

#[test]
fn credentials_never_appear_in_debug_output() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {
            let printed = format!("{:?}", $sample);
            assert!(!printed.contains("canary"), "{}: {printed}", stringify!($name));
        };
    }
    each_json!(run, run);
    let refused = Tokens::from_json(br#"{"access":"canary","access_seconds":"canary"}"#).unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("canary"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, rng_seed: RngSeed::Fixed(0xC0FFE7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn base64_bytes_have_one_encoding(bytes in prop::collection::vec(any::<u8>(), 0..70), changed in any::<(prop::sample::Index, char)>()) {
        type Some70 = Bytes<0, 70>;
        let written = serde_json::to_string(&Some70::new(bytes.clone()).unwrap()).unwrap();
        let read: Some70 = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(read.as_slice(), bytes.as_slice());
        // A changed character is rejected or gives other bytes.
        let mut letters: Vec<char> = written.trim_matches('"').chars().collect();
        if !letters.is_empty() {
            let at = changed.0.index(letters.len());
            let same = letters[at] == changed.1;
            letters[at] = changed.1;
            let other = serde_json::to_string(&letters.into_iter().collect::<String>()).unwrap();
            if let Ok(read) = serde_json::from_str::<Some70>(&other) { prop_assert_eq!(read.as_slice() == bytes.as_slice(), same); }
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in prop::collection::vec(prop::sample::select(vec!["{", "}", "[", "]", ":", ",", "\"", "\"state\"", "\"done\"", "\"code\"", "\\u0000", "1e999", "-1", "null", "true", "é", "18446744073709551616"]), 0..40)) {
        let text = text.concat();
        macro_rules! run {
            ($name:ident: $type:ty = $sample:expr) => {
                prop_assert!(<$type>::from_json(text.as_bytes()).is_err());
            };
        }
        each_json!(run, run);
    }
}
