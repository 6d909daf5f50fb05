//! A credential: an object with a type, whose members are texts or fields with a type of their own.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use zeroize::Zeroizing;

/// Returns bytes as the format has them.
pub(super) fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// A credential.
pub(super) struct Credential<'i> {
    pub(super) kind: &'static str,
    pub(super) members: Vec<(&'static str, Member<'i>)>,
}

impl<'i> Credential<'i> {
    pub(super) const fn new(kind: &'static str) -> Self {
        Self { kind, members: Vec::new() }
    }

    pub(super) fn text(&mut self, name: &'static str, value: Text<'i>) {
        self.members.push((name, Member::Text(value)));
    }

    pub(super) fn field(&mut self, name: &'static str, field_type: &'static str, value: Text<'i>) {
        self.members.push((name, Member::Field(Field { field_type, value, label: None })));
    }
}

impl Serialize for Credential<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.members.len() + 1))?;
        map.serialize_entry("type", self.kind)?;
        for (name, member) in &self.members {
            map.serialize_entry(name, member)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Member<'i> {
    Text(Text<'i>),
    Number(u32),
    Field(Field<'i>),
    Fields(Vec<Field<'i>>),
}

/// A value with the type in which other programs show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Field<'i> {
    pub(super) field_type: &'static str,
    pub(super) value: Text<'i>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<String>,
}

/// A value of the item, or one made here.
pub(super) enum Text<'i> {
    Of(&'i str),
    Made(Zeroizing<String>),
}

impl Text<'_> {
    pub(super) fn made(text: impl Into<String>) -> Self {
        Self::Made(Zeroizing::new(text.into()))
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(match self {
            Self::Of(text) => text,
            Self::Made(text) => text,
        })
    }
}
