//! What one device of an account passes on to a new one, sealed.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::grant::Grant;

/// The answer of a device to a new device's request. Only that device can open it, and only with the code's secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalAnswer {
    /// Encapsulation of the key to the new device.
    pub encapsulated: Box<[u8; Grant::ENCAPSULATED]>,
    /// The key, sealed.
    pub key: [u8; Grant::SEALED],
    /// What is handed over, sealed.
    pub sealed: Vec<u8>,
}

impl ApprovalAnswer {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    /// Maximum length of what is handed over.
    pub const MAX_HANDOVER: usize = 16_384;
    /// Bytes that sealing adds.
    const SEAL: usize = 73;
}

impl Canonical for ApprovalAnswer {
    const MAX_LEN: usize = Self::MAX_HANDOVER + Self::SEAL + Grant::ENCAPSULATED + Grant::SEALED + 10;

    fn write(&self) -> Array {
        let Self { encapsulated, key, sealed } = self;
        Array::new().uint(Self::VERSION).bytes(encapsulated.as_slice()).bytes(key).bytes(sealed)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        reader.version(Self::VERSION)?;
        let encapsulated = Box::new(reader.byte_array()?);
        let key = reader.byte_array()?;
        let sealed = reader.bytes_up_to(Self::MAX_HANDOVER + Self::SEAL)?.to_vec();
        if sealed.len() < Self::SEAL {
            return Err(DecodeError::Malformed);
        }
        Ok(Self { encapsulated, key, sealed })
    }
}
