//! The operating system's keychain, which stores the Secret Key and the last known write state outside the profile's
//! folder (`docs/decisions/0029-keyring.md`).

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use vault_crypto::SecretText;
use vault_wire::ProfileId;
use zeroize::Zeroizing;

/// The keychain cannot be used: there is none, it is locked, or it does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keychain of the system cannot be used")]
pub struct KeychainUnavailable;

/// A value that the keychain stores for a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeychainEntry {
    /// The Secret Key; two, separated by a space, while it is being replaced.
    SecretKey,
    /// The write state of the database that was last written; see `profile/rollback.rs`.
    WriteState,
}

impl KeychainEntry {
    /// Returns its name in the keychain, after the profile's id.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecretKey => "secret-key",
            Self::WriteState => "write-state",
        }
    }
}

/// A store outside the profile's folder, of one text for each entry of a profile.
pub trait Keychain: Send + Sync {
    /// Returns an entry, or `None` if the keychain works and does not have it.
    ///
    /// # Errors
    /// Fails if no keychain answers.
    fn get(
        &self,
        profile: ProfileId,
        entry: KeychainEntry,
    ) -> Result<Option<SecretText>, KeychainUnavailable>;

    /// Stores an entry in place of an older one.
    ///
    /// # Errors
    /// Fails if no keychain answers.
    fn set(
        &self,
        profile: ProfileId,
        entry: KeychainEntry,
        value: &SecretText,
    ) -> Result<(), KeychainUnavailable>;

    /// Deletes an entry, if it is there.
    ///
    /// # Errors
    /// Fails if no keychain answers.
    fn delete(&self, profile: ProfileId, entry: KeychainEntry) -> Result<(), KeychainUnavailable>;
}

/// A keychain that is never available: the Secret Key stays in the profile's folder, as for portable profiles.
pub struct NoKeychain;

impl Keychain for NoKeychain {
    fn get(&self, _: ProfileId, _: KeychainEntry) -> Result<Option<SecretText>, KeychainUnavailable> {
        Err(KeychainUnavailable)
    }

    fn set(&self, _: ProfileId, _: KeychainEntry, _: &SecretText) -> Result<(), KeychainUnavailable> {
        Err(KeychainUnavailable)
    }

    fn delete(&self, _: ProfileId, _: KeychainEntry) -> Result<(), KeychainUnavailable> {
        Err(KeychainUnavailable)
    }
}

/// The keychain of the operating system: Secret Service, Windows Credential Manager or the macOS keychain.
///
/// Every call makes a new connection, so a daemon that starts, restarts or is unlocked later is found. A daemon that failed to
/// start does not answer at all, so every call runs on its own thread and fails after a time limit.
pub struct SystemKeychain {
    timeout: Duration,
}

impl SystemKeychain {
    /// Uses the keychain of the current user, with a time limit of 20 seconds: long enough for a user to answer the
    /// system's unlock prompt, short enough not to look like a hang.
    #[must_use]
    pub fn new() -> Self {
        Self { timeout: Duration::from_secs(20) }
    }

    /// As [`Self::new`], with another time limit for each call.
    #[must_use]
    pub fn with_timeout(timeout: Duration) -> Self {
        Self { timeout }
    }

    /// Runs `request` on an entry; `None` if there is no such entry.
    fn call<R: Send + 'static>(
        &self,
        profile: ProfileId,
        entry: KeychainEntry,
        request: impl FnOnce(&keyring::Entry) -> keyring::Result<R> + Send + 'static,
    ) -> Result<Option<R>, KeychainUnavailable> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let user = format!("{profile}/{}", entry.name());
        let spawned = thread::Builder::new().name("keychain".to_owned()).spawn(move || {
            let result = connection::entry(&user).and_then(|entry| request(&entry));
            // The receiver is gone after a timeout.
            let _ = sender.send(result);
        });
        spawned.map_err(|_| KeychainUnavailable)?;
        match receiver.recv_timeout(self.timeout) {
            Ok(Ok(value)) => Ok(Some(value)),
            Ok(Err(keyring::Error::NoEntry)) => Ok(None),
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
    fn get(
        &self,
        profile: ProfileId,
        entry: KeychainEntry,
    ) -> Result<Option<SecretText>, KeychainUnavailable> {
        self.call(profile, entry, |entry| entry.get_password().map(SecretText::new))
    }

    fn set(
        &self,
        profile: ProfileId,
        entry: KeychainEntry,
        value: &SecretText,
    ) -> Result<(), KeychainUnavailable> {
        let text = Zeroizing::new(value.expose().to_owned());
        self.call(profile, entry, move |entry| entry.set_password(&text))?.ok_or(KeychainUnavailable)
    }

    fn delete(&self, profile: ProfileId, entry: KeychainEntry) -> Result<(), KeychainUnavailable> {
        self.call(profile, entry, |entry| entry.delete_credential()).map(|_| ())
    }
}

/// Entries over a new connection each, which `keyring`'s own constructor does not offer; see
/// `docs/decisions/0029-keyring.md`.
mod connection {
    #[cfg(target_os = "macos")]
    use apple_native_keyring_store::keychain::Store;
    use keyring_core::api::CredentialStoreApi;
    #[cfg(target_os = "windows")]
    use windows_native_keyring_store::Store;
    #[cfg(not(any(target_os = "macos", target_os = "windows")))]
    use zbus_secret_service_keyring_store::Store;

    /// Connects to the keychain and names the entry `coffer` / `user`. Nothing is looked up yet.
    pub(super) fn entry(user: &str) -> keyring::Result<keyring::Entry> {
        let inner = Store::new()?.build("coffer", user, None)?;
        Ok(keyring::Entry { inner })
    }
}
