//! Invitations: the secret, the link that contains it, and its acceptance.

use rand_core::CryptoRng;
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::invitation::{Accept, Answer, InvitationReading, SignedAccept};
use vault_wire::log::LogVerifier;
use vault_wire::roster::{MemberRole, Op};
use vault_wire::{AccountId, CertificateHash, EntryHash, Label, Root, SignPublicKey, VaultId};
use zeroize::Zeroizing;

use crate::secret::{Secret, random_key, secret_key};
use crate::text::SecretText;
use crate::v1::account::Identity;
use crate::v1::derive::derive;
use crate::v1::link::{self, Kind, LinkError};
use crate::v1::padding::{NameTooLong, pad_name, unpad_name};
use crate::v1::seal::{OpenError, open, seal};
use crate::v1::sign::SignKey;

secret_key!(
    /// The secret of an invitation; its holder may join.
    InviteSecret, 16
);
random_key!(InviteSecret);

impl InviteSecret {
    /// Returns the public key that identifies the invitation in the roster.
    #[must_use]
    pub fn public(&self) -> SignPublicKey {
        *self.derive_sign_key().public()
    }

    /// Returns the roster operation that opens the invitation.
    #[must_use]
    pub fn invite_op(&self, role: MemberRole, expires_at: u64) -> Op {
        Op::Invite { key: self.public(), role, expires_at }
    }

    /// Lets an account read the vault's log while the invitation is open, before it is a member.
    #[must_use]
    pub fn reading(&self, vault: &VaultId, account: AccountId) -> InvitationReading {
        let key = self.derive_sign_key();
        let by_invite = key.sign(&InvitationReading::message(vault, &account));
        InvitationReading { invite: *key.public(), account, by_invite }
    }

    /// Opens the name in an answer to the invitation.
    ///
    /// # Errors
    /// If it was sealed for another vault, invitation or certificate, or is no name.
    pub fn open_name(&self, genesis_hash: &EntryHash, answer: &Answer) -> Result<SecretText, OpenError> {
        let context = name_context(genesis_hash, &answer.certificate.hash());
        unpad_name(open(self.name_key().expose(), &context, answer.name.as_slice())?)
    }

    fn seal_name(
        &self,
        genesis_hash: &EntryHash,
        certificate: &CertificateHash,
        name: &SecretText,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, NameTooLong> {
        let context = name_context(genesis_hash, certificate);
        Ok(seal(self.name_key().expose(), &context, pad_name(name)?.expose(), rng))
    }

    fn name_key(&self) -> Secret<32> {
        derive(&[], self.expose_bytes(), &Array::labelled(Label::INVITE_NAME))
    }

    fn derive_sign_key(&self) -> SignKey {
        SignKey::from_seed(derive(&[], self.expose_bytes(), &Array::labelled(Label::INVITE_SIGN)))
    }
}

fn name_context(genesis_hash: &EntryHash, certificate: &CertificateHash) -> Array {
    Array::labelled(Label::INVITE_NAME).bytes(genesis_hash.as_bytes()).bytes(certificate.as_bytes())
}

/// An invitation link, passed from person to person and never through the server.
pub struct InviteLink {
    /// The server's address; empty for none.
    pub server: String,
    /// The vault.
    pub vault_id: VaultId,
    /// Hash of its genesis record.
    pub genesis_hash: EntryHash,
    /// The inviting account.
    pub inviter: AccountId,
    /// Number of entries of the inviter's log.
    pub seq: u64,
    /// Root after those entries; the joining account's log must have it too.
    pub root: Root,
    /// The secret.
    pub secret: InviteSecret,
}

crate::secret::assert_opaque!(InviteLink);

/// The reason why an invitation cannot be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// The server's log is not the one that the inviter had.
    #[error("the server shows another vault or history than the invitation names")]
    OtherLog,
    /// The invitation is not in the roster, was used or withdrawn, or was opened by another account than the
    /// inviter.
    #[error("the invitation is not open")]
    NotOpen,
    /// The invitation has expired.
    #[error("the invitation has expired")]
    Expired,
    /// The name has more than 128 bytes.
    #[error("the name is too long")]
    Name,
}

