//! Padding of item payloads and names, to hide their length: ISO/IEC 7816-4 to a power of two.

use vault_wire::cbor::{Array, DecodeError, Reader};
use zeroize::Zeroizing;

use crate::bytes::SecretBytes;
use crate::text::SecretText;
use crate::v1::content::check_canonical;
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

/// Padded length of a name.
const NAME_PADDED: usize = 256;
/// Maximum length of a name in bytes.
const MAX_NAME: usize = 128;
/// Version of a name's content.
const NAME_VERSION: u64 = 1;

/// The name of a device or of a joining user is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name has more than {MAX_NAME} bytes")]
pub struct NameTooLong;

/// Encodes and pads a name, as devices and joining accounts seal it.
///
/// # Errors
/// [`NameTooLong`].
pub(crate) fn pad_name(name: &SecretText) -> Result<SecretBytes, NameTooLong> {
    if name.expose().len() > MAX_NAME {
        return Err(NameTooLong);
    }
    let content = Zeroizing::new(Array::new().uint(NAME_VERSION).text(name.expose()).encode());
    let mut padded = Vec::with_capacity(NAME_PADDED);
    padded.extend_from_slice(&content);
    padded.push(MARK);
    padded.resize(NAME_PADDED, 0);
    Ok(SecretBytes::new(padded))
}

/// Decodes the output of [`pad_name`] and rejects all else.
pub(crate) fn unpad_name(mut padded: SecretBytes) -> Result<SecretText, OpenError> {
    let mark = padded.expose().iter().rposition(|&byte| byte != 0).ok_or(OpenError)?;
    if padded.expose().get(mark) != Some(&MARK) || padded.expose().len() != NAME_PADDED {
        return Err(OpenError);
    }
    padded.truncate(mark);
    let mut reader = Reader::new(padded.expose());
    let read = |reader: &mut Reader<'_>| {
        reader.array(2)?;
        reader.version(NAME_VERSION)?;
        let name = SecretText::new(reader.text_up_to(MAX_NAME)?.to_owned());
        reader.end()?;
        Ok::<_, DecodeError>(name)
    };
    let name = read(&mut reader).map_err(|_| OpenError)?;
    check_canonical(&Array::new().uint(NAME_VERSION).text(name.expose()), &padded)?;
    Ok(name)
}
