//! A request and its answer, as they are kept.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::support::Answer;
use crate::support::tap::Sent;

/// Headers of an answer that mean something to a client.
const HEADERS: [&str; 4] = ["content-type", "cache-control", "etag", "retry-after"];

/// Whose answer changes with the server.
const DISCOVERY: &str = "/.well-known/coffer";

/// A body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    Json(Value),
    /// In hexadecimal.
    Bytes(String),
}

/// A request and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    pub method: String,
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Content>,
    /// Pointers into the request to what another run has another value for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_varies: Vec<String>,
    pub status: u16,
    #[serde(default)]
    pub headers: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Content>,
    /// The same into the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answer_varies: Vec<String>,
}

impl Content {
    pub fn new(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        let json = serde_json::from_slice(bytes).ok().filter(Value::is_object);
        Some(json.map_or_else(|| Self::Bytes(hex(bytes)), Self::Json))
    }

    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Bytes(hex) => (0..hex.len() / 2)
                .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
                .collect(),
        }
    }
}

impl Exchange {
    pub fn new(sent: &Sent, answer: &Answer) -> Self {
        let header = |name: &&str| {
            let value = answer.headers.get(*name)?.to_str().unwrap();
            Some(((*name).to_owned(), Value::from(value)))
        };
        Self {
            method: sent.method.to_string(),
            path: sent.path.clone(),
            media_type: sent.media_type.clone(),
            request: Content::new(&sent.body),
            request_varies: Vec::new(),
            status: answer.status.as_u16(),
            headers: HEADERS.iter().filter_map(header).collect(),
            answer: Content::new(&answer.body),
            answer_varies: Vec::new(),
        }
    }

    /// Takes note of what differs in another run.
    pub fn note_differences(&mut self, other: &Self) {
        let what = format!("{} {}", self.method, self.path);
        assert_eq!((&self.path, self.status), (&other.path, other.status), "{what}");
        assert_eq!(self.headers, other.headers, "{what}");
        for (one, other, varies) in [
            (&self.request, &other.request, &mut self.request_varies),
            (&self.answer, &other.answer, &mut self.answer_varies),
        ] {
            match (one, other) {
                (Some(Content::Json(one)), Some(Content::Json(other))) => {
                    for pointer in differences(one, other, "") {
                        if !varies.contains(&pointer) {
                            varies.push(pointer);
                        }
                    }
                }
                // All randomness of messages in CBOR is fixed.
                _ => assert_eq!(one, other, "{what}"),
            }
        }
    }

    /// The request of a run, as it was recorded: what varies is the run's.
    pub fn request_like(&self, live: &[u8]) -> Vec<u8> {
        let Some(Content::Json(recorded)) = &self.request else {
            return self.request.as_ref().map_or_else(Vec::new, Content::bytes);
        };
        let live: Value = serde_json::from_slice(live).unwrap();
        let mut request = recorded.clone();
        for pointer in &self.request_varies {
            let value = live.pointer(pointer).unwrap_or_else(|| panic!("{pointer} of {}", self.path));
            request.pointer_mut(pointer).unwrap().clone_from(value);
        }
        request.to_string().into_bytes()
    }

    /// The answer of a run means what the recorded one did: an object has at least its members, a value that is the same in
    /// each run has not changed, and another one has its type. What a server says of itself, and words for people, may change.
    pub fn assert_answered(&self, now: &Self) {
        let what = format!("{} {}", self.method, self.path);
        assert_eq!((self.status, &self.headers), (now.status, &now.headers), "{what}: {:?}", now.answer);
        match (&self.answer, &now.answer) {
            (Some(Content::Json(recorded)), Some(Content::Json(answer))) => {
                let varies = |at: &str| {
                    self.path == DISCOVERY
                        || self.status >= 400 && at == "/title"
                        || self.answer_varies.iter().any(|pointer| pointer == at)
                };
                assert_means(recorded, answer, "", &varies, &what);
            }
            (recorded, answer) => assert_eq!(recorded, answer, "{what}"),
        }
    }
}

/// Pointers to where two values differ.
fn differences(one: &Value, other: &Value, at: &str) -> Vec<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => one
            .iter()
            .flat_map(|(name, value)| differences(value, &other[name], &format!("{at}/{name}")))
            .collect(),
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs
                .flat_map(|(index, (one, other))| differences(one, other, &format!("{at}/{index}")))
                .collect()
        }
        _ if one == other => Vec::new(),
        _ => {
            assert_eq!(kind(one), kind(other), "{at}");
            assert!(!one.is_object() && !one.is_array(), "{at}: {one} {other}");
            vec![at.to_owned()]
        }
    }
}

fn assert_means(recorded: &Value, answer: &Value, at: &str, varies: &dyn Fn(&str) -> bool, what: &str) {
    assert_eq!(kind(recorded), kind(answer), "{what}: {at}: {recorded} became {answer}");
    match (recorded, answer) {
        (Value::Object(recorded), Value::Object(answer)) => {
            for (name, value) in recorded {
                let now = answer.get(name).unwrap_or_else(|| panic!("{what}: {at}/{name} is missing"));
                assert_means(value, now, &format!("{at}/{name}"), varies, what);
            }
        }
        (Value::Array(recorded), Value::Array(answer)) => {
            assert!(recorded.len() == answer.len() || varies(at), "{what}: {at}");
            for (index, (value, now)) in recorded.iter().zip(answer).enumerate() {
                assert_means(value, now, &format!("{at}/{index}"), varies, what);
            }
        }
        _ if varies(at) => {}
        _ => assert_eq!(recorded, answer, "{what}: {at}"),
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "flag",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