impl InviteLink {
    /// Maximum length of a server address, in bytes.
    pub const MAX_SERVER: usize = 255;
    /// Maximum length of a link, in bytes.
    pub const MAX_TEXT: usize = 640;

    const KIND: Kind = Kind { prefix: "coffer://join#", text: Self::MAX_TEXT, content: Self::MAX_LEN };
    const VERSION: u64 = 1;
    /// Maximum length of the content: the server's address and at most 160 other bytes.
    const MAX_LEN: usize = Self::MAX_SERVER + 160;

    /// Returns the text of the link.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        link::write(Self::KIND.prefix, &self.write())
    }

    /// Parses a link, or the part of it after the `#`. Surrounding space is ignored.
    ///
    /// # Errors
    /// If it is not a link, or damaged.
    pub fn from_text(text: &SecretText) -> Result<Self, LinkError> {
        link::read(&Self::KIND, text, Self::read, Self::write)
    }

    /// Accepts the invitation for an identity, given the vault's verified log. `name` is how the joining user
    /// wants to be called; only those who have the invitation's secret read it. `now` is in milliseconds since
    /// 1970.
    ///
    /// # Errors
    /// If the log is not the one that the inviter had, or the invitation is not open in it or has expired.
    pub fn accept(
        &self,
        log: &LogVerifier,
        identity: &Identity,
        certificate: &SignedCertificate,
        name: &SecretText,
        now: u64,
        rng: &mut impl CryptoRng,
    ) -> Result<Answer, JoinError> {
        let roster = log.roster();
        let same_vault = *roster.vault_id() == self.vault_id && *roster.genesis_hash() == self.genesis_hash;
        if !same_vault || log.root_at(self.seq) != Some(&self.root) {
            return Err(JoinError::OtherLog);
        }
        let invite = roster.invite(&self.secret.public()).ok_or(JoinError::NotOpen)?;
        if invite.author != self.inviter {
            return Err(JoinError::NotOpen);
        }
        if now > invite.expires_at {
            return Err(JoinError::Expired);
        }
        let bytes = Accept {
            genesis_hash: self.genesis_hash,
            invite: self.secret.public(),
            invite_record: invite.record,
            role: invite.role,
            certificate: certificate.hash(),
        }
        .encode();
        let message = Accept::message(&bytes);
        let by_invite = self.secret.derive_sign_key().sign(&message);
        let by_key = identity.sign(&message);
        let sealed = self.secret.seal_name(&self.genesis_hash, &certificate.hash(), name, rng);
        let name = sealed.ok().and_then(|sealed| sealed.try_into().ok()).ok_or(JoinError::Name)?;
        let accept = SignedAccept { bytes, by_invite, by_key };
        Ok(Answer { certificate: certificate.clone(), accept, name: Box::new(name) })
    }

    fn write(&self) -> Array {
        let Self { server, vault_id, genesis_hash, inviter, seq, root, secret } = self;
        Array::new()
            .uint(Self::VERSION)
            .text(server)
            .bytes(vault_id.as_bytes())
            .bytes(genesis_hash.as_bytes())
            .bytes(inviter.as_bytes())
            .uint(*seq)
            .bytes(root.as_bytes())
            .bytes(secret.expose_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(8)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            server: reader.text_up_to(Self::MAX_SERVER)?.to_owned(),
            vault_id: reader.fixed()?,
            genesis_hash: reader.fixed()?,
            inviter: reader.fixed()?,
            seq: reader.uint()?,
            root: reader.fixed()?,
            secret: InviteSecret::from_bytes(&Zeroizing::new(reader.byte_array()?)),
        })
    }
}
