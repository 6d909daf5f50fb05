//! Roster records: who belongs to a vault, in which role, and which key epoch is current.
//!
//! Only record 0, by which a vault is founded, exists so far.

use sha2::{Digest, Sha256};

use crate::account::{Certificate, CertificateError, SignedCertificate};
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::signature::SignatureError;
use crate::{AccountId, EntryHash, KeyCommitment, Label, Root, Signature, VaultId, id::first_16, log};

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberRole {
    /// Everything.
    Owner,
    /// Members below manager, and epochs.
    Manager,
    /// Items.
    Editor,
    /// Reading.
    Viewer,
}

impl MemberRole {
    const fn number(self) -> u64 {
        match self {
            Self::Owner => 1,
            Self::Manager => 2,
            Self::Editor => 3,
            Self::Viewer => 4,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Owner),
            2 => Ok(Self::Manager),
            3 => Ok(Self::Editor),
            4 => Ok(Self::Viewer),
            other => Err(DecodeError::UnknownKind(other)),
        }
    }
}

/// One change to the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Founds the vault: with the founder this nonce gives the vault's id.
    Genesis {
        /// 32 random bytes.
        nonce: [u8; 32],
    },
    /// Adds a member, here without an invitation.
    Add {
        /// The member's identity.
        certificate: SignedCertificate,
        /// The member's role.
        role: MemberRole,
    },
    /// Begins a key epoch.
    Epoch {
        /// Counts from 1.
        epoch: u32,
        /// Pins the new key.
        commitment: KeyCommitment,
        /// The key before, sealed under the new one; empty for the first epoch.
        back: Vec<u8>,
    },
}

impl Op {
    const GENESIS: u64 = 1;
    const ADD: u64 = 4;
    const EPOCH: u64 = 8;
    /// A sealed key: 73 bytes around 32.
    const BACK_MAX: usize = 105;

    fn write(&self) -> Array {
        match self {
            Self::Genesis { nonce } => Array::new().uint(Self::GENESIS).bytes(nonce),
            Self::Add { certificate, role } => Array::new()
                .uint(Self::ADD)
                .bytes(&certificate.encode())
                .uint(role.number())
                .bytes_or_null(None),
            Self::Epoch { epoch, commitment, back } => {
                Array::new().uint(Self::EPOCH).uint((*epoch).into()).bytes(commitment.as_bytes()).bytes(back)
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = reader.array_up_to(4)?;
        match (reader.uint()?, items) {
            (Self::GENESIS, 2) => {
                let nonce = reader.bytes_up_to(32)?.try_into().map_err(|_| DecodeError::Malformed)?;
                Ok(Self::Genesis { nonce })
            }
            (Self::ADD, 4) => {
                let certificate = SignedCertificate::decode(reader.bytes_up_to(SignedCertificate::MAX_LEN)?)?;
                let role = MemberRole::read(reader)?;
                if reader.null()? { Ok(Self::Add { certificate, role }) } else { Err(DecodeError::Malformed) }
            }
            (Self::EPOCH, 4) => Ok(Self::Epoch {
                epoch: reader.uint32()?,
                commitment: reader.fixed()?,
                back: reader.bytes_up_to(Self::BACK_MAX)?.to_vec(),
            }),
            (Self::GENESIS | Self::ADD | Self::EPOCH, _) => Err(DecodeError::Malformed),
            (other, _) => Err(DecodeError::UnknownKind(other)),
        }
    }
}

/// A roster record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The vault.
    pub vault_id: VaultId,
    /// The record before; 32 zero bytes for the first.
    pub prev: EntryHash,
    /// How many entries the author had seen.
    pub base_seq: u64,
    /// The log root after those.
    pub base_root: Root,
    /// Who wrote it.
    pub author: AccountId,
    /// The generation of the author's identity.
    pub generation: u32,
    /// Milliseconds since 1970, by the author's clock.
    pub made_at: u64,
    /// The changes, in order.
    pub ops: Vec<Op>,
}

impl Record {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    /// The most changes one record may carry.
    pub const MAX_OPS: u64 = 16;

    /// What the author signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::ROSTER).bytes(&Sha256::digest(bytes))
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

/// A roster record with its author's signature, as it is stored and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRecord {
    /// The encoded [`Record`].
    pub bytes: Vec<u8>,
    /// By the author.
    pub signature: Signature,
}

impl SignedRecord {
    /// The hash by which it enters the log; of record 0, the vault's genesis hash.
    #[must_use]
    pub fn entry_hash(&self) -> EntryHash {
        EntryHash::from_bytes(Array::labelled(Label::ROSTER_ENTRY).bytes(&self.bytes).sha256())
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

impl VaultId {
    /// Derives the id of the vault that this account founds with this nonce.
    #[must_use]
    pub fn of_founder(founder: &AccountId, nonce: &[u8; 32]) -> Self {
        Self::from_bytes(first_16(
            Array::labelled(Label::VAULT).bytes(founder.as_bytes()).bytes(nonce).sha256(),
        ))
    }
}

/// A vault as its founding record sets it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    /// The vault.
    pub vault_id: VaultId,
    /// The founder's identity.
    pub certificate: Certificate,
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
            Op::Add { certificate, role: MemberRole::Owner },
            Op::Epoch { epoch: 1, commitment, back },
        ] = ops.as_slice()
        else {
            return Err(GenesisError::Contents);
        };
        let first = prev.as_bytes() == &[0; 32] && base_seq == 0 && base_root == log::empty_root(&vault_id);
        if !first || !back.is_empty() {
            return Err(GenesisError::Contents);
        }
        if vault_id != VaultId::of_founder(&author, nonce) {
            return Err(GenesisError::VaultId);
        }
        let certificate = certificate.verify()?;
        if certificate.account_id() != author || certificate.generation != generation {
            return Err(GenesisError::Founder);
        }
        certificate.sign.verify(&Record::message(&signed.bytes), &signed.signature)?;
        Ok(Self { vault_id, certificate, commitment: *commitment, genesis_hash })
    }
}
