//! Reads what was sent, by the numbers of the fields in `opentelemetry/proto/trace/v1/trace.proto`.

use std::collections::BTreeMap;

/// A field: its number, and its content.
type Field<'a> = (u64, Content<'a>);

enum Content<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

#[derive(Clone, Debug)]
pub enum Attribute {
    Text(String),
    Number(u64),
    Other,
}

#[derive(Clone, Debug)]
pub struct Span {
    pub name: String,
    /// In nanoseconds since 1970.
    pub begun: u64,
    pub ended: u64,
    pub attributes: BTreeMap<String, Attribute>,
    pub failed: bool,
}

impl Span {
    pub fn has(&self, key: &str) -> bool {
        self.attributes.contains_key(key)
    }

    pub fn text(&self, key: &str) -> &str {
        match &self.attributes[key] {
            Attribute::Text(text) => text,
            other => panic!("{other:?}"),
        }
    }

    pub fn number(&self, key: &str) -> u64 {
        match &self.attributes[key] {
            Attribute::Number(number) => *number,
            other => panic!("{other:?}"),
        }
    }
}

/// The spans of an `ExportTraceServiceRequest`.
pub fn spans(message: &[u8]) -> Vec<Span> {
    let resources = all(message, 1);
    let scopes = resources.iter().flat_map(|resource| all(resource, 2));
    let spans = scopes.flat_map(|scope| all(scope, 2));
    spans.map(span).collect()
}

fn span(bytes: &[u8]) -> Span {
    let number = |of: u64| match fields(bytes).into_iter().find(|(number, _)| *number == of) {
        Some((_, Content::Number(value))) => value,
        _ => panic!("no number {of}"),
    };
    let status = all(bytes, 15);
    let failed = status.iter().any(|status| matches!(fields(status)[..], [(3, Content::Number(2))]));
    let attributes =
        all(bytes, 9).into_iter().map(|pair| (text(all(pair, 1)[0]), attribute(all(pair, 2)[0])));
    Span {
        name: text(all(bytes, 5)[0]),
        begun: number(7),
        ended: number(8),
        attributes: attributes.collect(),
        failed,
    }
}

fn attribute(value: &[u8]) -> Attribute {
    match fields(value)[0] {
        (1, Content::Bytes(bytes)) => Attribute::Text(text(bytes)),
        (3, Content::Number(number)) => Attribute::Number(number),
        _ => Attribute::Other,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The contents of all fields with a number.
fn all(message: &[u8], of: u64) -> Vec<&[u8]> {
    let bytes = fields(message).into_iter().filter_map(|field| match field {
        (number, Content::Bytes(bytes)) if number == of => Some(bytes),
        _ => None,
    });
    bytes.collect()
}

fn fields(mut message: &[u8]) -> Vec<Field<'_>> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let content = match key & 7 {
            0 => Content::Number(varint(&mut message)),
            1 => Content::Number(u64::from_le_bytes(take(&mut message, 8).try_into().unwrap())),
            2 => {
                let length = varint(&mut message);
                Content::Bytes(take(&mut message, usize::try_from(length).unwrap()))
            }
            5 => Content::Number(u32::from_le_bytes(take(&mut message, 4).try_into().unwrap()).into()),
            kind => panic!("wire type {kind}"),
        };
        found.push((key >> 3, content));
    }
    found
}

fn varint(message: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(message, 1)[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}

fn take<'a>(message: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (taken, rest) = message.split_at(length);
    *message = rest;
    taken
}
