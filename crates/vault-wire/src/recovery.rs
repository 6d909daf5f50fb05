//! Recovery and emergency access: an account's consent and the guardians' shares.

use std::collections::BTreeSet;

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::signature::SignatureError;
use crate::statement::signed_statement;
use crate::{AccountId, CertificateHash, ContentHash, KemPublicKey, Label, SignPublicKey};

/// The purpose for which guardians may open an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecoveryKind {
    /// Returns the account to its owner, who lost the password.
    Recovery,
    /// Gives others the whole account, after a waiting time in which the owner can object.
    Emergency,
    /// Lets others read, after a waiting time in which the owner can object.
    EmergencyViewing,
}

impl RecoveryKind {
    /// Returns its number in the encoding.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Recovery => 1,
            Self::Emergency => 2,
            Self::EmergencyViewing => 3,
        }
    }

    const fn from_number(number: u64) -> Result<Self, DecodeError> {
        match number {
            1 => Ok(Self::Recovery),
            2 => Ok(Self::Emergency),
            3 => Ok(Self::EmergencyViewing),
            other => Err(DecodeError::UnknownKind(other)),
        }
    }
}

/// The root's statement that allows guardians to open the account together, or withdraws that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The root's public key; the account id follows from it.
    pub root: SignPublicKey,
    /// Increases with every consent of this account and kind.
    pub number: u64,
    /// The purpose.
    pub kind: RecoveryKind,
    /// Guardians and conditions; `None` is a withdrawal.
    pub terms: Option<Terms>,
    /// Milliseconds since 1970, by the author's clock.
    pub made_at: u64,
}

/// The guardians of an account and the conditions for opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Number of guardians required.
    pub threshold: u8,
    /// Days in which the owner can object.
    pub wait_days: u16,
    /// The guardians. The first has share 1, the next share 2, and so on.
    pub guardians: Vec<Guardian>,
    /// Hash of the box that they open together.
    pub sealed: ContentHash,
}

/// A guardian of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guardian {
    /// The guardian's certificate, which may be of an earlier generation by now.
    pub certificate: CertificateHash,
    /// Hash of the guardian's share, so that another one in its place is noticed.
    pub share: ContentHash,
}

impl Terms {
    /// Maximum number of guardians.
    pub const MAX_GUARDIANS: u64 = 16;
    /// Maximum waiting time.
    pub const MAX_DAYS: u16 = 365;

    /// Returns whether threshold, waiting time and guardians are within their bounds and the guardians
    /// distinct.
    #[must_use]
    pub fn are_valid(&self, kind: RecoveryKind) -> bool {
        let Self { threshold, wait_days, guardians, sealed: _ } = self;
        // Recovery returns the account to its owner at once, so one guardian alone is not enough.
        let (least_days, least_guardians) = match kind {
            RecoveryKind::Recovery => (0, 2),
            RecoveryKind::Emergency | RecoveryKind::EmergencyViewing => (1, 1),
        };
        let different: BTreeSet<_> = guardians.iter().map(|guardian| guardian.certificate).collect();
        different.len() == guardians.len()
            && guardians.len() as u64 <= Self::MAX_GUARDIANS
            && *threshold >= least_guardians
            && usize::from(*threshold) <= guardians.len()
            && (least_days..=Self::MAX_DAYS).contains(wait_days)
    }
}

impl Consent {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the account it belongs to.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        AccountId::of_root(&self.root)
    }

    /// Returns the message that the root signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::CONSENT).bytes(bytes)
    }
}

impl Canonical for Consent {
    const MAX_LEN: usize = 1400;

