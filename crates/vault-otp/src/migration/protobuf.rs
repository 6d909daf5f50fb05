//! The part of the Protocol Buffers wire format that the message needs.

use zeroize::Zeroizing;

/// The value of a field.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A varint.
    Number(u64),
    /// Bytes, a string or a message.
    Bytes(&'a [u8]),
    /// Four or eight bytes, unused in this message.
    Fixed,
}

/// Iterates over the fields of a message with their numbers. Malformed bytes return one `None` item and end the
/// iteration.
pub(super) struct Fields<'a>(Option<&'a [u8]>);

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self(Some(message))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Value<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.take()?;
        if rest.is_empty() {
            return None;
        }
        Some(field(rest).map(|(number, value, rest)| {
            self.0 = Some(rest);
            (number, value)
        }))
    }
}

fn field(bytes: &[u8]) -> Option<(u64, Value<'_>, &[u8])> {
    let (tag, rest) = number(bytes)?;
    let (value, rest) = match tag & 7 {
        0 => number(rest).map(|(number, rest)| (Value::Number(number), rest))?,
        1 => (Value::Fixed, rest.get(8..)?),
        2 => {
            let (length, rest) = number(rest)?;
            let (bytes, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            (Value::Bytes(bytes), rest)
        }
        5 => (Value::Fixed, rest.get(4..)?),
        _ => return None,
    };
    (tag >> 3 > 0).then_some((tag >> 3, value, rest))
}

/// Reads a varint: seven bits per byte, lowest first, at most ten bytes.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (place, byte) in bytes.iter().enumerate().take(10) {
        let seven = u64::from(byte & 0x7f);
        if place == 9 && seven > 1 {
            return None;
        }
        number |= seven << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(place + 1..)?));
        }
    }
    None
}

/// Appends a number field, unless it is 0, the default.
pub(super) fn put_number(message: &mut Zeroizing<Vec<u8>>, field: u8, number: u64) {
    if number > 0 {
        message.push(field << 3);
        put(message, number);
    }
}

/// Appends a bytes field, unless it is empty.
pub(super) fn put_bytes(message: &mut Zeroizing<Vec<u8>>, field: u8, bytes: &[u8]) {
    if !bytes.is_empty() {
        message.push(field << 3 | 2);
        put(message, bytes.len() as u64);
        message.extend_from_slice(bytes);
    }
}

fn put(message: &mut Vec<u8>, mut number: u64) {
    let seven = |number: u64| u8::try_from(number & 0x7f).unwrap_or_default();
    while number > 0x7f {
        message.push(seven(number) | 0x80);
        number >>= 7;
    }
    message.push(seven(number));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_round_trip() {
        for n in [1, 127, 128, 300, 1 << 35, u64::MAX] {
            let mut message = Zeroizing::new(Vec::new());
            put_number(&mut message, 7, n);
            assert_eq!(Fields::of(&message).collect::<Vec<_>>(), [Some((7, Value::Number(n)))]);
        }
    }

    #[test]
    fn a_malformed_message_ends_with_one_error() {
        let broken: [&[u8]; 9] = [
            &[0x08],
            &[0x80],
            &[0x00, 0x01],
            &[0x0a, 0x02, 0x00],
            &[0x0b],
            &[0x0f],
            &[0x0d, 0, 0, 0],
            &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
        ];
        for bytes in broken {
            assert_eq!(Fields::of(bytes).collect::<Vec<_>>(), [None], "{bytes:x?}");
        }
        let passed_over = [0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x0d, 1, 2, 3, 4];
        assert_eq!(Fields::of(&passed_over).flatten().count(), 2);
    }
}
