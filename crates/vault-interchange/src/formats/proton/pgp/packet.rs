//! Packets, and the armour around them.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::error::ImportError;

const DAMAGED: ImportError = ImportError::Damaged;

/// A packet; its parts are put together.
pub(super) struct Packet {
    /// What it is.
    pub(super) tag: u8,
    /// Its content.
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// Reads packets from front to back, up to the first that is damaged.
pub(super) struct Packets<'b>(Option<&'b [u8]>);

impl<'b> Packets<'b> {
    /// Starts at the beginning.
    pub(super) const fn of(bytes: &'b [u8]) -> Self {
        Self(Some(bytes))
    }

    fn read(bytes: &'b [u8]) -> Option<(Packet, &'b [u8])> {
        let (first, mut rest) = bytes.split_first()?;
        let mut body = Zeroizing::new(Vec::new());
        if first & 0x80 == 0 {
            return None;
        }
        if first & 0x40 != 0 {
            loop {
                let (length, is_part, after) = length(rest)?;
                let (part, after) = after.split_at_checked(length)?;
                body.extend_from_slice(part);
                rest = after;
                if !is_part {
                    return Some((Packet { tag: first & 0x3f, body }, rest));
                }
            }
        }
        let (length, after) = match first & 3 {
            0 => (usize::from(*rest.first()?), rest.get(1..)?),
            1 => (number(rest.get(..2)?), rest.get(2..)?),
            2 => (number(rest.get(..4)?), rest.get(4..)?),
            _ => (rest.len(), rest),
        };
        let (content, after) = after.split_at_checked(length)?;
        body.extend_from_slice(content);
        Some((Packet { tag: first >> 2 & 0xf, body }, after))
    }
}

impl Iterator for Packets<'_> {
    type Item = Result<Packet, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.0.take().filter(|bytes| !bytes.is_empty())?;
        let read = Self::read(bytes);
        self.0 = read.as_ref().map(|(_, rest)| *rest);
        Some(read.map(|(packet, _)| packet).ok_or(DAMAGED))
    }
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// Reads a length of the new form: whether it is that of a part, and what is behind it.
fn length(bytes: &[u8]) -> Option<(usize, bool, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    Some(match first {
        0..=191 => (usize::from(*first), false, rest),
        192..=223 => {
            let (second, rest) = rest.split_first()?;
            ((usize::from(*first) - 192) * 256 + usize::from(*second) + 192, false, rest)
        }
        224..=254 => (1 << (first & 0x1f), true, rest),
        255 => (number(rest.get(..4)?), false, rest.get(4..)?),
    })
}

/// Takes the armour off: a first line, headers, an empty line, base64, a checksum, a last line.
pub(super) fn without_armour(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines = text.lines().map(str::trim).skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    let mut body = Zeroizing::new(String::new());
    let mut in_headers = true;
    for line in lines.by_ref() {
        if in_headers && (line.is_empty() || line.contains(": ")) {
            in_headers = !line.is_empty();
            continue;
        }
        in_headers = false;
        if line.starts_with('=') || line.starts_with('-') {
            break;
        }
        body.push_str(line);
    }
    Base64::decode_vec(&body).ok().map(Zeroizing::new)
}
