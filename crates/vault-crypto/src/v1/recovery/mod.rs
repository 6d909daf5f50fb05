//! Recovery and emergency access: guardians who can open an account only together.

mod shamir;
#[cfg(test)]
mod tests;

use rand_core::CryptoRng;
use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::recovery::{
    Consent, Guardian, RecoveryKind, RecoveryRequest, Release, SealedShare, SignedConsent, SignedRelease,
    Terms,
};
use vault_wire::{AccountId, CertificateHash, ContentHash, KemPublicKey, Label};
use zeroize::Zeroizing;

use crate::keys::RecoveryKey;
use crate::secret::{Secret, assert_opaque};
use crate::v1::account::{Identity, Keyset, MAX_CONTENT, RootSigner, check_account};
use crate::v1::content::{check_canonical, read_secret};
use crate::v1::seal::OpenError;
use crate::v1::seal::{open, seal};
use crate::v1::wrap::{InvalidKemKey, Wrapped, kem_public, unwrap, wrap};

const VERSION: u64 = 1;

/// The owner's choice of guardians, purpose and conditions.
#[derive(Clone, Copy, Debug)]
pub struct RecoveryPlan<'a> {
    /// The purpose.
    pub kind: RecoveryKind,
    /// Number of the consent, above that of every earlier consent of this kind.
    pub number: u64,
    /// Number of guardians required.
    pub threshold: u8,
    /// Days in which the owner can object.
    pub wait_days: u16,
    /// The guardians' pinned certificates.
    pub guardians: &'a [Certificate],
    /// Milliseconds since 1970.
    pub made_at: u64,
}

/// The public data of a recovery set-up, to be stored for the owner.
pub struct NewRecovery {
    /// The owner's consent.
    pub consent: SignedConsent,
    /// The box that the guardians open together.
    pub sealed: Vec<u8>,
    /// One share for each guardian, in order.
    pub shares: Vec<SealedShare>,
}

/// The reason why a plan is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryPlanError {
    /// Threshold, days, number or guardians are out of bounds, or accounts are not opened in this way yet.
    #[error("the terms are invalid")]
    Terms,
    /// The public key of a guardian is invalid.
    #[error("the public key of a guardian is invalid")]
    Guardian,
}

/// An account opened by guardians.
pub struct RecoveredAccount {
    /// Its root key.
    pub root: RootSigner,
    /// Its keyset at the time of the consent.
    pub keyset: Keyset,
}

assert_opaque!(RecoveredAccount);

/// An opened share of a guardian.
pub struct RecoveryShare {
    consent: ContentHash,
    index: u8,
    value: Secret<32>,
}

assert_opaque!(RecoveryShare);

impl RootSigner {
    /// Allows guardians to open the account together.
    ///
    /// # Errors
    /// If the plan is invalid.
    pub fn make_recovery(
        &self,
        keyset: &Keyset,
        plan: &RecoveryPlan<'_>,
        rng: &mut impl CryptoRng,
    ) -> Result<NewRecovery, RecoveryPlanError> {
        let RecoveryPlan { kind, number, threshold, wait_days, guardians, made_at } = *plan;
        let account_id = self.account_id();
        let key = RecoveryKey::make(rng);
        let sealed = seal_account(self, keyset, &key, kind, rng);
        let count = u8::try_from(guardians.len()).map_err(|_| RecoveryPlanError::Terms)?;
        let share = ShareHash { account_id: &account_id, kind, number };
        let values = shamir::split(&key.0, threshold, count, rng);
        let named = (1..).zip(&values).zip(guardians).map(|((index, value), guardian)| Guardian {
            certificate: guardian.hash(),
            share: share.of(index, value),
        });
        let sealed_hash = ContentHash::of(&sealed);
        let terms = Terms { threshold, wait_days, guardians: named.collect(), sealed: sealed_hash };
        if number == 0 || kind == RecoveryKind::EmergencyViewing || !terms.are_valid(kind) {
            return Err(RecoveryPlanError::Terms);
        }
        let consent =
            self.sign_consent(&Consent { root: *self.public(), number, kind, terms: Some(terms), made_at });
        let context = ShareContext { account_id: &account_id, kind, consent: consent.hash() };
        let shares = (1..).zip(values).zip(guardians);
        let shares = shares.map(|((index, value), guardian)| {
            context.seal(index, &value, &guardian.kem, &guardian.hash(), rng)
        });
        let shares = shares.collect::<Result<Vec<_>, _>>()?;
        Ok(NewRecovery { consent, sealed, shares })
    }

