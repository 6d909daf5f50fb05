//! What an account leaves with a server so that its other devices can be set up.

use crate::account::{CertificateError, SignedCertificate};
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::message::{Bytes, Origin, UncheckedKdf};
use crate::signature::SignatureError;
use crate::{AccountId, Label, Signature};

/// Everything that a password opens, as one statement by the account's root: so a server can neither put parts of two
/// registrations together nor name other costs than the owner chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The server it is for.
    pub issuer: Origin,
    /// The account.
    pub account_id: AccountId,
    /// Counts from 1, one more with every change of password.
    pub version: u32,
    /// How the password is stretched.
    pub kdf: UncheckedKdf,
    /// The SHA-256 of the OPAQUE record that belongs to it.
    pub record_hash: [u8; 32],
    /// The sealed keyset.
    pub keyset: Bytes<73, 512>,
    /// The sealed root key.
    pub root_box: Bytes<73, 256>,
    /// The current identity.
    pub certificate: SignedCertificate,
}

impl Registration {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// What the root signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::REENROL).bytes(bytes)
    }
}

impl Canonical for Registration {
    const MAX_LEN: usize = 2 + 257 + 17 + 5 + 15 + 34 + 515 + 259 + 3 + SignedCertificate::MAX_LEN;

    fn write(&self) -> Array {
        let Self { issuer, account_id, version, kdf, record_hash, keyset, root_box, certificate } = self;
        let UncheckedKdf { m_kib, t, p } = *kdf;
        Array::new()
            .uint(Self::VERSION)
            .text(issuer.as_str())
            .bytes(account_id.as_bytes())
            .uint((*version).into())
            .uint(m_kib.into())
            .uint(t.into())
            .uint(p.into())
            .bytes(record_hash)
            .bytes(keyset.as_slice())
            .bytes(root_box.as_slice())
            .bytes(&certificate.encode())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(11)?;
        reader.version(Self::VERSION)?;
        let registration = Self {
            issuer: Origin::new(reader.text_up_to(Origin::MAX)?)?,
            account_id: reader.fixed()?,
            version: reader.uint32()?,
            kdf: UncheckedKdf { m_kib: reader.uint32()?, t: reader.uint32()?, p: reader.uint32()? },
            record_hash: reader.exactly()?,
            keyset: Bytes::new(reader.bytes_up_to(512)?.to_vec())?,
            root_box: Bytes::new(reader.bytes_up_to(256)?.to_vec())?,
            certificate: reader.nested()?,
        };
        if registration.version == 0 { Err(DecodeError::Malformed) } else { Ok(registration) }
    }
}

/// A registration with the root's signature, as a server keeps and returns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRegistration {
    /// The encoded [`Registration`].
    pub bytes: Vec<u8>,
    /// By the account's root.
    pub signature: Signature,
}

/// Why a registration was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// The bytes are no registration.
    #[error("the registration is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// The certificate is refused.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The certificate is another account's.
    #[error("the registration's certificate is another account's")]
    OtherAccount,
    /// It was made for another server.
    #[error("the registration is for another server")]
    OtherServer,
    /// The root did not sign it.
    #[error("the registration is not signed by the account's root")]
    Signature(#[from] SignatureError),
}

impl SignedRegistration {
    /// Reads the registration after checking that the account's root signed it for this server. Whether its version is
    /// the one to be expected, and its costs are enough, is for the caller to say.
    ///
    /// # Errors
    /// If any of it does not hold.
    pub fn verify(&self, issuer: &Origin) -> Result<Registration, RegistrationError> {
        let registration = Registration::decode(&self.bytes)?;
        if registration.issuer != *issuer {
            return Err(RegistrationError::OtherServer);
        }
        let certificate = registration.certificate.verify()?;
        if certificate.account_id() != registration.account_id {
            return Err(RegistrationError::OtherAccount);
        }
        certificate.root.verify(&Registration::message(&self.bytes), &self.signature)?;
        Ok(registration)
    }
}
