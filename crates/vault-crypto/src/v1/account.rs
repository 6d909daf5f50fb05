//! An account's own keys: the root that founds it and the identity that works for it.

use hpke::kem::XWing;
use hpke::{Deserializable, Kem, Serializable};
use rand_core::CryptoRng;
use vault_wire::account::{Certificate, Predecessor, SignedCertificate};
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::{AccountId, EntryHash, KemPublicKey, Label, ProfileId, SignPublicKey, Signature, VaultId};
use zeroize::Zeroizing;

use crate::secret::{Secret, derives_nothing};
use crate::v1::derive::derive;
use crate::v1::password::Stretched;
use crate::v1::seal::{open, seal};
use crate::v1::sign;
use crate::{OpenError, RootKey};

const KEYSET_VERSION: u64 = 1;
const ROOT_BOX_VERSION: u64 = 1;

/// The root signing key: it founds the account and certifies identities. It is opened only while the password has
/// just been typed, and dropped again at once.
pub struct RootSigner {
    seed: Secret<32>,
    public: SignPublicKey,
}

derives_nothing!(RootSigner);
derives_nothing!(Identity);
derives_nothing!(Keyset);

impl RootSigner {
    /// Makes a new one, and with it a new account.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self::from_seed(Secret::random(rng))
    }

    pub(super) fn from_seed(seed: Secret<32>) -> Self {
        let public = sign::public_key(&seed);
        Self { seed, public }
    }

    /// Its public key.
    #[must_use]
    pub fn public(&self) -> &SignPublicKey {
        &self.public
    }

    /// The account it founds.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        AccountId::of_root(&self.public)
    }

    /// Certifies an identity. `made_at` is in milliseconds since 1970.
    #[must_use]
    pub fn certify(&self, identity: &Identity, predecessor: Predecessor, made_at: u64) -> SignedCertificate {
        use vault_wire::cbor::Canonical;

        let bytes = Certificate {
            root: self.public,
            generation: identity.generation,
            sign: identity.public,
            kem: identity.kem_public(),
            predecessor,
            made_at,
        }
        .encode();
        let by_root = sign::sign(&self.seed, &Certificate::root_message(&bytes));
        let by_key = identity.sign(&Certificate::possession_message(&bytes));
        SignedCertificate { bytes, by_root, by_key }
    }

    /// Seals it for this computer: it takes the password to open.
    #[must_use]
    pub fn seal_local(
        &self,
        stretched: &Stretched,
        profile_id: &ProfileId,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        let key = stretched.derive_root_box_key(profile_id);
        let content = Array::new().uint(ROOT_BOX_VERSION).bytes(self.seed.expose());
        let content = Zeroizing::new(content.encode());
        seal(key.expose(), &root_context(&self.account_id()), &content, rng)
    }

    /// Opens what [`RootSigner::seal_local`] sealed, and checks that it is this account's.
    ///
    /// # Errors
    /// If it does not open or is another account's.
    pub fn open_local(
        sealed: &[u8],
        stretched: &Stretched,
        profile_id: &ProfileId,
        account_id: &AccountId,
    ) -> Result<Self, OpenError> {
        let key = stretched.derive_root_box_key(profile_id);
        let content = open(key.expose(), &root_context(account_id), sealed)?;
        let mut reader = Reader::new(content.expose());
        let seed = read_root_box(&mut reader).map_err(|_| OpenError)?;
        let root = Self::from_seed(seed);
        if root.account_id() == *account_id { Ok(root) } else { Err(OpenError) }
    }
}

fn root_context(account_id: &AccountId) -> Array {
    Array::labelled(Label::ROOT).bytes(account_id.as_bytes())
}

fn read_root_box(reader: &mut Reader<'_>) -> Result<Secret<32>, DecodeError> {
    reader.array(2)?;
    reader.version(ROOT_BOX_VERSION)?;
    let seed = read_secret(reader)?;
    reader.end()?;
    Ok(seed)
}

/// The identity keys of one generation: one signs entries, the other receives vault keys.
pub struct Identity {
    generation: u32,
    sign_seed: Secret<32>,
    kem_seed: Secret<32>,
    public: SignPublicKey,
}

