//! What a server keeps for an account, opened together or not at all.

use vault_wire::AccountId;
use vault_wire::account::{Certificate, SignedCertificate};

use super::{Identity, Keyset, RootSigner};
use crate::secret::derives_nothing;
use crate::{AccountUnlockKey, OpenError, UnlockSeed};

/// An account's certificate and boxes as they came from a server.
#[derive(Clone, Copy, Debug)]
pub struct AccountBoxes<'a> {
    /// The certificate of the current identity.
    pub certificate: &'a SignedCertificate,
    /// What [`Keyset::seal_account`] gave.
    pub keyset: &'a [u8],
    /// What [`RootSigner::seal_account`] gave.
    pub root: &'a [u8],
}

/// An account, opened: everything in it belongs together.
pub struct OpenedAccount {
    /// To be dropped as soon as what needs it is done.
    pub root: RootSigner,
    /// The keys it works with.
    pub keyset: Keyset,
    /// Opens the account slot of each of its profiles.
    pub unlock_seed: UnlockSeed,
    /// The certificate of its identity.
    pub certificate: Certificate,
}

derives_nothing!(OpenedAccount);

impl AccountBoxes<'_> {
    /// Opens both boxes and checks that account id, root, certificate and keys belong together.
    ///
    /// # Errors
    /// One error, whatever is wrong: another key, a changed box, or parts of different accounts or generations.
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
/// One error, whatever is wrong.
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
