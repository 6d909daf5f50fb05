//! Changes whose inner signatures have been checked, so that the rules examine only their meaning.

use std::sync::Arc;

use crate::account::{Certificate, SignedCertificate};
use crate::history::RejectReason;
use crate::invitation::Accept;
use crate::roster::{EpochOp, MemberRole, Op};
use crate::signature::VerifyKey;
use crate::{AccountId, CertificateHash, ItemId, Root, SignPublicKey};

/// A verified identity: a certificate with valid signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedIdentity {
    /// The certificate's content.
    pub certificate: Arc<Certificate>,
    /// The hash by which it is pinned.
    pub hash: CertificateHash,
    /// Its signing key, decompressed.
    pub key: VerifyKey,
}

impl VerifiedIdentity {
    /// Verifies a certificate.
    ///
    /// # Errors
    /// [`RejectReason::Certificate`] if it is invalid.
    pub fn check(signed: &SignedCertificate) -> Result<Self, RejectReason> {
        let certificate = signed.verify().map_err(|_| RejectReason::Certificate)?;
        Self::from_verified(certificate, signed.hash())
    }

    /// Wraps a certificate that has already been verified.
    pub(crate) fn from_verified(
        certificate: Certificate,
        hash: CertificateHash,
    ) -> Result<Self, RejectReason> {
        let key = certificate.sign.check().map_err(|_| RejectReason::Certificate)?;
        Ok(Self { certificate: Arc::new(certificate), hash, key })
    }

    /// Returns the account.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        self.certificate.account_id()
    }
}

/// An [`Op`] whose inner signatures have been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Invite { key: SignPublicKey, role: MemberRole, expires_at: u64 },
    Revoke { key: SignPublicKey },
    Add { identity: VerifiedIdentity, role: MemberRole, accept: Option<Accept> },
    Role { account: AccountId, role: MemberRole },
    Remove { account: AccountId },
    Leave,
    Epoch(EpochOp),
    Certificate { identity: VerifiedIdentity },
    Policy { keep_days: u32 },
    Purge { item_id: ItemId, before_seq: u64 },
    Adopt { seq: u64, root: Root },
    Format { format: u32 },
    Close,
    Require { second_factor: bool },
}

impl Change {
    /// Checks the signatures inside an op.
    pub(crate) fn check(op: &Op) -> Result<Self, RejectReason> {
        Ok(match op {
            Op::Genesis { .. } => return Err(RejectReason::Combination),
            Op::Invite { key, role, expires_at } => {
                Self::Invite { key: *key, role: *role, expires_at: *expires_at }
            }
            Op::Revoke { key } => Self::Revoke { key: *key },
            Op::Add { certificate, role, accept } => {
                let identity = VerifiedIdentity::check(certificate)?;
                let accept = accept
                    .as_ref()
                    .map(|accept| accept.verify(&identity.hash, &identity.certificate.sign))
                    .transpose()
                    .map_err(|_| RejectReason::Invitation)?;
                Self::Add { identity, role: *role, accept }
            }
            Op::Role { account, role } => Self::Role { account: *account, role: *role },
            Op::Remove { account } => Self::Remove { account: *account },
            Op::Leave => Self::Leave,
            Op::Epoch(epoch) => Self::Epoch(epoch.clone()),
            Op::Certificate { certificate } => {
                Self::Certificate { identity: VerifiedIdentity::check(certificate)? }
            }
            Op::Policy { keep_days } => Self::Policy { keep_days: *keep_days },
            Op::Purge { item_id, before_seq } => Self::Purge { item_id: *item_id, before_seq: *before_seq },
            Op::Adopt { seq, root } => Self::Adopt { seq: *seq, root: *root },
            Op::Format { format } => Self::Format { format: *format },
            Op::Close => Self::Close,
            Op::Require { second_factor } => Self::Require { second_factor: *second_factor },
        })
    }
}
