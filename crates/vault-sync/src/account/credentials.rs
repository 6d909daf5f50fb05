//! What the user types to sign in.

use tokio::task::spawn_blocking;
use vault_crypto::{KdfParams, SecretKey, SecretText, StretchError, StretchedAccountPassword};

/// Password and Secret Key.
pub struct Credentials {
    /// The password.
    pub password: SecretText,
    /// The Secret Key.
    pub secret_key: SecretKey,
}

impl Credentials {
    /// Stretches the password on a thread of its own, since that takes a second. Both are zeroized after it.
    pub(super) async fn stretch(self, costs: KdfParams) -> Result<StretchedAccountPassword, StretchError> {
        let work =
            spawn_blocking(move || StretchedAccountPassword::derive(&self.password, &self.secret_key, costs));
        // It does not panic, and nothing cancels it but the end of the program.
        work.await.unwrap_or(Err(StretchError::OutOfMemory))
    }
}
