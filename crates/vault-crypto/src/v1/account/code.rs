//! The recovery code of an account: the box on a server that it opens, and the proof of it.

use rand_core::CryptoRng;
use vault_wire::account::{CodeStatement, SignedCertificate, SignedCodeStatement};
use vault_wire::cbor::{Array, Canonical as _, DecodeError, Reader};
use vault_wire::{AccountId, ContentHash, DeviceId, Label, SignPublicKey, Signature};
use zeroize::Zeroizing;

use super::{Keyset, MAX_CONTENT, RootSigner, check_account};
use crate::bytes::SecretBytes;
use crate::keys::{RecoveryCode, SecretKey, UnlockSeed};
use crate::secret::{Secret, assert_opaque};
use crate::v1::content::check_canonical;
use crate::v1::derive::derive;
use crate::v1::seal::{OpenError, open, seal};
use crate::v1::sign::SignKey;

const VERSION: u64 = 1;

/// The key by which a device proves to a server that it has an account's recovery code.
pub struct CodeKey(SignKey);

assert_opaque!(CodeKey);

impl CodeKey {
    /// Derives the key from the code.
    #[must_use]
    pub fn derive(code: &RecoveryCode, account: &AccountId) -> Self {
        let seed = derive(account.as_bytes(), code.expose_bytes(), &Array::labelled(Label::CODE_SIGN));
        Self(SignKey::from_seed(seed))
    }

    /// Returns the public key.
    #[must_use]
    pub fn public(&self) -> &SignPublicKey {
        self.0.public()
    }

    /// Proves the code to a server, for one challenge and one device.
    #[must_use]
    pub fn prove(
        &self,
        account: &AccountId,
        issuer: &str,
        challenge: &[u8; 32],
        device: &DeviceId,
    ) -> Signature {
        self.0.sign(&CodeStatement::proof_message(account, issuer, challenge, device))
    }
}

/// A box for a server, and the root's statement of it.
pub struct NewCodeBox {
    /// The statement.
    pub statement: SignedCodeStatement,
    /// The sealed box.
    pub sealed: Vec<u8>,
}

/// An account opened by its recovery code.
pub struct CodeAccount {
    /// Its root key.
    pub root: RootSigner,
    /// Its keyset when the box was made.
    pub keyset: Keyset,
    /// Opens the account slot of its profiles.
    pub unlock_seed: UnlockSeed,
    /// Its Secret Key.
    pub secret_key: SecretKey,
}

assert_opaque!(CodeAccount);

impl RootSigner {
    /// Seals the account for a server under its recovery code. `number` is above that of every earlier
    /// statement.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "each is a part of the box or of its statement")]
    pub fn make_code_box(
        &self,
        code: &RecoveryCode,
        keyset: &Keyset,
        unlock_seed: &UnlockSeed,
        secret_key: &SecretKey,
        issuer: &str,
        number: u64,
        rng: &mut impl CryptoRng,
    ) -> NewCodeBox {
        let account = self.account_id();
        let content = Zeroizing::new(write(self, keyset, unlock_seed, secret_key).encode());
        let sealed = seal(box_key(code, &account).expose(), &box_context(&account), &content, rng);
        let key = *CodeKey::derive(code, &account).public();
        let statement = self.state_code(issuer, number, Some((key, ContentHash::of(&sealed))));
        NewCodeBox { statement, sealed }
    }

    /// States that the account has no recovery code on a server any more.
    #[must_use]
    pub fn withdraw_code(&self, issuer: &str, number: u64) -> SignedCodeStatement {
        self.state_code(issuer, number, None)
    }

    fn state_code(
        &self,
        issuer: &str,
        number: u64,
        code: Option<(SignPublicKey, ContentHash)>,
    ) -> SignedCodeStatement {
        let issuer = issuer.to_owned();
        let bytes = CodeStatement { root: *self.public(), issuer, number, code }.encode();
        let by_root = self.sign(&CodeStatement::message(&bytes));
        SignedCodeStatement { bytes, by_root }
    }
}

impl CodeAccount {
    /// Opens a box by the recovery code and checks that its parts belong together. `certificate` is that of
    /// the identity in the box.
    ///
    /// # Errors
    /// One error for all causes: another code, a changed box, or parts of different accounts or generations.
    pub fn open(
        sealed: &[u8],
        code: &RecoveryCode,
        account: &AccountId,
        certificate: &SignedCertificate,
    ) -> Result<Self, OpenError> {
        let content = open(box_key(code, account).expose(), &box_context(account), sealed)?;
        let opened = Self::read(&content).map_err(|_| OpenError)?;
        let Self { root, keyset, unlock_seed, secret_key } = &opened;
        check_canonical(&write(root, keyset, unlock_seed, secret_key), &content)?;
        check_account(account, root, certificate, &keyset.identity)?;
        Ok(opened)
    }

    fn read(content: &SecretBytes) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(content.expose());
        reader.array(4)?;
        reader.version(VERSION)?;
        let root = reader.bytes_up_to(32)?.try_into().map_err(|_| DecodeError::Malformed)?;
        let root = RootSigner::from_seed(Secret::copy_of(root));
        let (keyset, unlock_seed) = Keyset::read(&mut Reader::new(reader.bytes_up_to(MAX_CONTENT)?))?;
        let secret_key =
            SecretKey::from_slice(reader.bytes_up_to(16)?).map_err(|_| DecodeError::Malformed)?;
        reader.end()?;
        let unlock_seed = unlock_seed.ok_or(DecodeError::Malformed)?;
        Ok(Self { root, keyset, unlock_seed, secret_key })
    }
}

fn write(root: &RootSigner, keyset: &Keyset, unlock_seed: &UnlockSeed, secret_key: &SecretKey) -> Array {
    let inner = Zeroizing::new(keyset.write(Some(unlock_seed)).encode());
    root.write_to(Array::new().uint(VERSION)).bytes(&inner).bytes(secret_key.expose_bytes())
}

fn box_key(code: &RecoveryCode, account: &AccountId) -> Secret<32> {
    derive(account.as_bytes(), code.expose_bytes(), &Array::labelled(Label::CODE_BOX))
}

fn box_context(account: &AccountId) -> Array {
    Array::labelled(Label::CODE_BOX).bytes(account.as_bytes())
}
