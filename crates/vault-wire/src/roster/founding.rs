//! The record that founds a vault.

use crate::account::{Certificate, CertificateError};
use crate::cbor::{Array, Canonical, DecodeError};
use crate::roster::{EpochOp, MemberRole, Op, Record, SignedRecord};
use crate::signature::SignatureError;
use crate::{AccountId, CertificateHash, EntryHash, KeyCommitment, Label, VaultId, id::first_16, log};

impl VaultId {
    /// Derives the id of the vault that this account founds with this nonce.
    #[must_use]
    pub fn of_founder(founder: &AccountId, nonce: &[u8; 32]) -> Self {
        Self::from_bytes(first_16(
            Array::labelled(Label::VAULT).bytes(founder.as_bytes()).bytes(nonce).sha256(),
        ))
    }
}

/// Why a record does not found a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// The bytes are no record.
    #[error("the founding record is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// It is not the record that was expected.
    #[error("the vault was founded by another record")]
    OtherRecord,
    /// Its contents are not those of a founding record.
    #[error("the record does not found a vault")]
    Contents,
    /// It names another vault than its founder and nonce give.
    #[error("the vault's id does not follow from its founder")]
    VaultId,
    /// The founder's certificate is refused.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The certificate is not the author's.
    #[error("the founder's certificate is another account's or generation's")]
    Founder,
    /// The signature does not hold.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// A vault as its founding record sets it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    /// The vault.
    pub vault_id: VaultId,
    /// The founder's identity.
    pub certificate: Certificate,
    /// The hash by which that certificate is pinned.
    pub certificate_hash: CertificateHash,
    /// Pins the first vault key.
    pub commitment: KeyCommitment,
    /// The hash of the record.
    pub genesis_hash: EntryHash,
}

impl Founding {
    /// Reads a founding record after checking everything it states. `known` is the vault's genesis hash where it is
    /// already known from an invitation or the index.
    ///
    /// # Errors
    /// If any part of it does not hold.
    pub fn verify(signed: &SignedRecord, known: Option<&EntryHash>) -> Result<Self, GenesisError> {
        let genesis_hash = signed.entry_hash();
        if known.is_some_and(|known| *known != genesis_hash) {
            return Err(GenesisError::OtherRecord);
        }
        let Record { vault_id, prev, base_seq, base_root, author, generation, made_at: _, ops } =
            Record::decode(&signed.bytes)?;
        let [
            Op::Genesis { nonce },
            Op::Add { certificate, role: MemberRole::Owner, accept: None },
            Op::Epoch(EpochOp { epoch: 1, commitment, back_to: 0, back }),
        ] = ops.as_slice()
        else {
            return Err(GenesisError::Contents);
        };
        let first = prev.as_bytes() == &[0; 32] && base_seq == 0 && base_root == log::empty_root(&vault_id);
        // The founder is in the vault's id, so the root has nothing to add.
        if !first || !back.is_empty() || signed.root_signature.is_some() {
            return Err(GenesisError::Contents);
        }
        if vault_id != VaultId::of_founder(&author, nonce) {
            return Err(GenesisError::VaultId);
        }
        let certificate_hash = certificate.hash();
        let certificate = certificate.verify()?;
        if certificate.account_id() != author || certificate.generation != generation {
            return Err(GenesisError::Founder);
        }
        certificate.sign.verify(&Record::message(&signed.bytes), &signed.signature)?;
        Ok(Self { vault_id, certificate, certificate_hash, commitment: *commitment, genesis_hash })
    }
}
