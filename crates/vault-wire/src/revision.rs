//! Item revisions: the public part of a change to an item.

use sha2::{Digest, Sha256};

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::signature::{SignatureError, VerifyKey};
use crate::{
    AccountId, BlobId, BodyHash, CtRoot, ItemId, Label, RevHash, Root, SignPublicKey, Signature, VaultId,
};

/// The effect of a revision on its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevisionKind {
    /// Sets the item's content.
    Put,
    /// Deletes the item.
    Tombstone,
}

/// A reference to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobRef {
    /// Id of the sealed stream.
    pub blob_id: BlobId,
    /// Length of the sealed stream in bytes.
    pub ct_size: u64,
    /// Hash over its chunks.
    pub ct_root: CtRoot,
}

/// The header of a revision: signed but not sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionHeader {
    /// The vault.
    pub vault_id: VaultId,
    /// The item.
    pub item_id: ItemId,
    /// The effect on the item.
    pub kind: RevisionKind,
    /// The revision that this one replaces; `None` for the item's first.
    pub parent: Option<RevHash>,
    /// The author.
    pub author: AccountId,
    /// The generation of the author's identity.
    pub generation: u32,
    /// The epoch whose key seals the body.
    pub epoch: u32,
    /// Number of entries that the author had seen.
    pub base_seq: u64,
    /// The log root after those entries.
    pub base_root: Root,
    /// The documents that the body refers to.
    pub blobs: Vec<BlobRef>,
}

impl RevisionHeader {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    /// Maximum number of documents in one revision.
    pub const MAX_BLOBS: u64 = 1024;

    /// Returns the message that the author signs.
    pub fn message(header: &[u8], body_hash: &BodyHash) -> Array {
        Array::labelled(Label::REVISION).bytes(&Sha256::digest(header)).bytes(body_hash.as_bytes())
    }
}

impl Canonical for RevisionHeader {
    const MAX_LEN: usize = 64 * 1024 + 512;

    fn write(&self) -> Array {
        let blobs = self.blobs.iter().fold(Array::new(), |blobs, blob| {
            let BlobRef { blob_id, ct_size, ct_root } = blob;
            blobs.array(&Array::new().bytes(blob_id.as_bytes()).uint(*ct_size).bytes(ct_root.as_bytes()))
        });
        Array::new()
            .uint(Self::VERSION)
            .bytes(self.vault_id.as_bytes())
            .bytes(self.item_id.as_bytes())
            .uint(match self.kind {
                RevisionKind::Put => 1,
                RevisionKind::Tombstone => 2,
            })
            .bytes_or_null(self.parent.as_ref().map(|parent| parent.as_bytes().as_slice()))
            .bytes(self.author.as_bytes())
            .uint(self.generation.into())
            .uint(self.epoch.into())
            .uint(self.base_seq)
            .bytes(self.base_root.as_bytes())
            .array(&blobs)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(11)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            vault_id: reader.fixed()?,
            item_id: reader.fixed()?,
            kind: match reader.uint()? {
                1 => RevisionKind::Put,
                2 => RevisionKind::Tombstone,
                other => return Err(DecodeError::UnknownKind(other)),
            },
            parent: reader.fixed_or_null()?,
            author: reader.fixed()?,
            generation: reader.uint32()?,
            epoch: reader.uint32()?,
            base_seq: reader.uint()?,
            base_root: reader.fixed()?,
            blobs: (0..reader.array_up_to(Self::MAX_BLOBS)?)
                .map(|_| {
                    reader.array(3)?;
                    Ok(BlobRef {
                        blob_id: reader.fixed()?,
                        ct_size: reader.uint()?,
                        ct_root: reader.fixed()?,
                    })
                })
                .collect::<Result<_, DecodeError>>()?,
        })
    }
}

/// A revision without its body. It is kept forever: the body may be deleted, its hash remains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRevision {
    /// The encoded [`RevisionHeader`].
    pub header: Vec<u8>,
    /// Hash of the sealed body.
    pub body_hash: BodyHash,
    /// Signature by the author.
    pub signature: Signature,
}

/// The reason for rejecting a revision regardless of the state of its vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevisionError {
    /// The bytes are not a header.
    #[error("the revision's header is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// The signature is invalid.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl SignedRevision {
    /// Returns the revision's hash, by which it also enters the log.
    #[must_use]
    pub fn hash(&self) -> RevHash {
        let parts = Array::labelled(Label::REV).bytes(&self.header).bytes(self.body_hash.as_bytes());
        RevHash::from_bytes(parts.sha256())
    }

    /// Verifies the author's signature and returns the header.
    ///
    /// # Errors
    /// If the header is malformed or the signature is invalid.
    pub fn verify(&self, author: &SignPublicKey) -> Result<RevisionHeader, RevisionError> {
        let header = RevisionHeader::decode(&self.header)?;
        self.verify_signature(&author.check()?)?;
        Ok(header)
    }

    /// Verifies the author's signature.
    ///
    /// # Errors
    /// If the signature is invalid.
    pub fn verify_signature(&self, author: &VerifyKey) -> Result<(), SignatureError> {
        author.verify(&RevisionHeader::message(&self.header, &self.body_hash), &self.signature)
    }
}

impl BodyHash {
    /// Hashes a sealed body.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        Self::from_bytes(Sha256::digest(body).into())
    }
}
