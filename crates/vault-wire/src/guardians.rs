//! What an owner, guardians and a new computer pass to each other for a recovery: public data, as texts that people send on any
//! way.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::ContentHash;
use crate::account::{Certificate, SignedCertificate};
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::message::Origin;
use crate::recovery::{RecoveryRequest, SealedShare, SignedConsent, SignedRelease, Terms};

/// Maximum length of a recovery box.
pub const MAX_RECOVERY_BOX: usize = 2560;

/// A consent with everything that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryCard {
    /// The consent, or a withdrawal: then the rest is empty.
    pub consent: SignedConsent,
    /// The box that the guardians open together.
    pub sealed: Vec<u8>,
    /// The certificate of the account whose keys are in the box; that of a withdrawal is the present one.
    pub certificate: SignedCertificate,
    /// The guardians' certificates, in the order of the consent.
    pub guardians: Vec<Certificate>,
    /// Their shares, in the same order.
    pub shares: Vec<SealedShare>,
}

/// What a new computer needs to ask for a recovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryOffer {
    /// An address of the account's server.
    pub address: Origin,
    /// The server's identity.
    pub issuer: Origin,
    /// The SHA-256 of its public key (SPKI), if no authority vouches for it.
    pub key: Option<ContentHash>,
    /// The consent.
    pub consent: SignedConsent,
    /// The box that the guardians open together.
    pub sealed: Vec<u8>,
    /// The certificate of the account whose keys are in the box.
    pub certificate: SignedCertificate,
}

/// A guardian's answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryAnswer {
    /// The share, sealed for the request.
    pub release: SignedRelease,
    /// The certificate of the identity that signed it.
    pub signer: SignedCertificate,
    /// The certificate in the consent, if it is an earlier one.
    pub named: Option<Certificate>,
}

/// A message that people pass on as a text.
pub trait AsText: Canonical {
    /// Begins the text; may be missing in what is pasted.
    const PREFIX: &str;

    /// Returns the text.
    fn to_text(&self) -> String {
        format!("{}{}", Self::PREFIX, Base64UrlUnpadded::encode_string(&self.encode()))
    }

    /// Reads a text. White space is ignored, since mail programs break long lines.
    ///
    /// # Errors
    /// If it is another text, damaged or truncated.
    fn from_text(text: &str) -> Result<Self, DecodeError> {
        // Four characters for three bytes; lines may be broken anywhere.
        let most = Self::MAX_LEN.saturating_mul(2).saturating_add(Self::PREFIX.len());
        if text.len() > most {
            return Err(DecodeError::TooLong);
        }
        let text: String = text.split_whitespace().collect();
        let code = text.strip_prefix(Self::PREFIX).unwrap_or(&text);
        let bytes = Base64UrlUnpadded::decode_vec(code).map_err(|_| DecodeError::Malformed)?;
        Self::decode(&bytes)
    }
}

impl AsText for RecoveryCard {
    const PREFIX: &str = "coffer://recovery-card#";
}

impl AsText for RecoveryOffer {
    const PREFIX: &str = "coffer://recovery-offer#";
}

impl AsText for RecoveryRequest {
    const PREFIX: &str = "coffer://recovery-request#";
}

impl AsText for RecoveryAnswer {
    const PREFIX: &str = "coffer://recovery-answer#";
}

impl RecoveryCard {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for RecoveryCard {
    const MAX_LEN: usize = 16 * (Certificate::MAX_LEN + SealedShare::MAX_LEN)
        + SignedConsent::MAX_LEN
        + SignedCertificate::MAX_LEN
        + MAX_RECOVERY_BOX
        + 64;

    fn write(&self) -> Array {
        let Self { consent, sealed, certificate, guardians, shares } = self;
        Array::new()
            .uint(Self::VERSION)
            .array(&consent.write())
            .bytes(sealed)
            .array(&certificate.write())
            .array(&guardians.iter().fold(Array::new(), |all, one| all.array(&one.write())))
            .array(&shares.iter().fold(Array::new(), |all, one| all.array(&one.write())))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            consent: SignedConsent::read(reader)?,
            sealed: reader.bytes_up_to(MAX_RECOVERY_BOX)?.to_vec(),
            certificate: SignedCertificate::read(reader)?,
            guardians: reader.list(Terms::MAX_GUARDIANS, Certificate::read)?,
            shares: reader.list(Terms::MAX_GUARDIANS, SealedShare::read)?,
        })
    }
}

impl RecoveryOffer {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for RecoveryOffer {
    const MAX_LEN: usize =
        2 * (3 + Origin::MAX) + SignedConsent::MAX_LEN + SignedCertificate::MAX_LEN + MAX_RECOVERY_BOX + 64;

    fn write(&self) -> Array {
        let Self { address, issuer, key, consent, sealed, certificate } = self;
        Array::new()
            .uint(Self::VERSION)
            .text(address.as_str())
            .text(issuer.as_str())
            .bytes_or_null(key.as_ref().map(|key| key.as_bytes().as_slice()))
            .array(&consent.write())
            .bytes(sealed)
            .array(&certificate.write())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(7)?;
        reader.version(Self::VERSION)?;
        let origin = |text: &str| Origin::new(text).map_err(|_| DecodeError::Malformed);
        Ok(Self {
            address: origin(reader.text_up_to(Origin::MAX)?)?,
            issuer: origin(reader.text_up_to(Origin::MAX)?)?,
            key: reader.fixed_or_null()?,
            consent: SignedConsent::read(reader)?,
            sealed: reader.bytes_up_to(MAX_RECOVERY_BOX)?.to_vec(),
            certificate: SignedCertificate::read(reader)?,
        })
    }
}

impl RecoveryAnswer {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for RecoveryAnswer {
    const MAX_LEN: usize = SignedRelease::MAX_LEN + SignedCertificate::MAX_LEN + Certificate::MAX_LEN + 16;

    fn write(&self) -> Array {
        let Self { release, signer, named } = self;
        let named = named.as_ref().map(Canonical::encode);
        Array::new()
            .uint(Self::VERSION)
            .array(&release.write())
            .array(&signer.write())
            .bytes_or_null(named.as_deref())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        reader.version(Self::VERSION)?;
        let release = SignedRelease::read(reader)?;
        let signer = SignedCertificate::read(reader)?;
        let named = if reader.null()? {
            None
        } else {
            Some(Certificate::decode(reader.bytes_up_to(Certificate::MAX_LEN)?)?)
        };
        Ok(Self { release, signer, named })
    }
}
