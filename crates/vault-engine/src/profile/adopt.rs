//! Another Secret Key of the account: in the profile and in the keychain.
//!
//! 1. The keychain has both.
//! 2. `profile.keys` is replaced: from here on the new Secret Key is in force.
//! 3. The keychain has only the new one.
//!
//! A crash in between leaves a profile that opens with one of both; the next unlock stores that one.

use vault_crypto::{RootSigner, SecretKey, SecretText, UnlockSeed};

use super::profiles::Profiles;
use super::secret_key::{keep, store_both};
use crate::session::{KeysError, Session, SessionError};

impl Profiles {
    /// Takes over the account's password and Secret Key, which were changed on this device or another one. `known` is the unlock
    /// seed of the profile's account slot, `seed` the one that the account has now.
    ///
    /// # Errors
    /// See [`KeysError`]; the profile then opens as before.
    pub fn adopt_account(
        &self,
        session: &mut Session,
        password: &SecretText,
        root: &RootSigner,
        (known, seed): (&UnlockSeed, &UnlockSeed),
        secret_key: &SecretKey,
    ) -> Result<(), KeysError> {
        let (id, before) = (session.profile().id, session.secret_key()?);
        if before.is_same_as(secret_key) {
            return session.adopt_account(password, root, (known, seed), secret_key);
        }
        let folder = session.folder().clone();
        store_both(&*self.keychain, &folder, id, [secret_key, &before])
            .map_err(|disk| KeysError::Session(SessionError::Disk(disk)))?;
        session.adopt_account(password, root, (known, seed), secret_key)?;
        self.pins.forget(id);
        // If this fails, the next unlock stores the one that opens.
        let _ = keep(&*self.keychain, &folder, id, secret_key);
        Ok(())
    }
}