impl Identity {
    /// Makes the first identity of an account.
    #[must_use]
    pub fn make_first(rng: &mut impl CryptoRng) -> Self {
        Self::from_seeds(1, Secret::random(rng), Secret::random(rng))
    }

    pub(super) fn from_seeds(generation: u32, sign_seed: Secret<32>, kem_seed: Secret<32>) -> Self {
        let public = sign::public_key(&sign_seed);
        Self { generation, sign_seed, kem_seed, public }
    }

    /// Counts from 1.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The public key that others check its signatures with.
    #[must_use]
    pub fn public(&self) -> &SignPublicKey {
        &self.public
    }

    /// The public key under which others wrap vault keys for it.
    #[must_use]
    pub fn kem_public(&self) -> Box<KemPublicKey> {
        let mut public = [0; KemPublicKey::LEN];
        // The seed has the length it must have, so this always succeeds; zeros are no key that anybody certifies.
        if let Ok(secret) = <XWing as Kem>::PrivateKey::from_bytes(self.kem_seed.expose()) {
            XWing::sk_to_pk(&secret).write_exact(&mut public);
        }
        Box::new(KemPublicKey::from_bytes(public))
    }

    /// Whether this certificate, already verified, speaks of these very keys.
    #[must_use]
    pub fn is_certified_by(&self, certificate: &Certificate) -> bool {
        certificate.generation == self.generation
            && certificate.sign == self.public
            && certificate.kem == self.kem_public()
    }

    pub(crate) fn sign(&self, message: &Array) -> Signature {
        sign::sign(&self.sign_seed, message)
    }
}

/// What an account's every device keeps to work for it.
pub struct Keyset {
    /// The identity keys.
    pub identity: Identity,
    /// The account's own vault.
    pub home_vault: VaultId,
    /// The hash of that vault's founding record, so that no other can take its place.
    pub home_genesis: EntryHash,
}

impl Keyset {
    /// Seals it for this computer.
    #[must_use]
    pub fn seal_local(
        &self,
        root_key: &RootKey,
        account_id: &AccountId,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        let Self {
            identity: Identity { generation, sign_seed, kem_seed, public: _ },
            home_vault,
            home_genesis,
        } = self;
        let content = Array::new()
            .uint(KEYSET_VERSION)
            .uint((*generation).into())
            .bytes(sign_seed.expose())
            .bytes(kem_seed.expose())
            // The account's unlock seed, which only the copy on a server has.
            .bytes_or_null(None)
            .bytes(home_vault.as_bytes())
            .bytes(home_genesis.as_bytes());
        let content = Zeroizing::new(content.encode());
        seal(local_keyset_key(root_key).expose(), &keyset_context(account_id), &content, rng)
    }

    /// Opens what [`Keyset::seal_local`] sealed.
    ///
    /// # Errors
    /// If it does not open or holds something else.
    pub fn open_local(sealed: &[u8], root_key: &RootKey, account_id: &AccountId) -> Result<Self, OpenError> {
        let content = open(local_keyset_key(root_key).expose(), &keyset_context(account_id), sealed)?;
        Self::read(&mut Reader::new(content.expose())).map_err(|_| OpenError)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(7)?;
        reader.version(KEYSET_VERSION)?;
        let generation = reader.uint32()?;
        let identity = Identity::from_seeds(generation, read_secret(reader)?, read_secret(reader)?);
        if !reader.null()? {
            return Err(DecodeError::Malformed);
        }
        let keyset = Self { identity, home_vault: reader.fixed()?, home_genesis: reader.fixed()? };
        reader.end()?;
        Ok(keyset)
    }
}

fn local_keyset_key(root_key: &RootKey) -> Secret<32> {
    derive(&[], root_key.expose_bytes(), &Array::labelled(Label::KEYSET_LOCAL))
}

fn keyset_context(account_id: &AccountId) -> Array {
    Array::labelled(Label::KEYSET).bytes(account_id.as_bytes())
}

/// Reads 32 secret bytes from an opened box into their own place.
fn read_secret(reader: &mut Reader<'_>) -> Result<Secret<32>, DecodeError> {
    let bytes = reader.bytes_up_to(32)?.try_into().map_err(|_| DecodeError::Malformed)?;
    Ok(Secret::copy_of(bytes))
}
