//! An account's own keys: the root that founds it and the identity that works for it.

mod boxes;
mod identity;
mod keyset;
mod root;

use subtle::ConstantTimeEq;
use vault_wire::cbor::{Array, DecodeError, Reader};
use zeroize::Zeroizing;

pub use boxes::{AccountBoxes, OpenedAccount, check_account};
pub use identity::Identity;
pub use keyset::Keyset;
pub use root::{ReenrolmentParts, RootSigner};

use crate::secret::Secret;
use crate::{OpenError, SecretBytes};

/// Reads 32 secret bytes from an opened box into their own place.
pub(crate) fn read_secret(reader: &mut Reader<'_>) -> Result<Secret<32>, DecodeError> {
    let bytes = reader.bytes_up_to(32)?.try_into().map_err(|_| DecodeError::Malformed)?;
    Ok(Secret::copy_of(bytes))
}

/// Refuses the content of a box that is spelt in another way than it would be written: one value, one encoding.
pub(crate) fn check_spelling(written: &Array, content: &SecretBytes) -> Result<(), OpenError> {
    let written = Zeroizing::new(written.encode());
    if bool::from(written.as_slice().ct_eq(content.expose())) { Ok(()) } else { Err(OpenError) }
}
