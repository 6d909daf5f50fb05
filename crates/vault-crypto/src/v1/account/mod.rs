//! An account's own keys: the root that founds it and the identity that works for it.

mod boxes;
mod identity;
mod keyset;
mod root;

use vault_wire::cbor::{DecodeError, Reader};

pub use boxes::{AccountBoxes, OpenedAccount, check_account};
pub use identity::Identity;
pub use keyset::Keyset;
pub use root::{ReenrolmentParts, RootSigner};

use crate::secret::Secret;

/// Reads 32 secret bytes from an opened box into their own place.
pub(crate) fn read_secret(reader: &mut Reader<'_>) -> Result<Secret<32>, DecodeError> {
    let bytes = reader.bytes_up_to(32)?.try_into().map_err(|_| DecodeError::Malformed)?;
    Ok(Secret::copy_of(bytes))
}
