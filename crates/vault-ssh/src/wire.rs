//! The data types of SSH (RFC 4251, section 5), used in the key formats of OpenSSH and PuTTY.

use vault_crypto::SecretBytes;
use zeroize::Zeroizing;

/// Capacity for the largest supported key, so that a secret is not reallocated while it is written.
const ROOM: usize = 16 << 10;

/// Reads values from bytes. Returns `None` if there are too few or the encoding is not canonical.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.u32()?).ok()?;
        self.take(len)
    }

    /// Reads a non-negative number, without leading zeros.
    pub(super) fn number(&mut self) -> Option<&'a [u8]> {
        match self.string()? {
            [0, first, ..] if *first < 0x80 => None,
            [0] => None,
            [0, number @ ..] => Some(number),
            [first, ..] if *first >= 0x80 => None,
            number => Some(number),
        }
    }

    /// Returns the remaining bytes.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Returns whether no bytes remain.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Writes values to a buffer.
pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(super) fn new() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(ROOM)))
    }

    pub(super) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn u32(self, value: u32) -> Self {
        self.raw(&value.to_be_bytes())
    }

    pub(super) fn string(self, bytes: &[u8]) -> Self {
        // All values are far below this length.
        self.u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX)).raw(bytes)
    }

    /// Writes a non-negative number.
    pub(super) fn number(self, bytes: &[u8]) -> Self {
        let bytes = trimmed(bytes);
        match bytes.first() {
            Some(first) if *first >= 0x80 => {
                let len = u32::try_from(bytes.len() + 1).unwrap_or(u32::MAX);
                self.u32(len).raw(&[0]).raw(bytes)
            }
            _ => self.string(bytes),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the bytes, which must not contain a secret.
    pub(super) fn public(self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// Returns the bytes as a secret.
    pub(super) fn secret(mut self) -> SecretBytes {
        SecretBytes::new(std::mem::take(&mut *self.0))
    }
}

/// Returns a number without its leading zeros.
pub(super) fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The non-negative examples of RFC 4251.
    #[test]
    fn only_canonical_numbers_are_read() {
        for (number, written) in [
            (&[][..], &[0, 0, 0, 0][..]),
            (&[0x80], &[0, 0, 0, 2, 0, 0x80]),
            (
                &[0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7],
                &[0, 0, 0, 8, 0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7],
            ),
        ] {
            assert_eq!(Writer::new().number(number).public(), written);
            let mut reader = Reader::new(written);
            assert_eq!(reader.number(), Some(number));
            assert!(reader.is_empty());
        }
        for wrong in [&[0, 0, 0, 1, 0x80][..], &[0, 0, 0, 1, 0], &[0, 0, 0, 2, 0, 1], &[0, 0, 0, 9, 1]] {
            assert_eq!(Reader::new(wrong).number(), None, "{wrong:?}");
        }
    }
}
