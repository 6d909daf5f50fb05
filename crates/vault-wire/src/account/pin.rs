//! What is remembered of an account, so that no server can exchange its keys later.

use std::cmp::Ordering;

use super::Certificate;
use crate::{CertificateHash, SignPublicKey};

/// What is remembered of an account: its root, and the newest certificate that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountPin {
    /// The root's public key.
    pub root: SignPublicKey,
    /// The generation of the newest certificate.
    pub generation: u32,
    /// The hash of that certificate.
    pub certificate: CertificateHash,
}

/// How a certificate that is accepted stands to what was remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinVerdict {
    /// It is the very one.
    Known,
    /// It is of a later generation: [`AccountPin::of`] it is to be remembered from now on.
    Newer,
}

/// Why a certificate is refused for this account. The account is blocked until people have compared words; vaults
/// that it is a member of go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// It is of another root, so of another account.
    #[error("the certificate is of another account")]
    OtherRoot,
    /// Its generation is lower than that of one seen before.
    #[error("the certificate is older than one seen before")]
    Older,
    /// There was another certificate of the same generation.
    #[error("the certificate is another one than that seen before for the same generation")]
    OtherCertificate,
}

impl AccountPin {
    /// What to remember of this certificate, which has been verified.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Self {
        Self { root: certificate.root, generation: certificate.generation, certificate: certificate.hash() }
    }

    /// Judges a certificate, which has been verified, by what is remembered.
    ///
    /// # Errors
    /// If it is of another root, of a lower generation, or another one of the same generation.
    pub fn judge(&self, certificate: &Certificate) -> Result<PinVerdict, PinError> {
        if certificate.root != self.root {
            return Err(PinError::OtherRoot);
        }
        match certificate.generation.cmp(&self.generation) {
            Ordering::Less => Err(PinError::Older),
            Ordering::Equal if certificate.hash() != self.certificate => Err(PinError::OtherCertificate),
            Ordering::Equal => Ok(PinVerdict::Known),
            Ordering::Greater => Ok(PinVerdict::Newer),
        }
    }
}
