//! The operating system's keychain, which keeps the Secret Key apart from the profile's folder.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use vault_crypto::SecretText;
use vault_wire::ProfileId;
use zeroize::Zeroizing;

/// The keychain cannot be used: there is none, it is locked, or it does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keychain of the system cannot be used")]
pub struct KeychainUnavailable;

/// A place apart from the profile's folder that keeps its Secret Key in text form.
pub trait Keychain: Send + Sync {
    /// Looks the Secret Key up; `None` if the keychain works and does not have it.
    ///
    /// # Errors
    /// If there is no keychain that answers.
    fn get(&self, profile: ProfileId) -> Result<Option<SecretText>, KeychainUnavailable>;

    /// Keeps the Secret Key.
    ///
    /// # Errors
    /// If there is no keychain that answers.
    fn set(&self, profile: ProfileId, secret_key: &SecretText) -> Result<(), KeychainUnavailable>;

    /// Forgets the Secret Key, if it is there.
    ///
    /// # Errors
    /// If there is no keychain that answers.
    fn delete(&self, profile: ProfileId) -> Result<(), KeychainUnavailable>;
}

/// For computers without a keychain, and for profiles on a stick: everything is kept in the profile's folder.
pub struct NoKeychain;

impl Keychain for NoKeychain {
    fn get(&self, _: ProfileId) -> Result<Option<SecretText>, KeychainUnavailable> {
        Err(KeychainUnavailable)
    }

    fn set(&self, _: ProfileId, _: &SecretText) -> Result<(), KeychainUnavailable> {
        Err(KeychainUnavailable)
    }

    fn delete(&self, _: ProfileId) -> Result<(), KeychainUnavailable> {
        Err(KeychainUnavailable)
    }
}

/// The keychain of the operating system: Secret Service, Windows Credential Manager or the macOS keychain.
///
/// A daemon that failed to start does not answer at all, so every call runs on a thread of its own and is given up
/// after a while.
pub struct SystemKeychain {
    patience: Duration,
}

impl SystemKeychain {
    /// Uses the keychain of the person who runs the program. Unlocking a keychain may take a person's time, since the
    /// system asks them; a longer wait would look like a hang.
    #[must_use]
    pub fn new() -> Self {
        Self { patience: Duration::from_secs(20) }
    }

    /// The same, with another time limit for each call.
    #[must_use]
    pub fn with_patience(patience: Duration) -> Self {
        Self { patience }
    }

    fn ask<R: Send + 'static>(
        &self,
        profile: ProfileId,
        question: impl FnOnce(&keyring_core::Entry) -> keyring_core::Result<R> + Send + 'static,
    ) -> Result<Option<R>, KeychainUnavailable> {
        let (answer, answered) = mpsc::sync_channel(1);
        let asked = thread::Builder::new().name("keychain".to_owned()).spawn(move || {
            let found = entry(profile).and_then(|entry| question(&entry));
            // Nobody listens any more if it took too long.
            let _ = answer.send(found);
        });
        asked.map_err(|_| KeychainUnavailable)?;
        match answered.recv_timeout(self.patience) {
            Ok(Ok(found)) => Ok(Some(found)),
            Ok(Err(keyring_core::Error::NoEntry)) => Ok(None),
            Ok(Err(_)) | Err(_) => Err(KeychainUnavailable),
        }
    }
}

impl Default for SystemKeychain {
    fn default() -> Self {
        Self::new()
    }
}

impl Keychain for SystemKeychain {
    fn get(&self, profile: ProfileId) -> Result<Option<SecretText>, KeychainUnavailable> {
        self.ask(profile, |entry| entry.get_password().map(SecretText::new))
    }

    fn set(&self, profile: ProfileId, secret_key: &SecretText) -> Result<(), KeychainUnavailable> {
        let text = Zeroizing::new(secret_key.expose().to_owned());
        self.ask(profile, move |entry| entry.set_password(&text))?.ok_or(KeychainUnavailable)
    }

    fn delete(&self, profile: ProfileId) -> Result<(), KeychainUnavailable> {
        self.ask(profile, |entry| entry.delete_credential()).map(|_| ())
    }
}

/// The entry `coffer` / `<profile_id>/secret-key`.
fn entry(profile: ProfileId) -> keyring_core::Result<keyring_core::Entry> {
    store()?.build("coffer", &format!("{profile}/secret-key"), None)
}

#[cfg(not(any(target_os = "macos", target_os = "windows")))]
fn store() -> keyring_core::Result<std::sync::Arc<zbus_secret_service_keyring_store::Store>> {
    zbus_secret_service_keyring_store::Store::new()
}

#[cfg(target_os = "windows")]
fn store() -> keyring_core::Result<std::sync::Arc<windows_native_keyring_store::Store>> {
    windows_native_keyring_store::Store::new()
}

#[cfg(target_os = "macos")]
fn store() -> keyring_core::Result<std::sync::Arc<apple_native_keyring_store::keychain::Store>> {
    apple_native_keyring_store::keychain::Store::new()
}
