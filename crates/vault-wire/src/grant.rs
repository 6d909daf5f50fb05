//! Grants: a vault's key of one epoch, wrapped for one member. Grants are stored beside the log. A grant is
//! authenticated by the commitment to the key in the signed record that began the epoch.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::{AccountId, CertificateHash, KeyCommitment, Label, VaultId};

/// The vault, epoch and member that a grant is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantContext {
    /// The vault.
    pub vault_id: VaultId,
    /// The epoch whose key it contains.
    pub epoch: u32,
    /// The member.
    pub recipient: AccountId,
    /// The generation of the member's identity.
    pub generation: u32,
}

impl GrantContext {
    /// Returns the HPKE info: this context, the member's certificate, and the key's commitment.
    pub fn info(&self, certificate: &CertificateHash, commitment: &KeyCommitment) -> Array {
        let Self { vault_id, epoch, recipient, generation } = self;
        Array::labelled(Label::GRANT)
            .bytes(vault_id.as_bytes())
            .uint((*epoch).into())
            .bytes(recipient.as_bytes())
            .uint((*generation).into())
            .bytes(certificate.as_bytes())
            .bytes(commitment.as_bytes())
    }
}

/// A wrapped vault key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The vault, epoch and member.
    pub context: GrantContext,
    /// Encapsulated secret of the X-Wing KEM.
    pub encapsulated: Box<[u8; Self::ENCAPSULATED]>,
    /// The sealed key with its tag.
    pub sealed: [u8; Self::SEALED],
}

impl Grant {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    /// Length of an encapsulated secret.
    pub const ENCAPSULATED: usize = 1120;
    /// Length of a sealed key.
    pub const SEALED: usize = 48;
}

impl Canonical for Grant {
    const MAX_LEN: usize = 1240;

    fn write(&self) -> Array {
        let Self { context: GrantContext { vault_id, epoch, recipient, generation }, encapsulated, sealed } =
            self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(vault_id.as_bytes())
            .uint((*epoch).into())
            .bytes(recipient.as_bytes())
            .uint((*generation).into())
            .bytes(encapsulated.as_slice())
            .bytes(sealed)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(7)?;
        reader.version(Self::VERSION)?;
        let context = GrantContext {
            vault_id: reader.fixed()?,
            epoch: reader.uint32()?,
            recipient: reader.fixed()?,
            generation: reader.uint32()?,
        };
        Ok(Self { context, encapsulated: Box::new(reader.byte_array()?), sealed: reader.byte_array()? })
    }
}