    fn write(&self) -> Array {
        let Self { root, number, kind, terms, made_at } = self;
        let head = Array::new()
            .uint(Self::VERSION)
            .bytes(self.account_id().as_bytes())
            .bytes(root.as_bytes())
            .uint(*number)
            .uint(kind.number());
        let head = match terms {
            Some(Terms { threshold, wait_days, guardians, sealed }) => head
                .uint((*threshold).into())
                .uint((*wait_days).into())
                .array(&guardians.iter().fold(Array::new(), |all, Guardian { certificate, share }| {
                    all.array(&Array::new().bytes(certificate.as_bytes()).bytes(share.as_bytes()))
                }))
                .bytes(sealed.as_bytes()),
            None => head.uint(0).uint(0).array(&Array::new()).bytes_or_null(None),
        };
        head.uint(*made_at)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(10)?;
        reader.version(Self::VERSION)?;
        // Encoding derives the id from the root key, so another id is rejected as not canonical.
        let _account: AccountId = reader.fixed()?;
        let (root, number) = (reader.fixed()?, reader.uint()?);
        let kind = RecoveryKind::from_number(reader.uint()?)?;
        let threshold = u8::try_from(reader.uint()?).map_err(|_| DecodeError::TooLong)?;
        let wait_days = u16::try_from(reader.uint()?).map_err(|_| DecodeError::TooLong)?;
        let guardians = reader.list(Terms::MAX_GUARDIANS, |reader| {
            reader.array(2)?;
            Ok(Guardian { certificate: reader.fixed()?, share: reader.fixed()? })
        })?;
        // Without a box there are no terms; other values are then rejected as not canonical.
        let sealed = reader.fixed_or_null()?;
        let terms = sealed.map(|sealed| Terms { threshold, wait_days, guardians, sealed });
        Ok(Self { root, number, kind, terms, made_at: reader.uint()? })
    }
}

signed_statement! {
    /// A consent with its signature, as it is stored and sent.
    SignedConsent of Consent, 80;
    /// Signature by the root.
    by_root;
}

/// The reason for rejecting a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    /// The bytes are not a consent.
    #[error("the consent is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// It belongs to another account.
    #[error("the consent belongs to another account")]
    OtherAccount,
    /// Threshold, days or guardians are out of bounds, or its number is 0.
    #[error("the terms of the consent are invalid")]
    Terms,
    /// The root did not sign it.
    #[error("the consent is not signed by the account's root")]
    Signature(#[from] SignatureError),
    /// A later consent is known, or another one with the same number.
    #[error("a later consent is known")]
    Older,
}

/// A pin of an account's newest consent of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsentPin {
    /// Highest number seen.
    pub number: u64,
    /// Hash of that consent.
    pub hash: ContentHash,
}

impl SignedConsent {
    /// Verifies that this account's root signed the consent and that its terms are valid.
    ///
    /// # Errors
    /// See [`ConsentError`].
    pub fn verify(&self, account_id: &AccountId) -> Result<Consent, ConsentError> {
        let consent = Consent::decode(&self.bytes)?;
        if consent.account_id() != *account_id {
            return Err(ConsentError::OtherAccount);
        }
        consent.root.verify(&Consent::message(&self.bytes), &self.by_root)?;
        let possible = consent.terms.as_ref().is_none_or(|terms| terms.are_valid(consent.kind));
        if possible && consent.number > 0 { Ok(consent) } else { Err(ConsentError::Terms) }
    }

    /// Verifies as [`SignedConsent::verify`] does, and rejects a consent older than the pinned one of this
    /// kind.
    ///
    /// # Errors
    /// See [`ConsentError`].
    pub fn verify_after(&self, account_id: &AccountId, known: &ConsentPin) -> Result<Consent, ConsentError> {
        let consent = self.verify(account_id)?;
        let is_known = consent.number == known.number && self.hash() == known.hash;
        if consent.number > known.number || is_known { Ok(consent) } else { Err(ConsentError::Older) }
    }

    /// Returns the hash by which shares refer to it.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.bytes)
    }
}

/// A guardian's share, sealed to the certificate that the consent names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedShare {
    /// The consent it belongs to.
    pub consent: ContentHash,
    /// Number of the share: the guardian's position in the consent, counted from 1.
    pub index: u8,
    /// Encapsulated secret of the X-Wing KEM.
    pub encapsulated: Box<[u8; Self::ENCAPSULATED]>,
    /// The sealed share with its tag.
    pub ciphertext: [u8; Self::CIPHERTEXT],
}

