//! The root signing key.

use rand_core::CryptoRng;
use vault_wire::account::{
    Certificate, Predecessor, Reenrolment, SignedCertificate, SignedReenrolment, SignedSuccessor, Successor,
};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::{AccountId, ContentHash, Label, ProfileId, SignPublicKey, Signature};
use zeroize::Zeroizing;

use super::Identity;
use crate::keys::{AccountUnlockKey, RecoveryCode};
use crate::secret::{Secret, assert_opaque};
use crate::v1::content::{check_canonical, read_secret};
use crate::v1::derive::derive;
use crate::v1::password::StretchedPassword;
use crate::v1::seal::OpenError;
use crate::v1::seal::{open, seal};
use crate::v1::sign::SignKey;

const VERSION: u64 = 1;

/// The root signing key: it defines the account id and certifies identities. It is opened only right after
/// the password was entered, and dropped immediately after use.
pub struct RootSigner {
    key: SignKey,
}

assert_opaque!(RootSigner);

impl RootSigner {
    /// Makes a new root key, and with it a new account.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self::from_seed(Secret::random(rng))
    }

    pub(crate) fn from_seed(seed: Secret<32>) -> Self {
        Self { key: SignKey::from_seed(seed) }
    }

    /// Returns its public key.
    #[must_use]
    pub fn public(&self) -> &SignPublicKey {
        self.key.public()
    }

    /// Returns the account id derived from it.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        AccountId::of_root(self.public())
    }

    /// Certifies an identity. `made_at` is in milliseconds since 1970.
    #[must_use]
    pub fn certify(&self, identity: &Identity, predecessor: Predecessor, made_at: u64) -> SignedCertificate {
        let bytes = Certificate {
            root: *self.public(),
            generation: identity.generation(),
            sign: *identity.public(),
            kem: identity.kem_public(),
            predecessor,
            made_at,
        }
        .encode();
        let by_root = self.sign(&Certificate::root_message(&bytes));
        let by_key = identity.sign(&Certificate::possession_message(&bytes));
        SignedCertificate { bytes, by_root, by_key }
    }

    pub(crate) fn sign(&self, message: &Array) -> Signature {
        self.key.sign(message)
    }

    /// Seals the root key for this computer, under the password.
    #[must_use]
    pub fn seal_local(
        &self,
        stretched: &StretchedPassword,
        profile_id: &ProfileId,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        self.seal(&stretched.derive_root_box_key(profile_id), rng)
    }

    /// Opens what [`RootSigner::seal_local`] sealed, and checks that it is this account's.
    ///
    /// # Errors
    /// If it does not open or is another account's.
    pub fn open_local(
        sealed: &[u8],
        stretched: &StretchedPassword,
        profile_id: &ProfileId,
        account_id: &AccountId,
    ) -> Result<Self, OpenError> {
        Self::open(sealed, &stretched.derive_root_box_key(profile_id), account_id)
    }

    /// Seals a second copy for this computer, under the recovery code. Without it a forgotten password would
    /// lose the root permanently.
    #[must_use]
    pub fn seal_recovery(
        &self,
        code: &RecoveryCode,
        profile_id: &ProfileId,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        self.seal(&recovery_box_key(code, profile_id), rng)
    }

    /// Opens what [`RootSigner::seal_recovery`] sealed, and checks that it is this account's.
    ///
    /// # Errors
    /// If it does not open or is another account's.
    pub fn open_recovery(
        sealed: &[u8],
        code: &RecoveryCode,
        profile_id: &ProfileId,
        account_id: &AccountId,
    ) -> Result<Self, OpenError> {
        Self::open(sealed, &recovery_box_key(code, profile_id), account_id)
    }

    /// Seals the root key for the account's server; opening requires the password, the Secret Key and a
    /// login. Opened by [`AccountBoxes::open`](crate::AccountBoxes::open).
    #[must_use]
    pub fn seal_account(&self, key: &AccountUnlockKey, rng: &mut impl CryptoRng) -> Vec<u8> {
        self.seal(&key.0, rng)
    }

    pub(super) fn open_account(
        sealed: &[u8],
        key: &AccountUnlockKey,
        account_id: &AccountId,
    ) -> Result<Self, OpenError> {
        Self::open(sealed, &key.0, account_id)
    }

    /// Signs a re-enrolment statement about the parts that a server must store.
    #[must_use]
    pub fn sign_reenrolment(&self, statement: &ReenrolmentParts<'_>) -> SignedReenrolment {
        let ReenrolmentParts { issuer, version, record, keyset, root_box } = *statement;
        let bytes = Reenrolment {
            root: *self.public(),
            issuer: issuer.to_owned(),
            version,
            record: ContentHash::of(record),
            keyset: ContentHash::of(keyset),
            root_box: ContentHash::of(root_box),
        }
        .encode();
        let by_root = self.sign(&Reenrolment::message(&bytes));
        SignedReenrolment { bytes, by_root }
    }

    /// States that another root follows this one for its account, which is that of the first root.
    #[must_use]
    pub fn state_successor(&self, account: AccountId, next: &Self, made_at: u64) -> SignedSuccessor {
        let bytes = Successor { account, root: *self.public(), next: *next.public(), made_at }.encode();
        let by_root = self.sign(&Successor::message(&bytes));
        let by_next = next.sign(&Successor::possession_message(&bytes));
        SignedSuccessor { bytes, by_root, by_next }
    }

    /// Appends the seed to the content of a box.
    pub(crate) fn write_to(&self, content: Array) -> Array {
        content.bytes(self.key.seed().expose())
    }

    fn write(&self) -> Array {
        self.write_to(Array::new().uint(VERSION))
    }

    fn seal(&self, key: &Secret<32>, rng: &mut impl CryptoRng) -> Vec<u8> {
        let content = Zeroizing::new(self.write().encode());
        seal(key.expose(), &root_context(&self.account_id()), &content, rng)
    }

    fn open(sealed: &[u8], key: &Secret<32>, account_id: &AccountId) -> Result<Self, OpenError> {
        let content = open(key.expose(), &root_context(account_id), sealed)?;
        let mut reader = Reader::new(content.expose());
        let root = Self::from_seed(read_root_box(&mut reader).map_err(|_| OpenError)?);
        check_canonical(&root.write(), &content)?;
        if root.account_id() == *account_id { Ok(root) } else { Err(OpenError) }
    }
}

/// The parts that a re-enrolment statement covers.
#[derive(Clone, Copy, Debug)]
pub struct ReenrolmentParts<'a> {
    /// The server that it is for, by the server's own name; servers reject more than
    /// [`Reenrolment::MAX_ISSUER`] bytes.
    pub issuer: &'a str,
    /// Version above that of every earlier registration.
    pub version: u64,
    /// The OPAQUE registration record.
    pub record: &'a [u8],
    /// The keyset box.
    pub keyset: &'a [u8],
    /// The root box.
    pub root_box: &'a [u8],
}

fn recovery_box_key(code: &RecoveryCode, profile_id: &ProfileId) -> Secret<32> {
    derive(profile_id.as_bytes(), code.expose_bytes(), &Array::labelled(Label::ROOT_RECOVERY))
}

fn root_context(account_id: &AccountId) -> Array {
    Array::labelled(Label::ROOT).bytes(account_id.as_bytes())
}

fn read_root_box(reader: &mut Reader<'_>) -> Result<Secret<32>, DecodeError> {
    reader.array(2)?;
    reader.version(VERSION)?;
    let seed = read_secret(reader)?;
    reader.end()?;
    Ok(seed)
}
