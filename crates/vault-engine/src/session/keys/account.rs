//! The account's keys, for its registration at a server.

use vault_crypto::{Keyset, RootSigner, SecretKey, SecretText};
use vault_wire::AccountId;
use vault_wire::account::SignedCertificate;

use super::error::KeysError;
use crate::session::error::SessionError;
use crate::session::rows::meta;
use crate::session::state::Session;

/// Everything that makes an account. Drop it as soon as possible.
pub struct AccountParts {
    /// The account's root.
    pub root: RootSigner,
    /// Its working keys.
    pub keyset: Keyset,
    /// The certificate of its identity.
    pub certificate: SignedCertificate,
    /// The Secret Key, with which the password is stretched.
    pub secret_key: SecretKey,
}

impl Session {
    /// Returns the account of this profile.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.vaults.author.account
    }

    /// Opens the account's keys with the password. Takes about a second on all cores.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub fn account_parts(&self, password: &SecretText) -> Result<AccountParts, KeysError> {
        let typed = self.typed(password)?;
        let root = self.root_signer(&typed)?;
        let sealed = meta::required(&self.db, meta::KEYSET)?;
        let keyset = Keyset::open_local(&sealed, &typed.root_key, &self.account());
        let keyset = keyset.map_err(|_| SessionError::DatabaseDamaged)?;
        let certificate = self.vaults.author.certificate.clone();
        Ok(AccountParts { root, keyset, certificate, secret_key: typed.secret_key })
    }
}
