//! Identity keys of an account.

use hpke::kem::XWing;
use hpke::{Deserializable, Kem, Serializable};
use rand_core::CryptoRng;
use vault_wire::account::Certificate;
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::{KemPublicKey, SignPublicKey, Signature};

use crate::secret::{Secret, assert_opaque, wipe_stack};
use crate::v1::content::read_secret;
use crate::v1::sign::SignKey;

/// The identity keys of one generation: one signs entries, the other receives vault keys.
pub struct Identity {
    generation: u32,
    sign_key: SignKey,
    pub(crate) kem_seed: Secret<32>,
}

assert_opaque!(Identity);

impl Identity {
    /// Makes the first identity of an account.
    #[must_use]
    pub fn make_first(rng: &mut impl CryptoRng) -> Self {
        Self::from_seeds(1, Secret::random(rng), Secret::random(rng))
    }

    /// Makes the identity of the next generation; `None` after 2³² − 1 generations.
    ///
    /// Certify it with [`Predecessor::Compromised`](vault_wire::account::Predecessor::Compromised) if the
    /// keys of this one may be known to others.
    #[must_use]
    pub fn make_next(&self, rng: &mut impl CryptoRng) -> Option<Self> {
        let generation = self.generation.checked_add(1)?;
        Some(Self::from_seeds(generation, Secret::random(rng), Secret::random(rng)))
    }

    pub(crate) fn from_seeds(generation: u32, sign_seed: Secret<32>, kem_seed: Secret<32>) -> Self {
        Self { generation, sign_key: SignKey::from_seed(sign_seed), kem_seed }
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
        let mut public = [0; KemPublicKey::LEN];
        // The seed has the required length, so this always succeeds; zeros are never a certified key.
        if let Ok(secret) = <XWing as Kem>::PrivateKey::from_bytes(self.kem_seed.expose()) {
            XWing::sk_to_pk(&secret).write_exact(&mut public);
        }
        // The library leaves copies of the seed on its stack.
        wipe_stack();
        Box::new(KemPublicKey::from_bytes(public))
    }

    /// Returns whether this verified certificate is for exactly these keys.
    #[must_use]
    pub fn is_certified_by(&self, certificate: &Certificate) -> bool {
        certificate.generation == self.generation
            && certificate.sign == *self.public()
            && certificate.kem == self.kem_public()
    }

    /// Appends generation and seeds to the content of a box.
    pub(crate) fn write_to(&self, content: Array) -> Array {
        let Self { generation, sign_key, kem_seed } = self;
        content.uint((*generation).into()).bytes(sign_key.seed().expose()).bytes(kem_seed.expose())
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
}