    /// Withdraws a kind of consent; `number` must be above that of every earlier one.
    #[must_use]
    pub fn withdraw_recovery(&self, kind: RecoveryKind, number: u64, made_at: u64) -> SignedConsent {
        self.sign_consent(&Consent { root: *self.public(), number, kind, terms: None, made_at })
    }

    fn sign_consent(&self, consent: &Consent) -> SignedConsent {
        let bytes = consent.encode();
        let by_root = self.sign(&Consent::message(&bytes));
        SignedConsent { bytes, by_root }
    }
}

/// The context that a share is bound to, besides its number and its guardian.
#[derive(Clone, Copy)]
struct ShareContext<'a> {
    account_id: &'a AccountId,
    kind: RecoveryKind,
    consent: ContentHash,
}

impl ShareContext<'_> {
    fn info(&self, index: u8, guardian: &CertificateHash) -> Array {
        Array::labelled(Label::RECOVERY_SHARE)
            .bytes(self.account_id.as_bytes())
            .uint(self.kind.number())
            .bytes(self.consent.as_bytes())
            .uint(index.into())
            .bytes(guardian.as_bytes())
    }

    fn seal(
        &self,
        index: u8,
        value: &Secret<32>,
        guardian: &KemPublicKey,
        certificate: &CertificateHash,
        rng: &mut impl CryptoRng,
    ) -> Result<SealedShare, RecoveryPlanError> {
        let Wrapped { encapsulated, sealed } =
            wrap(guardian, &self.info(index, certificate), value.expose(), rng)
                .map_err(|_| RecoveryPlanError::Guardian)?;
        Ok(SealedShare { consent: self.consent, index, encapsulated, ciphertext: sealed })
    }
}

impl RecoveryShare {
    /// Opens the share of a guardian, who has checked `consent` against the account's pin. `certificate` is
    /// the guardian's present one; the share may have been made for an earlier one.
    ///
    /// # Errors
    /// If the share belongs to another consent or guardian, or is not the one that the consent states.
    pub fn open(
        sealed: &SealedShare,
        consent: &SignedConsent,
        account_id: &AccountId,
        guardian: &Identity,
        certificate: &Certificate,
    ) -> Result<Self, OpenError> {
        let SealedShare { consent: named, index, encapsulated, ciphertext } = sealed;
        let terms = OpenConsent::verify(consent, account_id)?;
        let stated = terms.guardian(*index)?;
        if *named != terms.hash || !guardian.is_certified_by(certificate) {
            return Err(OpenError);
        }
        let kem_seed = guardian.kem_with(&stated.certificate, certificate.hash()).ok_or(OpenError)?;
        let context = ShareContext { account_id, kind: terms.kind, consent: *named };
        let info = context.info(*index, &stated.certificate);
        let value = unwrap(kem_seed, &info, encapsulated, ciphertext)?;
        if terms.share_hash(account_id).of(*index, &value) != stated.share {
            return Err(OpenError);
        }
        Ok(Self { consent: *named, index: *index, value })
    }

    /// Seals the share for a request whose words guardian and owner have compared, and signs it.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn release(
        &self,
        request: &RecoveryRequest,
        guardian: &Identity,
        rng: &mut impl CryptoRng,
    ) -> Result<SignedRelease, RequestError> {
        if request.consent != self.consent {
            return Err(RequestError::OtherConsent);
        }
        let info = release_info(&request.hash(), &self.consent, self.index);
        let Wrapped { encapsulated, sealed } = wrap(&request.kem, &info, self.value.expose(), rng)?;
        let (request, consent, index) = (request.hash(), self.consent, self.index);
        let bytes = Release { request, consent, index, encapsulated, ciphertext: sealed }.encode();
        let by_guardian = guardian.sign(&Release::message(&bytes));
        Ok(SignedRelease { bytes, by_guardian })
    }
}

