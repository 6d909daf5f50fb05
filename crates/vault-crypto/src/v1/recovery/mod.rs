//! Recovery and emergency access: guardians who can open an account only together.

mod shamir;
#[cfg(test)]
mod tests;

use rand_core::CryptoRng;
use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::recovery::{Consent, RecoveryKind, SealedShare, SignedConsent, Terms};
use vault_wire::{AccountId, CertificateHash, ContentHash, KemPublicKey, Label};
use zeroize::Zeroizing;

use crate::keys::RecoveryKey;
use crate::secret::{Secret, assert_opaque};
use crate::v1::account::{Identity, Keyset, RootSigner, check_account};
use crate::v1::content::{check_canonical, read_secret};
use crate::v1::seal::OpenError;
use crate::v1::seal::{open, seal};
use crate::v1::wrap::{Wrapped, unwrap, wrap};

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
    /// Threshold, days, number or guardians are out of bounds.
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
        let guardian_hashes: Vec<_> = guardians.iter().map(Certificate::hash).collect();
        let count = u8::try_from(guardians.len()).map_err(|_| RecoveryPlanError::Terms)?;
        let hash = ContentHash::of(&sealed);
        let terms = Terms { threshold, wait_days, guardians: guardian_hashes, sealed: hash };
        if number == 0 || !terms.are_valid(kind) {
            return Err(RecoveryPlanError::Terms);
        }
        let consent =
            self.sign_consent(&Consent { root: *self.public(), number, kind, terms: Some(terms), made_at });
        let context = ShareContext { account_id: &account_id, kind, consent: consent.hash() };
        let values = shamir::split(&key.0, threshold, count, rng);
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
    /// Opens the share of a guardian, who has checked `consent` against the account's pin.
    ///
    /// # Errors
    /// If the share belongs to another consent or guardian, or was changed. Its sender is not authenticated,
    /// so it may still contain another secret than the owner's; only opening the account detects that.
    pub fn open(
        sealed: &SealedShare,
        consent: &SignedConsent,
        account_id: &AccountId,
        guardian: &Identity,
        certificate: &Certificate,
    ) -> Result<Self, OpenError> {
        let SealedShare { consent: named, index, encapsulated, ciphertext } = sealed;
        let Consent { kind, terms, .. } = consent.verify(account_id).map_err(|_| OpenError)?;
        let guardians = terms.ok_or(OpenError)?.guardians;
        let position = usize::from(*index).checked_sub(1).ok_or(OpenError)?;
        let own = certificate.hash();
        if *named != consent.hash()
            || guardians.get(position) != Some(&own)
            || !guardian.is_certified_by(certificate)
        {
            return Err(OpenError);
        }
        let context = ShareContext { account_id, kind, consent: *named };
        let value = unwrap(guardian, &context.info(*index, &own), encapsulated, ciphertext)?;
        Ok(Self { consent: *named, index: *index, value })
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
    let Consent { kind, terms, .. } = consent.verify(account_id).map_err(|_| OpenError)?;
    let terms = terms.ok_or(OpenError)?;
    let of_this = |share: &RecoveryShare| share.consent == consent.hash();
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
    let Keyset { identity, home_vault, home_genesis } = keyset;
    identity
        .write_to(root.write_to(Array::new().uint(VERSION)))
        .bytes(home_vault.as_bytes())
        .bytes(home_genesis.as_bytes())
}

fn read_account(reader: &mut Reader<'_>) -> Result<(RootSigner, Keyset), DecodeError> {
    reader.array(7)?;
    reader.version(VERSION)?;
    let root = RootSigner::from_seed(read_secret(reader)?);
    let identity = Identity::read(reader)?;
    let keyset = Keyset { identity, home_vault: reader.fixed()?, home_genesis: reader.fixed()? };
    reader.end()?;
    Ok((root, keyset))
}
