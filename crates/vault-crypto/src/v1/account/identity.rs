//! Identity keys of an account.

use rand_core::CryptoRng;
use vault_wire::account::{Certificate, Revocation, SignedRevocation};
use vault_wire::cbor::{Array, Canonical as _, DecodeError, Reader};
use vault_wire::{AccountId, CertificateHash, DeviceId, KemPublicKey, SignPublicKey, Signature};

use super::earlier::{EarlierIdentities, EarlierIdentity};
use crate::secret::{Secret, assert_opaque};
use crate::v1::content::read_secret;
use crate::v1::sign::SignKey;
use crate::v1::wrap::kem_public;

/// The identity keys of one generation: one signs entries, the other receives vault keys. It keeps the latter of
/// earlier generations, by which what was made for them still opens.
pub struct Identity {
    generation: u32,
    sign_key: SignKey,
    pub(crate) kem_seed: Secret<32>,
    earlier: EarlierIdentities,
}

assert_opaque!(Identity);

impl Identity {
    /// Makes the first identity of an account.
    #[must_use]
    pub fn make_first(rng: &mut impl CryptoRng) -> Self {
        Self::from_seeds(1, Secret::random(rng), Secret::random(rng))
    }

    /// Makes the identity of the next generation, which keeps this one's key for what was made for it;
    /// `certificate` is the hash of this one's certificate. `None` after 2³² − 1 generations.
    ///
    /// Certify it with [`Predecessor::Compromised`](vault_wire::account::Predecessor::Compromised) if the
    /// keys of this one may be known to others.
    #[must_use]
    pub fn make_next(&self, certificate: CertificateHash, rng: &mut impl CryptoRng) -> Option<Self> {
        let generation = self.generation.checked_add(1)?;
        let next = Self::from_seeds(generation, Secret::random(rng), Secret::random(rng));
        let this = EarlierIdentity::new(self.generation, &self.kem_seed, certificate);
        Some(Self { earlier: self.earlier.followed_by(this), ..next })
    }

    pub(crate) fn from_seeds(generation: u32, sign_seed: Secret<32>, kem_seed: Secret<32>) -> Self {
        let earlier = EarlierIdentities::default();
        Self { generation, sign_key: SignKey::from_seed(sign_seed), kem_seed, earlier }
    }

    /// Returns the generation, counted from 1.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Returns the public signing key.
    #[must_use]
    pub fn public(&self) -> &SignPublicKey {
        self.sign_key.public()
    }

    /// Returns the public key for which others wrap vault keys.
    #[must_use]
    pub fn kem_public(&self) -> Box<KemPublicKey> {
        kem_public(&self.kem_seed)
    }

    /// Returns whether this verified certificate is for exactly these keys.
    #[must_use]
    pub fn is_certified_by(&self, certificate: &Certificate) -> bool {
        certificate.generation == self.generation
            && certificate.sign == *self.public()
            && certificate.kem == self.kem_public()
    }

    /// Returns whether this verified certificate is that of one of the earlier generations that are kept.
    #[must_use]
    pub fn was_certified_by(&self, certificate: &Certificate) -> bool {
        let hash = certificate.hash();
        let mut earlier = self.earlier.iter();
        earlier.any(|earlier| earlier.generation == certificate.generation && earlier.certificate == hash)
    }

    /// Appends generation and seeds to the content of a box.
    pub(crate) fn write_to(&self, content: Array) -> Array {
        let Self { generation, sign_key, kem_seed, earlier: _ } = self;
        content.uint((*generation).into()).bytes(sign_key.seed().expose()).bytes(kem_seed.expose())
    }

    pub(super) fn earlier(&self) -> &EarlierIdentities {
        &self.earlier
    }

    /// Reads the earlier identities, which a keyset contains after other parts.
    pub(super) fn read_earlier(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.earlier = EarlierIdentities::read(reader, self.generation)?;
        Ok(())
    }

    /// Returns the key of a generation and the hash of its certificate; `present` is that of the present one.
    pub(crate) fn kem_of(
        &self,
        generation: u32,
        present: CertificateHash,
    ) -> Option<(&Secret<32>, CertificateHash)> {
        if generation == self.generation {
            return Some((&self.kem_seed, present));
        }
        let earlier = self.earlier.iter().find(|earlier| earlier.generation == generation)?;
        Some((&earlier.kem_seed, earlier.certificate))
    }

    /// Returns the key of a certificate; `present` is the hash of the present one.
    pub(crate) fn kem_with(
        &self,
        certificate: &CertificateHash,
        present: CertificateHash,
    ) -> Option<&Secret<32>> {
        if *certificate == present {
            return Some(&self.kem_seed);
        }
        let earlier = self.earlier.iter().find(|earlier| earlier.certificate == *certificate)?;
        Some(&earlier.kem_seed)
    }

    /// Decodes the output of [`Identity::write_to`].
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint32()? {
            0 => Err(DecodeError::Malformed),
            generation => Ok(Self::from_seeds(generation, read_secret(reader)?, read_secret(reader)?)),
        }
    }

    pub(crate) fn sign(&self, message: &Array) -> Signature {
        self.sign_key.sign(message)
    }

    /// Revokes a device of the account. `made_at` is in milliseconds since 1970.
    #[must_use]
    pub fn revoke(
        &self,
        account: AccountId,
        device: DeviceId,
        compromised: bool,
        made_at: u64,
    ) -> SignedRevocation {
        let generation = self.generation;
        let bytes = Revocation { account, generation, device, compromised, made_at }.encode();
        let by_account = self.sign(&Revocation::message(&bytes));
        SignedRevocation { bytes, by_account }
    }
}