fn release_info(request: &ContentHash, consent: &ContentHash, index: u8) -> Array {
    let info = Array::labelled(Label::RECOVERY_RELEASE).bytes(request.as_bytes());
    info.bytes(consent.as_bytes()).uint(index.into())
}

/// The key that receives released shares, made for one request.
pub struct RequestKey(Secret<32>);

assert_opaque!(RequestKey);

/// The reason why no share is released for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// It is based on another consent than the share.
    #[error("the request is based on another consent")]
    OtherConsent,
    /// Its public key is invalid.
    #[error(transparent)]
    InvalidKemKey(#[from] InvalidKemKey),
}

/// The reason why a released share was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// It is for another request or consent, or not signed by the guardian: nobody is known to be at fault.
    #[error("the share was not released for this request by the guardian")]
    NotSigned,
    /// The guardian signed a share that does not open or is not the one that the owner made.
    #[error("guardian {index} released a false share")]
    FalseShare {
        /// The guardian's position, counted from 1.
        index: u8,
    },
}

impl RequestKey {
    /// Makes the key of a request.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self(Secret::random(rng))
    }

    /// Returns the seed, to be stored sealed until the guardians have answered.
    #[must_use]
    pub fn expose_seed(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// Restores the key from its seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Secret::copy_of(seed))
    }

    /// Makes the request for it. `made_at` is in milliseconds since 1970.
    ///
    /// # Errors
    /// If the consent is not this account's, or a withdrawal.
    pub fn request(
        &self,
        consent: &SignedConsent,
        account: &AccountId,
        made_at: u64,
    ) -> Result<RecoveryRequest, OpenError> {
        let terms = OpenConsent::verify(consent, account)?;
        let (kind, consent) = (terms.kind, terms.hash);
        Ok(RecoveryRequest { account: *account, kind, consent, kem: kem_public(&self.0), made_at })
    }

    /// Opens a share that a guardian released for this request. `named` is the guardian's verified certificate in
    /// the consent, `signer` that of the identity which signed: the same, or a later one of the same root.
    ///
    /// # Errors
    /// See [`ReleaseError`]; only [`ReleaseError::FalseShare`] accuses the guardian.
    pub fn open(
        &self,
        released: &SignedRelease,
        request: &RecoveryRequest,
        consent: &SignedConsent,
        named: &Certificate,
        signer: &Certificate,
    ) -> Result<RecoveryShare, ReleaseError> {
        let release = Release::decode(&released.bytes).map_err(|_| ReleaseError::NotSigned)?;
        let Release { request: of, consent: based_on, index, encapsulated, ciphertext } = release;
        let terms = OpenConsent::verify(consent, &request.account).map_err(|_| ReleaseError::NotSigned)?;
        let stated = terms.guardian(index).map_err(|_| ReleaseError::NotSigned)?;
        let for_this = of == request.hash() && based_on == terms.hash && request.consent == terms.hash;
        let by_guardian = stated.certificate == named.hash()
            && signer.root == named.root
            && signer.generation >= named.generation;
        let message = Release::message(&released.bytes);
        let signed = signer.sign.verify(&message, &released.by_guardian).is_ok();
        if !for_this || !by_guardian || !signed {
            return Err(ReleaseError::NotSigned);
        }
        let info = release_info(&of, &based_on, index);
        let value = unwrap(&self.0, &info, &encapsulated, &ciphertext);
        let value = value.map_err(|_| ReleaseError::FalseShare { index })?;
        if terms.share_hash(&request.account).of(index, &value) != stated.share {
            return Err(ReleaseError::FalseShare { index });
        }
        Ok(RecoveryShare { consent: based_on, index, value })
    }
}

/// A verified consent that was not withdrawn.
struct OpenConsent {
    kind: RecoveryKind,
    number: u64,
    terms: Terms,
    hash: ContentHash,
}

