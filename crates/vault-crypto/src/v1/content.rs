//! Decoding of the contents of boxes and of the profile's header.

use subtle::ConstantTimeEq;
use vault_wire::cbor::{Array, DecodeError, Reader};
use zeroize::Zeroizing;

use crate::bytes::SecretBytes;
use crate::secret::Secret;
use crate::v1::seal::OpenError;

/// Reads a byte string of exactly `N` bytes; a longer one is [`DecodeError::TooLong`].
pub(super) fn read_array<const N: usize>(reader: &mut Reader<'_>) -> Result<[u8; N], DecodeError> {
    reader.bytes_up_to(N)?.try_into().map_err(|_| DecodeError::Malformed)
}

/// Reads 32 secret bytes from an opened box directly into protected memory.
pub(super) fn read_secret(reader: &mut Reader<'_>) -> Result<Secret<32>, DecodeError> {
    let bytes = reader.bytes_up_to(32)?.try_into().map_err(|_| DecodeError::Malformed)?;
    Ok(Secret::copy_of(bytes))
}

/// Rejects the content of a box that differs from its canonical encoding.
pub(super) fn check_canonical(written: &Array, content: &SecretBytes) -> Result<(), OpenError> {
    let written = Zeroizing::new(written.encode());
    if bool::from(written.as_slice().ct_eq(content.expose())) { Ok(()) } else { Err(OpenError) }
}
