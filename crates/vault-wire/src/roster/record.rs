//! Roster records: encoding, signatures and hash.

use sha2::{Digest, Sha256};

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::roster::Op;
use crate::{AccountId, EntryHash, Label, Root, Signature, VaultId};

/// A roster record: changes to a vault's members, keys and policies, applied atomically.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The vault.
    pub vault_id: VaultId,
    /// The hash of the record before; 32 zero bytes for the first.
    pub prev: EntryHash,
    /// Number of entries that the author had seen.
    pub base_seq: u64,
    /// The log root after those entries.
    pub base_root: Root,
    /// The author.
    pub author: AccountId,
    /// The generation of the author's identity whose key signs.
    pub generation: u32,
    /// Milliseconds since 1970, by the author's clock.
    pub made_at: u64,
    /// The changes, in order.
    pub ops: Vec<Op>,
}

impl Record {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    /// The maximum number of changes in one record.
    pub const MAX_OPS: u64 = 32;

    /// Returns the message that the author signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::ROSTER).bytes(&Sha256::digest(bytes))
    }

    /// Returns the message that the author's root signs too, where the changes require it.
    pub fn root_message(entry_hash: &EntryHash) -> Array {
        Array::labelled(Label::ROSTER_ROOT).bytes(entry_hash.as_bytes())
    }
}

impl Canonical for Record {
    const MAX_LEN: usize = 64 * 1024;

    fn write(&self) -> Array {
        let ops = self.ops.iter().fold(Array::new(), |ops, op| ops.array(&op.write()));
        Array::new()
            .uint(Self::VERSION)
            .bytes(self.vault_id.as_bytes())
            .bytes(self.prev.as_bytes())
            .uint(self.base_seq)
            .bytes(self.base_root.as_bytes())
            .bytes(self.author.as_bytes())
            .uint(self.generation.into())
            .uint(self.made_at)
            .array(&ops)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(9)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            vault_id: reader.fixed()?,
            prev: reader.fixed()?,
            base_seq: reader.uint()?,
            base_root: reader.fixed()?,
            author: reader.fixed()?,
            generation: reader.uint32()?,
            made_at: reader.uint()?,
            ops: (0..reader.array_up_to(Self::MAX_OPS)?)
                .map(|_| Op::read(reader))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// A roster record with its signatures, as it is stored and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRecord {
    /// The encoded [`Record`].
    pub bytes: Vec<u8>,
    /// Signature by the author's identity.
    pub signature: Signature,
    /// Signature by the author's root, if a change requires it.
    pub root_signature: Option<Signature>,
}

impl SignedRecord {
    /// Returns the hash by which the record enters the log; for the first record, the vault's genesis hash.
    #[must_use]
    pub fn entry_hash(&self) -> EntryHash {
        EntryHash::from_bytes(Array::labelled(Label::ROSTER_ENTRY).bytes(&self.bytes).sha256())
    }

    /// Returns the concatenated signatures, as they are stored and enter the log root: 64 or 128 bytes.
    #[must_use]
    pub fn signatures(&self) -> Vec<u8> {
        let root = self.root_signature.iter().flat_map(|signature| signature.as_bytes());
        self.signature.as_bytes().iter().chain(root).copied().collect()
    }

    /// Assembles a record from its bytes and the output of [`SignedRecord::signatures`].
    ///
    /// # Errors
    /// If the signatures have another length.
    pub fn from_parts(bytes: Vec<u8>, signatures: &[u8]) -> Result<Self, DecodeError> {
        let (signature, rest) = signatures.split_first_chunk::<64>().ok_or(DecodeError::Malformed)?;
        let root_signature = match rest {
            [] => None,
            root => Some(Signature::try_from(root)?),
        };
        Ok(Self { bytes, signature: Signature::from_bytes(*signature), root_signature })
    }
}
