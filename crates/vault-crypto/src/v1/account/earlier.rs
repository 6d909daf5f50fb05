//! Keys of an account's earlier identities, by which what was made for them still opens.

use vault_wire::CertificateHash;
use vault_wire::cbor::{Array, DecodeError, Reader};

use crate::secret::{Secret, assert_opaque};
use crate::v1::content::read_secret;

/// The X-Wing key of an earlier identity.
pub(super) struct EarlierIdentity {
    pub(super) generation: u32,
    pub(super) kem_seed: Secret<32>,
    /// Hash of its certificate.
    pub(super) certificate: CertificateHash,
}

assert_opaque!(EarlierIdentity);

impl EarlierIdentity {
    pub(super) fn new(generation: u32, kem_seed: &Secret<32>, certificate: CertificateHash) -> Self {
        Self { generation, kem_seed: Secret::copy_of(kem_seed.expose()), certificate }
    }

    fn duplicate(&self) -> Self {
        Self::new(self.generation, &self.kem_seed, self.certificate)
    }
}

/// The earlier identities of an account, generations ascending.
#[derive(Default)]
pub(super) struct EarlierIdentities(Vec<EarlierIdentity>);

impl EarlierIdentities {
    /// The number of generations that are kept.
    const MAX: usize = 16;

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &EarlierIdentity> {
        self.0.iter()
    }

    /// Returns them followed by a newer one, without the oldest if there are too many.
    pub(super) fn followed_by(&self, newest: EarlierIdentity) -> Self {
        let surplus = (self.0.len() + 1).saturating_sub(Self::MAX);
        let kept = self.0.iter().skip(surplus).map(EarlierIdentity::duplicate);
        Self(kept.chain([newest]).collect())
    }

    pub(super) fn write(&self) -> Array {
        self.0.iter().fold(Array::new(), |all, EarlierIdentity { generation, kem_seed, certificate }| {
            let one = Array::new().uint((*generation).into()).bytes(kem_seed.expose());
            all.array(&one.bytes(certificate.as_bytes()))
        })
    }

    /// Reads at least one, all below the present generation.
    pub(super) fn read(reader: &mut Reader<'_>, present: u32) -> Result<Self, DecodeError> {
        let mut all: Vec<EarlierIdentity> = Vec::new();
        for _ in 0..reader.array_up_to(Self::MAX as u64)? {
            reader.array(3)?;
            let generation = reader.uint32()?;
            let last = all.last().map_or(0, |last| last.generation);
            if generation <= last || generation >= present {
                return Err(DecodeError::Malformed);
            }
            all.push(EarlierIdentity {
                generation,
                kem_seed: read_secret(reader)?,
                certificate: reader.fixed()?,
            });
        }
        if all.is_empty() { Err(DecodeError::Malformed) } else { Ok(Self(all)) }
    }
}
