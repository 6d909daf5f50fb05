//! Changed messages in JSON.

use serde_json::{Map, Value, json};

use super::Change;

/// Members that may be left out, by path of the route and pointer.
const OPTIONAL: &[(&str, &str)] = &[
    ("/v1/auth/register/finish", "/code"),
    ("/v1/account/reenrol", "/code"),
    ("/v1/account/login", "/code"),
];

/// Members whose other values are as valid, or count as a guess.
const FREE: &[&str] = &[
    "/login",
    "/account_id",
    "/approval_id",
    "/answer",
    "/code",
    "/label",
    "/request",
    "/ke1",
    "/ke3",
    "/proof",
];

/// All members, nested ones included: the pointer to the object, and the name.
fn members(value: &Value, at: &str) -> Vec<(String, String)> {
    let Value::Object(object) = value else { return Vec::new() };
    let own = object.keys().map(|name| (at.to_owned(), name.clone()));
    let within = |(name, value): (&String, &Value)| members(value, &format!("{at}/{name}"));
    own.chain(object.iter().flat_map(within)).collect()
}

fn object_at<'a>(value: &'a mut Value, at: &str) -> &'a mut Map<String, Value> {
    value.pointer_mut(at).unwrap().as_object_mut().unwrap()
}

/// The message with one object written by hand.
fn with_text(message: &Value, at: &str, text: &str) -> Vec<u8> {
    let mut marked = message.clone();
    *marked.pointer_mut(at).unwrap() = json!("\u{1}here");
    marked.to_string().replace("\"\\u0001here\"", text).into_bytes()
}

/// Every member dropped, of another type, twice, truncated and enlarged; and the whole message.
pub fn changes(path: &str, body: &[u8]) -> Vec<Change> {
    let message: Value = serde_json::from_slice(body).unwrap();
    let mut changes = whole(body);
    for (at, name) in members(&message, "") {
        let pointer = format!("{at}/{name}");
        let value = message.pointer(&pointer).unwrap();
        let with = |new: Value| {
            let mut changed = message.clone();
            object_at(&mut changed, &at).insert(name.clone(), new);
            changed.to_string().into_bytes()
        };
        let mut form = |what: String, body| changes.push(Change::form(format!("{pointer} {what}"), body));
        if !OPTIONAL.contains(&(path, &pointer)) {
            let mut without = message.clone();
            object_at(&mut without, &at).remove(&name);
            form("dropped".to_owned(), without.to_string().into_bytes());
            form("null".to_owned(), with(Value::Null));
        }
        for other in [
            json!(-1),
            json!(0.5),
            json!(1e300),
            json!(true),
            json!({}),
            json!([[0]]),
            json!("é\n"),
            json!(""),
        ] {
            form(format!("as {other}"), with(other));
        }
        let object = message.pointer(&at).unwrap().to_string();
        form("twice".to_owned(), with_text(&message, &at, &format!("{{\"{name}\":{value},{}", &object[1..])));
        form(
            "renamed".to_owned(),
            with_text(&message, &at, &object.replacen(&format!("\"{name}\":"), &format!("\"{name}_\":"), 1)),
        );
        form(
            "beside another".to_owned(),
            with_text(&message, &at, &format!("{{\"other\":1,{}", &object[1..])),
        );
        if let Some(text) = value.as_str() {
            form("enlarged".to_owned(), with(json!(text.repeat(2 + 20_000 / text.len()))));
            form("with another alphabet".to_owned(), with(json!(format!("{} =", &text[..text.len() - 1]))));
            if !FREE.contains(&pointer.as_str()) {
                changes
                    .push(Change::value(format!("{pointer} truncated"), with(json!(text[..text.len() / 2]))));
                changes.push(Change::value(format!("{pointer} doubled"), with(json!(text.repeat(2)))));
                let turned: String = text.chars().rev().collect();
                changes.push(Change::value(format!("{pointer} turned round"), with(json!(turned))));
            }
        } else if value.is_u64() {
            form("too large".to_owned(), with(json!(u64::MAX)));
        }
    }
    changes
}

/// The whole message truncated, continued, and in other forms.
fn whole(body: &[u8]) -> Vec<Change> {
    let cuts = [0, 1, body.len() / 2, body.len() - 1];
    let cut = cuts.iter().map(|end| Change::form(format!("cut at {end}"), body[..*end].to_vec()));
    let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
    let others = [
        ("continued", [body, b"{}"].concat()),
        ("not UTF-8", [&body[..body.len() - 1], b",\"\xff\":1}"].concat()),
        ("in a list", [b"[", body, b"]"].concat()),
        ("deeply nested", deep.into_bytes()),
        ("null", b"null".to_vec()),
        ("after a byte order mark", ["\u{feff}".as_bytes(), body].concat()),
    ];
    cut.chain(others.map(|(what, body)| Change::form(what.to_owned(), body))).collect()
}
