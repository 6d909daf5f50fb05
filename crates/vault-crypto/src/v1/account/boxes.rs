//! The boxes that a server stores for an account.

use vault_wire::AccountId;
use vault_wire::account::{Certificate, SignedCertificate};

use super::{Identity, Keyset, RootSigner};
use crate::keys::{AccountUnlockKey, UnlockSeed};
use crate::secret::assert_opaque;
use crate::v1::seal::OpenError;

/// An account's certificate and boxes as received from a server.
#[derive(Clone, Copy, Debug)]
pub struct AccountBoxes<'a> {
    /// The certificate of the current identity.
    pub certificate: &'a SignedCertificate,
    /// The output of [`Keyset::seal_account`].
    pub keyset: &'a [u8],
    /// The output of [`RootSigner::seal_account`].
    pub root: &'a [u8],
}

/// An opened account; its parts are verified to belong together.
pub struct OpenedAccount {
    /// The root key. Drop it as soon as possible.
    pub root: RootSigner,
    /// The account's working keys.
    pub keyset: Keyset,
    /// Opens the account slot of each of its profiles.
    pub unlock_seed: UnlockSeed,
    /// The certificate of its identity.
    pub certificate: Certificate,
}

assert_opaque!(OpenedAccount);

impl AccountBoxes<'_> {
    /// Opens both boxes and checks that account id, root, certificate and keys belong together.
    ///
    /// # Errors
    /// One error for all causes: another key, a changed box, or parts of different accounts or generations.
    pub fn open(&self, key: &AccountUnlockKey, account_id: &AccountId) -> Result<OpenedAccount, OpenError> {
        let root = RootSigner::open_account(self.root, key, account_id)?;
        let (keyset, unlock_seed) = Keyset::open_account(self.keyset, key, account_id)?;
        let certificate = check_account(account_id, &root, self.certificate, &keyset.identity)?;
        Ok(OpenedAccount { root, keyset, unlock_seed, certificate })
    }
}

/// Checks that account id, root, certificate and identity belong together.
///
/// # Errors
/// One error for all causes.
pub fn check_account(
    account_id: &AccountId,
    root: &RootSigner,
    certificate: &SignedCertificate,
    identity: &Identity,
) -> Result<Certificate, OpenError> {
    let certificate = certificate.verify().map_err(|_| OpenError)?;
    let together = root.account_id() == *account_id
        && certificate.root == *root.public()
        && identity.is_certified_by(&certificate);
    if together { Ok(certificate) } else { Err(OpenError) }
}
