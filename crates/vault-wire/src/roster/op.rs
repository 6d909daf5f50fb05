//! Operations of a roster record and their encoding.

use crate::account::SignedCertificate;
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::invitation::SignedAccept;
use crate::role::MemberRole;
use crate::{AccountId, ItemId, KeyCommitment, Root, SignPublicKey};

/// Length of a vault key sealed under a later one: 32 bytes and 73 of overhead.
pub const BACK_LEN: usize = 105;

/// One change to the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Creates the vault: the vault id is derived from the founder and this nonce.
    Genesis {
        /// 32 random bytes.
        nonce: [u8; 32],
    },
    /// Opens an invitation.
    Invite {
        /// The public key derived from the invitation's secret.
        key: SignPublicKey,
        /// The highest role that the invitee may get; never owner.
        role: MemberRole,
        /// Milliseconds since 1970; an add made later is rejected.
        expires_at: u64,
    },
    /// Withdraws an open invitation.
    Revoke {
        /// The invitation's public key.
        key: SignPublicKey,
    },
    /// Adds a member.
    Add {
        /// The member's identity.
        certificate: Box<SignedCertificate>,
        /// The member's role.
        role: MemberRole,
        /// The accepted invitation; `None` if the author already knew the account.
        accept: Option<Box<SignedAccept>>,
    },
    /// Changes a member's role.
    Role {
        /// The member.
        account: AccountId,
        /// The new role.
        role: MemberRole,
    },
    /// Removes a member.
    Remove {
        /// The member.
        account: AccountId,
    },
    /// Removes the author from the vault.
    Leave,
    /// Begins a key epoch.
    Epoch(EpochOp),
    /// Replaces the author's identity by its next generation.
    Certificate {
        /// The new identity.
        certificate: Box<SignedCertificate>,
    },
    /// Sets how long superseded bodies are kept.
    Policy {
        /// In days; 0 means forever.
        keep_days: u32,
    },
    /// Allows deleting the bodies of an item's older revisions.
    Purge {
        /// The item.
        item_id: ItemId,
        /// Applies to revisions before this log entry.
        before_seq: u64,
    },
    /// Chooses this log over another history of the vault.
    Adopt {
        /// An entry of this log.
        seq: u64,
        /// The root after it.
        root: Root,
    },
    /// States the highest format of later entries.
    Format {
        /// Above the present one.
        format: u32,
    },
    /// Ends the vault: nothing takes effect afterwards.
    Close,
    /// Sets whether the server admits only members who signed in with a second factor.
    Require {
        /// Whether it does.
        second_factor: bool,
    },
}

/// The beginning of a key epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochOp {
    /// Counts from 1.
    pub epoch: u32,
    /// Commitment to the new key.
    pub commitment: KeyCommitment,
    /// The earlier epoch whose key is in `back`; 0 for the first epoch.
    pub back_to: u32,
    /// The earlier epoch's key, sealed under the new one; empty for the first epoch.
    pub back: Vec<u8>,
}

impl Op {
    const GENESIS: u64 = 1;
    const INVITE: u64 = 2;
    const REVOKE: u64 = 3;
    const ADD: u64 = 4;
    const ROLE: u64 = 5;
    const REMOVE: u64 = 6;
    const LEAVE: u64 = 7;
    const EPOCH: u64 = 8;
    const CERTIFICATE: u64 = 9;
    const POLICY: u64 = 10;
    const PURGE: u64 = 11;
    const ADOPT: u64 = 12;
    const FORMAT: u64 = 13;
    const CLOSE: u64 = 14;
    const REQUIRE: u64 = 15;
}

impl Canonical for Op {
    /// The longest is an `add` with an acceptance.
    const MAX_LEN: usize = SignedCertificate::MAX_LEN + SignedAccept::MAX_LEN + 16;

