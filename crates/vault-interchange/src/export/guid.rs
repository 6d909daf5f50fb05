//! Ids as other programs write them.

use std::fmt::Write as _;

/// Returns 16 bytes as a GUID, in their order.
pub(super) fn guid(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_their_lengths() {
        let bytes = std::array::from_fn(|at| u8::try_from(at * 17).unwrap());
        assert_eq!(guid(&bytes), "00112233-4455-6677-8899-aabbccddeeff");
    }
}