impl OpenConsent {
    fn verify(consent: &SignedConsent, account_id: &AccountId) -> Result<Self, OpenError> {
        let Consent { kind, number, terms, .. } = consent.verify(account_id).map_err(|_| OpenError)?;
        Ok(Self { kind, number, terms: terms.ok_or(OpenError)?, hash: consent.hash() })
    }

    fn guardian(&self, index: u8) -> Result<&Guardian, OpenError> {
        let position = usize::from(index).checked_sub(1).ok_or(OpenError)?;
        self.terms.guardians.get(position).ok_or(OpenError)
    }

    fn share_hash<'a>(&self, account_id: &'a AccountId) -> ShareHash<'a> {
        ShareHash { account_id, kind: self.kind, number: self.number }
    }
}

/// The hash of a share in a consent. A share is as random as a key, so its hash reveals nothing of it.
#[derive(Clone, Copy)]
struct ShareHash<'a> {
    account_id: &'a AccountId,
    kind: RecoveryKind,
    number: u64,
}

impl ShareHash<'_> {
    fn of(&self, index: u8, value: &Secret<32>) -> ContentHash {
        let hash = Array::labelled(Label::SHARE_VALUE)
            .bytes(self.account_id.as_bytes())
            .uint(self.kind.number())
            .uint(self.number)
            .uint(index.into())
            .bytes(value.expose())
            .sha256();
        ContentHash::from_bytes(hash)
    }
}

/// Opens an account with the shares of its guardians. `certificate` is that of the account's identity at the
/// time of the consent.
///
/// # Errors
/// One error for all causes: too few shares, shares or a box of another consent, or keys that do not belong
/// together.
pub fn open_recovered(
    shares: &[RecoveryShare],
    consent: &SignedConsent,
    sealed: &[u8],
    account_id: &AccountId,
    certificate: &SignedCertificate,
) -> Result<RecoveredAccount, OpenError> {
    let OpenConsent { kind, terms, hash, .. } = OpenConsent::verify(consent, account_id)?;
    let of_this = |share: &RecoveryShare| share.consent == hash;
    if terms.sealed != ContentHash::of(sealed)
        || shares.len() < usize::from(terms.threshold)
        || !shares.iter().all(of_this)
    {
        return Err(OpenError);
    }
    let numbered: Vec<_> = shares.iter().map(|share| (share.index, &share.value)).collect();
    let key = RecoveryKey(shamir::combine(&numbered)?);
    let content = open(key.expose_bytes(), &box_context(account_id, kind), sealed)?;
    let (root, keyset) = read_account(&mut Reader::new(content.expose())).map_err(|_| OpenError)?;
    check_canonical(&write_account(&root, &keyset), &content)?;
    check_account(account_id, &root, certificate, &keyset.identity)?;
    Ok(RecoveredAccount { root, keyset })
}

fn box_context(account_id: &AccountId, kind: RecoveryKind) -> Array {
    Array::labelled(Label::RECOVERY_BOX).bytes(account_id.as_bytes()).uint(kind.number())
}

fn seal_account(
    root: &RootSigner,
    keyset: &Keyset,
    key: &RecoveryKey,
    kind: RecoveryKind,
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    let content = Zeroizing::new(write_account(root, keyset).encode());
    seal(key.expose_bytes(), &box_context(&root.account_id(), kind), &content, rng)
}

fn write_account(root: &RootSigner, keyset: &Keyset) -> Array {
    let inner = Zeroizing::new(keyset.write(None).encode());
    root.write_to(Array::new().uint(VERSION)).bytes(&inner)
}

fn read_account(reader: &mut Reader<'_>) -> Result<(RootSigner, Keyset), DecodeError> {
    reader.array(3)?;
    reader.version(VERSION)?;
    let root = RootSigner::from_seed(read_secret(reader)?);
    let inner = reader.bytes_up_to(MAX_CONTENT)?;
    reader.end()?;
    match Keyset::read(&mut Reader::new(inner))? {
        (keyset, None) => Ok((root, keyset)),
        (_, Some(_)) => Err(DecodeError::Malformed),
    }
}
