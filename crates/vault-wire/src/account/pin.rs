//! Pins of accounts, so that a server cannot replace an account's keys later.

use std::cmp::Ordering;

use super::Certificate;
use crate::{CertificateHash, SignPublicKey};

/// A pin of an account: its root and the newest certificate seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountPin {
    /// The root's public key.
    pub root: SignPublicKey,
    /// Generation of the newest certificate.
    pub generation: u32,
    /// Hash of that certificate.
    pub certificate: CertificateHash,
}

/// The relation of an accepted certificate to the pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinVerdict {
    /// It is the pinned certificate.
    Known,
    /// It is of a later generation; replace the pin by [`AccountPin::of`] the certificate.
    Newer,
}

/// The reason for rejecting a certificate of a pinned account. The account is blocked until its members have
/// compared words; vaults that it is a member of continue to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// It has another root and thus belongs to another account.
    #[error("the certificate belongs to another account")]
    OtherRoot,
    /// Its generation is lower than the pinned one.
    #[error("the certificate is older than one seen before")]
    Older,
    /// It differs from the pinned certificate of the same generation.
    #[error("the certificate differs from the one seen before for the same generation")]
    OtherCertificate,
}

impl AccountPin {
    /// Creates a pin from a verified certificate.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Self {
        Self { root: certificate.root, generation: certificate.generation, certificate: certificate.hash() }
    }

    /// Checks a verified certificate against the pin.
    ///
    /// # Errors
    /// If it has another root, a lower generation, or the same generation with other content.
    pub fn check(&self, certificate: &Certificate) -> Result<PinVerdict, PinError> {
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
