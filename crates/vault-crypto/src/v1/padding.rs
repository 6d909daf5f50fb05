//! Padding of item payloads, to hide their length: ISO/IEC 7816-4 to a power of two.

use crate::bytes::SecretBytes;
use crate::v1::seal::OpenError;

/// Minimum padded length.
const MIN_PADDED: usize = 1024;
/// Marker between the payload and the zeros.
const MARK: u8 = 0x80;

/// Returns the padded length of a payload of `len` bytes, including the marker.
fn padded_len(len: usize) -> usize {
    (len + 1).next_power_of_two().max(MIN_PADDED)
}

/// Appends the marker and zeros.
pub(crate) fn pad(payload: &[u8]) -> SecretBytes {
    let padded_len = padded_len(payload.len());
    let mut padded = Vec::with_capacity(padded_len);
    padded.extend_from_slice(payload);
    padded.push(MARK);
    padded.resize(padded_len, 0);
    SecretBytes::new(padded)
}

/// Removes the padding and rejects any that [`pad`] does not produce.
pub(crate) fn unpad(mut padded: SecretBytes) -> Result<SecretBytes, OpenError> {
    let mark = padded.expose().iter().rposition(|&byte| byte != 0).ok_or(OpenError)?;
    if padded.expose().get(mark) != Some(&MARK) || padded.expose().len() != padded_len(mark) {
        return Err(OpenError);
    }
    padded.truncate(mark);
    Ok(padded)
}
