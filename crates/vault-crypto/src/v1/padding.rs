//! Padding of item payloads, so that a sealed length tells little: ISO/IEC 7816-4 to a power of two.

use crate::{OpenError, SecretBytes};

/// The least a payload is padded to.
const MIN_PADDED: usize = 1024;
/// The mark between the payload and the zeros.
const MARK: u8 = 0x80;

/// The length that a payload of `len` bytes is padded to; there is always room for the mark.
fn padded_len(len: usize) -> usize {
    (len + 1).next_power_of_two().max(MIN_PADDED)
}

/// Appends the mark and zeros.
pub(crate) fn pad(payload: &[u8]) -> SecretBytes {
    let padded_len = padded_len(payload.len());
    let mut padded = Vec::with_capacity(padded_len);
    padded.extend_from_slice(payload);
    padded.push(MARK);
    padded.resize(padded_len, 0);
    SecretBytes::new(padded)
}

/// Takes the padding off, and refuses any but the one that [`pad`] makes.
pub(crate) fn unpad(mut padded: SecretBytes) -> Result<SecretBytes, OpenError> {
    let mark = padded.expose().iter().rposition(|&byte| byte != 0).ok_or(OpenError)?;
    if padded.expose().get(mark) != Some(&MARK) || padded.expose().len() != padded_len(mark) {
        return Err(OpenError);
    }
    padded.truncate(mark);
    Ok(padded)
}
