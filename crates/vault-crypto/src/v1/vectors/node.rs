//! Syntax tree of an encoding, for deriving invalid encodings from valid ones.

use vault_wire::cbor::Array;

/// An item of an encoding, or raw bytes in its place.
#[derive(Clone)]
pub(super) enum Node {
    Uint(u64),
    Bytes(Vec<u8>),
    Text(String),
    Bool(bool),
    Null,
    List(Vec<Node>),
    /// Raw bytes, not necessarily a valid item.
    Raw(Vec<u8>),
}

impl Node {
    /// Reads a canonical encoding.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let node = Self::take(&mut rest);
        assert!(rest.is_empty());
        node
    }

    fn take(rest: &mut &[u8]) -> Self {
        let head = rest[0];
        let (argument, len) = match head & 31 {
            short @ 0..=23 => (u64::from(short), 1),
            wide => {
                let len = 1 << (wide - 24);
                (rest[1..=len].iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), 1 + len)
            }
        };
        let size = usize::try_from(argument).unwrap();
        *rest = &rest[len..];
        let mut text = || {
            let (text, after) = rest.split_at(size);
            *rest = after;
            text.to_vec()
        };
        match head >> 5 {
            0 => Self::Uint(argument),
            2 => Self::Bytes(text()),
            3 => Self::Text(String::from_utf8(text()).unwrap()),
            4 => Self::List((0..size).map(|_| Self::take(rest)).collect()),
            7 if head == 0xf6 => Self::Null,
            7 => Self::Bool(head == 0xf5),
            other => panic!("major type {other}"),
        }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        // The encoding of an array of one item, without the array head.
        let one = |array: Array| array.encode().split_off(1);
        match self {
            Self::Uint(value) => one(Array::new().uint(*value)),
            Self::Bytes(bytes) => one(Array::new().bytes(bytes)),
            Self::Text(text) => one(Array::new().text(text)),
            Self::Bool(value) => one(Array::new().bool(*value)),
            Self::Null => one(Array::new().bytes_or_null(None)),
            Self::Raw(bytes) => bytes.clone(),
            Self::List(items) => {
                let mut out = one(Array::new().uint(items.len() as u64));
                out[0] |= 4 << 5;
                out.extend(items.iter().flat_map(Self::encode));
                out
            }
        }
    }

    /// Returns the item at a path of array indices.
    pub(super) fn at(&mut self, path: &[usize]) -> &mut Self {
        path.iter().fold(self, |node, index| match node {
            Self::List(items) => &mut items[*index],
            _ => panic!("no array at {path:?}"),
        })
    }

    pub(super) fn list(&mut self) -> &mut Vec<Self> {
        match self {
            Self::List(items) => items,
            _ => panic!("no array"),
        }
    }

    /// Returns the encoding with another item at a path.
    pub(super) fn with(&self, path: &[usize], item: Self) -> Vec<u8> {
        let mut changed = self.clone();
        *changed.at(path) = item;
        changed.encode()
    }

    /// Returns the encoding without the item at a path.
    pub(super) fn without(&self, path: &[usize]) -> Vec<u8> {
        let mut changed = self.clone();
        let (last, before) = path.split_last().unwrap();
        changed.at(before).list().remove(*last);
        changed.encode()
    }
}

/// Returns the bytes with the lowest bit of one flipped.
pub(super) fn flip(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at] ^= 1;
    changed
}