impl SealedShare {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    /// Length of an encapsulated secret.
    pub const ENCAPSULATED: usize = 1120;
    /// Length of a sealed share and its tag.
    pub const CIPHERTEXT: usize = 48;
}

impl Canonical for SealedShare {
    const MAX_LEN: usize = 1280;

    fn write(&self) -> Array {
        let Self { consent, index, encapsulated, ciphertext } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(consent.as_bytes())
            .uint((*index).into())
            .bytes(encapsulated.as_slice())
            .bytes(ciphertext)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        reader.version(Self::VERSION)?;
        let consent = reader.fixed()?;
        let index = read_index(reader)?;
        let encapsulated = reader.bytes_up_to(Self::ENCAPSULATED)?.try_into();
        let ciphertext = reader.bytes_up_to(Self::CIPHERTEXT)?.try_into();
        Ok(Self {
            consent,
            index,
            encapsulated: Box::new(encapsulated.map_err(|_| DecodeError::Malformed)?),
            ciphertext: ciphertext.map_err(|_| DecodeError::Malformed)?,
        })
    }
}

/// A request to the guardians: the key to which they pass their shares on. It is made for one request, also by
/// a device that has no account yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryRequest {
    /// The account.
    pub account: AccountId,
    /// The purpose.
    pub kind: RecoveryKind,
    /// The consent on which it is based.
    pub consent: ContentHash,
    /// The key that receives the shares.
    pub kem: Box<KemPublicKey>,
    /// Milliseconds since 1970, by the author's clock.
    pub made_at: u64,
}

impl RecoveryRequest {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the hash by which releases refer to it, and of which owner and guardians compare the words.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.encode())
    }
}

impl Canonical for RecoveryRequest {
    const MAX_LEN: usize = 1400;

    fn write(&self) -> Array {
        let Self { account, kind, consent, kem, made_at } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(account.as_bytes())
            .uint(kind.number())
            .bytes(consent.as_bytes())
            .bytes(kem.as_bytes())
            .uint(*made_at)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            account: reader.fixed()?,
            kind: RecoveryKind::from_number(reader.uint()?)?,
            consent: reader.fixed()?,
            kem: Box::new(reader.fixed()?),
            made_at: reader.uint()?,
        })
    }
}

/// A guardian's share, sealed for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The request.
    pub request: ContentHash,
    /// The consent.
    pub consent: ContentHash,
    /// Number of the share.
    pub index: u8,
    /// Encapsulated secret of the X-Wing KEM.
    pub encapsulated: Box<[u8; SealedShare::ENCAPSULATED]>,
    /// The sealed share with its tag.
    pub ciphertext: [u8; SealedShare::CIPHERTEXT],
}

impl Release {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the message that the guardian signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::RELEASE).bytes(bytes)
    }
}

impl Canonical for Release {
    const MAX_LEN: usize = 1300;

    fn write(&self) -> Array {
        let Self { request, consent, index, encapsulated, ciphertext } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(request.as_bytes())
            .bytes(consent.as_bytes())
            .uint((*index).into())
            .bytes(encapsulated.as_slice())
            .bytes(ciphertext)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            request: reader.fixed()?,
            consent: reader.fixed()?,
            index: read_index(reader)?,
            encapsulated: Box::new(reader.byte_array()?),
            ciphertext: reader.byte_array()?,
        })
    }
}

signed_statement! {
    /// A release with its signature.
    SignedRelease of Release, 80;
    /// Signature by the guardian's identity.
    by_guardian;
}

/// Reads the number of a share.
fn read_index(reader: &mut Reader<'_>) -> Result<u8, DecodeError> {
    match u8::try_from(reader.uint()?) {
        Ok(index) if (1..=Terms::MAX_GUARDIANS).contains(&index.into()) => Ok(index),
        Ok(_) => Err(DecodeError::Malformed),
        Err(_) => Err(DecodeError::TooLong),
    }
}
