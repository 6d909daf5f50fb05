//! Acceptance of invitations: the proof that a joining account possesses an invitation.

use crate::account::SignedCertificate;
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::role::MemberRole;
use crate::signature::SignatureError;
use crate::statement::signed_statement;
use crate::{AccountId, CertificateHash, EntryHash, Label, SignPublicKey, Signature, VaultId};

/// The statement of an account that accepts an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accept {
    /// The vault, by the hash of its genesis record.
    pub genesis_hash: EntryHash,
    /// The invitation, by its public key.
    pub invite: SignPublicKey,
    /// The record that opened the invitation.
    pub invite_record: EntryHash,
    /// The accepted role.
    pub role: MemberRole,
    /// The joining identity.
    pub certificate: CertificateHash,
}

impl Accept {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the message that both the invitation's key and the identity's key sign.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::ACCEPT).bytes(bytes)
    }
}

impl Canonical for Accept {
    const MAX_LEN: usize = 144;

    fn write(&self) -> Array {
        let Self { genesis_hash, invite, invite_record, role, certificate } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(genesis_hash.as_bytes())
            .bytes(invite.as_bytes())
            .bytes(invite_record.as_bytes())
            .uint(role.number())
            .bytes(certificate.as_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            genesis_hash: reader.fixed()?,
            invite: reader.fixed()?,
            invite_record: reader.fixed()?,
            role: MemberRole::read(reader)?,
            certificate: reader.fixed()?,
        })
    }
}

signed_statement! {
    /// An acceptance with both of its signatures.
    SignedAccept of Accept, 140;
    /// Signature by the key derived from the invitation's secret: proves possession of the invitation.
    by_invite;
    /// Signature by the joining identity: proves that the invitation was not redirected.
    by_key;
}

/// The reason for rejecting an acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// The bytes are not an acceptance.
    #[error("the acceptance is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// It names another identity.
    #[error("the acceptance belongs to another account")]
    Certificate,
    /// One of the signatures is invalid.
    #[error("the acceptance is not signed by the invitation and the joining account")]
    Signature(#[from] SignatureError),
}

impl SignedAccept {
    /// Verifies that both the invitation and this identity signed the acceptance. The roster checks whether
    /// the invitation is open.
    ///
    /// # Errors
    /// If it is malformed, names another identity, or a signature is invalid.
    pub fn verify(&self, hash: &CertificateHash, key: &SignPublicKey) -> Result<Accept, AcceptError> {
        let accept = Accept::decode(&self.bytes)?;
        if accept.certificate != *hash {
            return Err(AcceptError::Certificate);
        }
        let message = Accept::message(&self.bytes);
        accept.invite.verify(&message, &self.by_invite)?;
        key.verify(&message, &self.by_key)?;
        Ok(accept)
    }
}

/// The answer to an invitation, sent to the members who may add the joining account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Certificate of the joining identity.
    pub certificate: SignedCertificate,
    /// The accepted invitation.
    pub accept: SignedAccept,
    /// The name of the joining user, sealed for those who have the invitation's secret.
    pub name: Box<[u8; Self::NAME]>,
}

impl Answer {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    /// Length of the sealed name: padded to 256 bytes, and 73 of overhead.
    pub const NAME: usize = 329;
}

impl Canonical for Answer {
    const MAX_LEN: usize = SignedCertificate::MAX_LEN + SignedAccept::MAX_LEN + Self::NAME + 19;

    fn write(&self) -> Array {
        let Self { certificate, accept, name } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(&certificate.encode())
            .bytes(&accept.encode())
            .bytes(name.as_slice())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            certificate: reader.nested()?,
            accept: reader.nested()?,
            name: Box::new(reader.byte_array()?),
        })
    }
}

/// The proof by which an account that holds an invitation may read the vault's log before it is a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitationReading {
    /// The invitation, by its public key.
    pub invite: SignPublicKey,
    /// The account that may read.
    pub account: AccountId,
    /// Signature by the key derived from the invitation's secret.
    pub by_invite: Signature,
}

impl InvitationReading {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the message that the invitation's key signs.
    pub fn message(vault: &VaultId, account: &AccountId) -> Array {
        Array::labelled(Label::INVITE_READ).bytes(vault.as_bytes()).bytes(account.as_bytes())
    }

    /// Verifies the proof of this account for this vault. The caller checks that the invitation is open.
    ///
    /// # Errors
    /// If it is another account's, or the invitation's key did not sign it for this vault.
    pub fn verify(&self, vault: &VaultId, account: &AccountId) -> Result<(), SignatureError> {
        if self.account != *account {
            return Err(SignatureError);
        }
        self.invite.verify(&Self::message(vault, account), &self.by_invite)
    }
}

impl Canonical for InvitationReading {
    const MAX_LEN: usize = 120;

    fn write(&self) -> Array {
        let Self { invite, account, by_invite } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(invite.as_bytes())
            .bytes(account.as_bytes())
            .bytes(by_invite.as_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        reader.version(Self::VERSION)?;
        Ok(Self { invite: reader.fixed()?, account: reader.fixed()?, by_invite: reader.fixed()? })
    }
}
