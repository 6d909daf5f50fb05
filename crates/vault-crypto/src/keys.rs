//! The secret key types.
//!
//! Keys cannot be printed, copied, compared with `==` or serialised; deriving any of that is a compile error.
//! A key may be created and used:
//!
//! ```
//! let key = vault_crypto::RootKey::from_bytes(&[0; 32]);
//! assert!(key.is_same_as(&key));
//! ```
//!
//! but not printed,
//!
//! ```compile_fail,E0277
//! let key = vault_crypto::RootKey::from_bytes(&[0; 32]);
//! println!("{key:?}");
//! ```
//! ```compile_fail,E0277
//! let key = vault_crypto::RootKey::from_bytes(&[0; 32]);
//! println!("{key}");
//! ```
//!
//! nor copied,
//!
//! ```compile_fail,E0599
//! let key = vault_crypto::RootKey::from_bytes(&[0; 32]);
//! let copy: vault_crypto::RootKey = key.clone();
//! ```
//!
//! nor compared in a time that depends on its bytes,
//!
//! ```compile_fail,E0369
//! let key = vault_crypto::RootKey::from_bytes(&[0; 32]);
//! assert!(key == key);
//! ```
//!
//! nor serialised.
//!
//! ```compile_fail,E0277
//! let key = vault_crypto::RootKey::from_bytes(&[0; 32]);
//! let text = serde_json::to_string(&key);
//! ```

use crate::secret::{random_key, secret_key};

secret_key!(
    /// The profile's root key, from which all keys on this computer are derived.
    RootKey, 32
);
secret_key!(
    /// A vault's key of one epoch, which seals its items.
    VaultKey, 32
);
secret_key!(
    /// The key of one sealed copy of a document.
    FileKey, 32
);
secret_key!(
    /// The Secret Key: 128 random bits kept by the user, so that a stolen profile cannot be attacked by
    /// guessing passwords.
    SecretKey, 16
);
secret_key!(
    /// The raw key of the profile's database.
    DatabaseKey, 32
);
secret_key!(
    /// The key that authenticates the manifests of a profile's backups.
    BackupKey, 32
);
secret_key!(
    /// The quick-unlock key, stored by the operating system. It opens a slot of the profile's header by
    /// itself.
    QuickKey, 32
);
secret_key!(
    /// The recovery code: 128 random bits on paper that open the profile without password and Secret Key.
    RecoveryCode, 16
);
secret_key!(
    /// The account's unlock seed, stored in the keyset on the server. It opens a slot of the profile's
    /// header, so that a device can be unlocked with a password that was changed elsewhere.
    UnlockSeed, 32
);
secret_key!(
    /// The key under which keyset and root box are sealed on a server.
    AccountUnlockKey, 32
);
secret_key!(
    /// The password used in OPAQUE.
    OpaquePassword, 32
);
secret_key!(
    /// The key of the box that guardians can open together.
    RecoveryKey, 32
);

random_key!(RootKey, VaultKey, FileKey, SecretKey, QuickKey, RecoveryCode, UnlockSeed, RecoveryKey);
