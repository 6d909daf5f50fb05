//! A sign-in that waits for a second factor.

use tokio::sync::Mutex;
use vault_engine::session::NetworkSettings;
use vault_engine::{SecretText, VaultId};
use vault_sync::SecretKey;
use vault_sync::connect::FactorStep;
use vault_sync::message::Head;

/// The sign-in that waits, if there is one. It is not the profile thread's: it waits for the network.
#[derive(Default)]
pub(crate) struct PendingSignIn(pub(crate) Mutex<Option<WaitingSignIn>>);

/// A sign-in, and what it is for.
pub(crate) struct WaitingSignIn {
    pub(crate) step: Box<FactorStep>,
    pub(crate) purpose: SignInPurpose,
}

/// What a sign-in is for.
pub(crate) enum SignInPurpose {
    /// The open profile continues with it.
    Open {
        /// The password that was typed.
        password: SecretText,
        /// The Secret Key that signs in, if it is another one than the profile's.
        secret_key: Option<SecretKey>,
    },
    /// The open profile is moved to the server.
    Move {
        /// The password that was typed.
        password: SecretText,
    },
    /// A profile of the account is made on this computer.
    Join {
        /// The name of the profile.
        name: String,
        /// The password that was typed.
        password: SecretText,
        /// The Secret Key that was typed.
        secret_key: SecretText,
        /// What the device that approved this one has verified; nothing without an approval.
        heads: Vec<(VaultId, Head)>,
        /// How the server is reached.
        network: NetworkSettings,
    },
}
