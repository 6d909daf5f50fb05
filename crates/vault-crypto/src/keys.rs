//! The secret key types.
//!
//! None of them can be printed, copied, compared with `==` or serialised. The build stops if one of them derives any
//! of that; from outside it looks like this. A key may be taken over and used:
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
    /// The profile's root key: everything on this computer hangs from it.
    RootKey, 32
);
secret_key!(
    /// A vault's key of one epoch: seals the items of the vault.
    VaultKey, 32
);
secret_key!(
    /// The key of one sealed reading of a document.
    FileKey, 32
);
secret_key!(
    /// The Secret Key: 128 random bits kept by the user, which a thief of the profile does not have.
    SecretKey, 16
);
secret_key!(
    /// The raw key of the profile's database.
    DatabaseKey, 32
);

random_key!(RootKey, VaultKey, FileKey, SecretKey);