    fn write(&self) -> Array {
        let op = |number| Array::new().uint(number);
        match self {
            Self::Genesis { nonce } => op(Self::GENESIS).bytes(nonce),
            Self::Invite { key, role, expires_at } => {
                op(Self::INVITE).bytes(key.as_bytes()).uint(role.number()).uint(*expires_at)
            }
            Self::Revoke { key } => op(Self::REVOKE).bytes(key.as_bytes()),
            Self::Add { certificate, role, accept } => op(Self::ADD)
                .bytes(&certificate.encode())
                .uint(role.number())
                .bytes_or_null(accept.as_ref().map(|accept| accept.encode()).as_deref()),
            Self::Role { account, role } => op(Self::ROLE).bytes(account.as_bytes()).uint(role.number()),
            Self::Remove { account } => op(Self::REMOVE).bytes(account.as_bytes()),
            Self::Leave => op(Self::LEAVE),
            Self::Epoch(EpochOp { epoch, commitment, back_to, back }) => op(Self::EPOCH)
                .uint((*epoch).into())
                .bytes(commitment.as_bytes())
                .uint((*back_to).into())
                .bytes(back),
            Self::Certificate { certificate } => op(Self::CERTIFICATE).bytes(&certificate.encode()),
            Self::Policy { keep_days } => op(Self::POLICY).uint((*keep_days).into()),
            Self::Purge { item_id, before_seq } => {
                op(Self::PURGE).bytes(item_id.as_bytes()).uint(*before_seq)
            }
            Self::Adopt { seq, root } => op(Self::ADOPT).uint(*seq).bytes(root.as_bytes()),
            Self::Format { format } => op(Self::FORMAT).uint((*format).into()),
            Self::Close => op(Self::CLOSE),
            Self::Require { second_factor } => op(Self::REQUIRE).bool(*second_factor),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = reader.array_up_to(5)?;
        let number = reader.uint()?;
        // Only the number of items is checked here; reading checks their types.
        let of = |expected| if items == expected { Ok(()) } else { Err(DecodeError::Malformed) };
        match number {
            Self::GENESIS => of(2).and_then(|()| Ok(Self::Genesis { nonce: reader.byte_array()? })),
            Self::INVITE => of(4).and_then(|()| {
                Ok(Self::Invite {
                    key: reader.fixed()?,
                    role: MemberRole::read(reader)?,
                    expires_at: reader.uint()?,
                })
            }),
            Self::REVOKE => of(2).and_then(|()| Ok(Self::Revoke { key: reader.fixed()? })),
            Self::ADD => of(4).and_then(|()| {
                Ok(Self::Add {
                    certificate: Box::new(reader.nested()?),
                    role: MemberRole::read(reader)?,
                    accept: if reader.null()? { None } else { Some(Box::new(reader.nested()?)) },
                })
            }),
            Self::ROLE => of(3)
                .and_then(|()| Ok(Self::Role { account: reader.fixed()?, role: MemberRole::read(reader)? })),
            Self::REMOVE => of(2).and_then(|()| Ok(Self::Remove { account: reader.fixed()? })),
            Self::LEAVE => of(1).map(|()| Self::Leave),
            Self::EPOCH => of(5).and_then(|()| {
                Ok(Self::Epoch(EpochOp {
                    epoch: reader.uint32()?,
                    commitment: reader.fixed()?,
                    back_to: reader.uint32()?,
                    back: reader.bytes_up_to(BACK_LEN)?.to_vec(),
                }))
            }),
            Self::CERTIFICATE => {
                of(2).and_then(|()| Ok(Self::Certificate { certificate: Box::new(reader.nested()?) }))
            }
            Self::POLICY => of(2).and_then(|()| Ok(Self::Policy { keep_days: reader.uint32()? })),
            Self::PURGE => {
                of(3).and_then(|()| Ok(Self::Purge { item_id: reader.fixed()?, before_seq: reader.uint()? }))
            }
            Self::ADOPT => {
                of(3).and_then(|()| Ok(Self::Adopt { seq: reader.uint()?, root: reader.fixed()? }))
            }
            Self::FORMAT => of(2).and_then(|()| Ok(Self::Format { format: reader.uint32()? })),
            Self::CLOSE => of(1).map(|()| Self::Close),
            Self::REQUIRE => of(2).and_then(|()| Ok(Self::Require { second_factor: reader.bool()? })),
            other => Err(DecodeError::UnknownKind(other)),
        }
    }
}
