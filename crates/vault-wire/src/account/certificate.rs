//! Accounts and the certificates of their identity keys.

use sha2::{Digest, Sha256};

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::signature::SignatureError;
use crate::statement::signed_statement;
use crate::{AccountId, CertificateHash, KemPublicKey, Label, SignPublicKey, id::first_16};

impl AccountId {
    /// Derives the id of the account with this root key.
    #[must_use]
    pub fn of_root(root: &SignPublicKey) -> Self {
        Self::from_bytes(first_16(Array::labelled(Label::ACCOUNT).bytes(root.as_bytes()).sha256()))
    }
}

/// Trust in the previous generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predecessor {
    /// There is none, or its keys were not compromised.
    Sound,
    /// Its keys may be known to others.
    Compromised,
}

/// The root's statement of an account's identity keys of one generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The root's public key; the account id follows from it.
    pub root: SignPublicKey,
    /// Counts from 1.
    pub generation: u32,
    /// Key that signs entries.
    pub sign: SignPublicKey,
    /// Key that receives vault keys.
    pub kem: Box<KemPublicKey>,
    /// Trust in the previous generation.
    pub predecessor: Predecessor,
    /// Milliseconds since 1970, by the author's clock.
    pub made_at: u64,
}

impl Certificate {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the account it belongs to.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        AccountId::of_root(&self.root)
    }

    /// Returns the hash by which it is pinned.
    #[must_use]
    pub fn hash(&self) -> CertificateHash {
        CertificateHash::from_bytes(Sha256::digest(self.encode()).into())
    }

    /// Returns the message that the root signs.
    pub fn root_message(bytes: &[u8]) -> Array {
        Array::labelled(Label::IDENTITY).bytes(bytes)
    }

    /// Returns the message that the certified key signs, as a proof of possession.
    pub fn possession_message(bytes: &[u8]) -> Array {
        Array::labelled(Label::IDENTITY_POP).bytes(bytes)
    }
}

impl Canonical for Certificate {
    const MAX_LEN: usize = 1400;

    fn write(&self) -> Array {
        Array::new()
            .uint(Self::VERSION)
            .bytes(self.account_id().as_bytes())
            .bytes(self.root.as_bytes())
            .uint(self.generation.into())
            .bytes(self.sign.as_bytes())
            .bytes(self.kem.as_bytes())
            .bool(self.predecessor == Predecessor::Compromised)
            .uint(self.made_at)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(8)?;
        reader.version(Self::VERSION)?;
        // Encoding derives the id from the root key, so another id is rejected as not canonical.
        let _account: AccountId = reader.fixed()?;
        let root = reader.fixed()?;
        let generation = reader.uint32()?;
        let sign = reader.fixed()?;
        let kem = Box::new(reader.fixed()?);
        let predecessor = if reader.bool()? { Predecessor::Compromised } else { Predecessor::Sound };
        Ok(Self { root, generation, sign, kem, predecessor, made_at: reader.uint()? })
    }
}

signed_statement! {
    /// A certificate with both of its signatures, as it is stored and sent.
    SignedCertificate of Certificate, 140;
    /// Signature by the root.
    by_root;
    /// Signature by the certified key.
    by_key;
}

/// The reason for rejecting a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The bytes are not a certificate.
    #[error("the certificate is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// The generation is 0, or the first has a compromised predecessor.
    #[error("the certificate's generation is invalid")]
    Generation,
    /// One of the signatures is invalid.
    #[error("the certificate is not signed by its root and its own key")]
    Signature(#[from] SignatureError),
}

impl SignedCertificate {
    /// Verifies both signatures and returns the certificate.
    ///
    /// # Errors
    /// If it is malformed or a signature is invalid.
    pub fn verify(&self) -> Result<Certificate, CertificateError> {
        let certificate = Certificate::decode(&self.bytes)?;
        match (certificate.generation, certificate.predecessor) {
            (0, _) | (1, Predecessor::Compromised) => return Err(CertificateError::Generation),
            _ => {}
        }
        certificate.root.verify(&Certificate::root_message(&self.bytes), &self.by_root)?;
        certificate.sign.verify(&Certificate::possession_message(&self.bytes), &self.by_key)?;
        Ok(certificate)
    }

    /// Returns the hash by which a certificate is pinned: over its bytes without the signatures.
    #[must_use]
    pub fn hash(&self) -> CertificateHash {
        CertificateHash::from_bytes(Sha256::digest(&self.bytes).into())
    }
}
