//! The secret key types.
//!
//! None of them can be printed, copied, compared with `==` or serialised:
//!
//! ```compile_fail,E0277
//! let key = vault_crypto::RootKey::from_bytes(&[0; 32]);
//! println!("{key:?}");
//! ```
//! ```compile_fail,E0277
//! let key = vault_crypto::RootKey::from_bytes(&[0; 32]);
//! println!("{key}");
//! ```
//! ```compile_fail,E0599
//! let key = vault_crypto::VaultKey::from_bytes(&[0; 32]);
//! let copy: vault_crypto::VaultKey = key.clone();
//! ```
//! ```compile_fail,E0369
//! let key = vault_crypto::FileKey::from_bytes(&[0; 32]);
//! let same = key == key;
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
