//! The genesis record, which creates a vault.

use crate::account::{Certificate, CertificateError};
use crate::cbor::{Array, Canonical, DecodeError};
use crate::roster::{EpochOp, MemberRole, Op, Record, SignedRecord};
use crate::signature::SignatureError;
use crate::{AccountId, CertificateHash, EntryHash, KeyCommitment, Label, VaultId, history, id::first_16};

impl VaultId {
    /// Derives the id of the vault that this account creates with this nonce.
    #[must_use]
    pub fn of_founder(founder: &AccountId, nonce: &[u8; 32]) -> Self {
        Self::from_bytes(first_16(
            Array::labelled(Label::VAULT).bytes(founder.as_bytes()).bytes(nonce).sha256(),
        ))
    }
}

/// The reason why a record does not create a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// The bytes are not a record.
    #[error("the genesis record is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// The record is not the expected one.
    #[error("the vault was created by another record")]
    OtherRecord,
    /// The contents are not those of a genesis record.
    #[error("the record does not create a vault")]
    Contents,
    /// The vault id does not follow from founder and nonce.
    #[error("the vault's id does not follow from its founder")]
    VaultId,
    /// The founder's certificate is rejected.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The certificate belongs to another account or generation than the author's.
    #[error("the founder's certificate belongs to another account or generation")]
    Founder,
    /// The signature is invalid.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// The initial state of a vault, from its verified genesis record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// The vault.
    pub vault_id: VaultId,
    /// The founder's identity.
    pub certificate: Certificate,
    /// The hash by which the founder's certificate is pinned.
    pub certificate_hash: CertificateHash,
    /// The commitment to the first vault key.
    pub commitment: KeyCommitment,
    /// The hash of the record.
    pub genesis_hash: EntryHash,
}

impl Genesis {
    /// Verifies a genesis record and returns its content. `known` is the vault's genesis hash where an
    /// invitation or the index states it.
    ///
    /// # Errors
    /// If any part of it is invalid.
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
        let first =
            prev.as_bytes() == &[0; 32] && base_seq == 0 && base_root == history::empty_root(&vault_id);
        // The vault id already covers the founder's root, so no root signature is allowed.
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
