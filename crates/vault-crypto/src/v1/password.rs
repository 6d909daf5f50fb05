//! Derivation of keys from a password and the Secret Key.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand_core::CryptoRng;
use unicode_normalization::UnicodeNormalization;
use vault_wire::cbor::Array;
use vault_wire::{AccountId, Label, ProfileId};
use zeroize::Zeroize;

use crate::keys::{AccountUnlockKey, OpaquePassword, SecretKey};
use crate::secret::{Secret, assert_opaque};
use crate::text::SecretText;
use crate::v1::derive::derive;

/// Costs of Argon2id (RFC 9106) between the floor and the ceiling. The type cannot represent other values, so
/// nothing is derived or allocated with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// The reason for rejecting KDF costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KdfParamsError {
    /// The costs are too low to protect against guessing.
    #[error("the password protection is weaker than this program allows")]
    BelowFloor,
    /// The costs would exhaust the computer's resources.
    #[error("the password protection needs more memory or time than this program allows")]
    AboveCeiling,
    /// The costs are within the bounds but below the account's pinned costs.
    #[error("the offered password protection is weaker than the account's current one")]
    BelowPinned,
}

impl KdfParams {
    /// The costs of new profiles.
    pub const DEFAULT: Self = Self { memory_kib: 256 * 1024, passes: 3, lanes: 4 };
    /// The minimum costs.
    pub const FLOOR: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// The maximum costs.
    pub const CEILING: Self = Self { memory_kib: 2 * 1024 * 1024, passes: 16, lanes: 16 };
    /// Costs far below the floor, for tests only. Not available in release builds.
    #[cfg(feature = "test-kdf")]
    pub const TEST: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };

    /// Creates costs, which must be between the floor and the ceiling.
    ///
    /// # Errors
    /// If one of them is out of bounds.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfParamsError> {
        let costs = Self { memory_kib, passes, lanes };
        #[cfg(feature = "test-kdf")]
        if costs == Self::TEST {
            return Ok(costs);
        }
        if Self::CEILING.is_below(&costs) {
            return Err(KdfParamsError::AboveCeiling);
        }
        if costs.is_below(&Self::FLOOR) {
            return Err(KdfParamsError::BelowFloor);
        }
        Ok(costs)
    }

    /// Returns the memory in KiB.
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Returns the number of passes over the memory.
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Returns the number of parallel lanes.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }

    /// Returns whether any of the costs is lower than that of `other`.
    #[must_use]
    pub const fn is_below(&self, other: &Self) -> bool {
        self.memory_kib < other.memory_kib || self.passes < other.passes || self.lanes < other.lanes
    }

    /// Accepts costs offered by a server if none of them is below the pinned ones.
    ///
    /// # Errors
    /// [`KdfParamsError::BelowPinned`] otherwise; the caller must then derive and send nothing.
    pub fn require_at_least(self, pinned: &Self) -> Result<Self, KdfParamsError> {
        if self.is_below(pinned) { Err(KdfParamsError::BelowPinned) } else { Ok(self) }
    }

    /// Appends the costs to an array.
    pub(crate) fn write_to(&self, array: Array) -> Array {
        array.uint(self.memory_kib.into()).uint(self.passes.into()).uint(self.lanes.into())
    }
}

/// The salt of Argon2id: 16 random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfSalt(pub(crate) [u8; 16]);

impl KdfSalt {
    /// Draws a new salt.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        Self(salt)
    }
}

/// The reason why a password could not be stretched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StretchError {
    /// The password is longer than [`MAX_PASSWORD`].
    #[error("the password is longer than {MAX_PASSWORD} bytes")]
    PasswordTooLong,
    /// The computer does not have enough free memory for the costs.
    #[error("there is not enough free memory to check the password")]
    OutOfMemory,
}

/// Maximum length of a password, in bytes of UTF-8.
pub const MAX_PASSWORD: usize = 4096;

/// The output of Argon2id over a password, joined with the Secret Key. Neither opens anything alone.
pub struct StretchedPassword {
    /// `P || SK`.
    joined: Secret<48>,
    params: KdfParams,
}

assert_opaque!(StretchedPassword);

impl StretchedPassword {
    /// Runs Argon2id, which takes the time and memory of the costs.
    ///
    /// # Errors
    /// If the password is too long or there is not enough memory.
    pub fn derive(
        password: &SecretText,
        secret_key: &SecretKey,
        salt: &KdfSalt,
        params: KdfParams,
    ) -> Result<Self, StretchError> {
        if password.expose().len() > MAX_PASSWORD {
            return Err(StretchError::PasswordTooLong);
        }
        let password = normalised(password);
        let mut result = Ok(());
        let joined = Secret::<48>::fill_with(|joined| {
            let (stretched, rest) = joined.split_at_mut(32);
            result = argon2id(&password, salt, params, stretched);
            rest.copy_from_slice(secret_key.expose_bytes());
        });
        result.map(|()| Self { joined, params })
    }

    /// Derives the key of the password slot.
    pub(crate) fn derive_slot_key(&self, profile_id: &ProfileId) -> Secret<32> {
        let info = self.params.write_to(Array::labelled(Label::SLOT_PASSWORD));
        derive(profile_id.as_bytes(), self.joined.expose(), &info)
    }

    /// Derives the key of the local box of the root signing key.
    pub(crate) fn derive_root_box_key(&self, profile_id: &ProfileId) -> Secret<32> {
        derive(profile_id.as_bytes(), self.joined.expose(), &Array::labelled(Label::ROOT_LOCAL))
    }
}

/// The stretched password of an account, joined with the Secret Key. Its salt is derived from the Secret Key,
/// so a server influences only the costs.
pub struct StretchedAccountPassword(StretchedPassword);

assert_opaque!(StretchedAccountPassword);

impl StretchedAccountPassword {
    /// Runs Argon2id, which takes the time and memory of the costs.
    ///
    /// # Errors
    /// If the password is too long or there is not enough memory.
    pub fn derive(
        password: &SecretText,
        secret_key: &SecretKey,
        params: KdfParams,
    ) -> Result<Self, StretchError> {
        let salt = derive(&[], secret_key.expose_bytes(), &Array::labelled(Label::ACCOUNT_SALT));
        StretchedPassword::derive(password, secret_key, &KdfSalt(*salt.expose()), params).map(Self)
    }

    /// Derives the password used in OPAQUE.
    #[must_use]
    pub fn derive_opaque_password(&self) -> OpaquePassword {
        let StretchedPassword { joined, params } = &self.0;
        OpaquePassword(derive(&[], joined.expose(), &params.write_to(Array::labelled(Label::OPAQUE))))
    }

    /// Derives the key of the account's boxes from this and the export key of an OPAQUE login or
    /// registration.
    #[must_use]
    pub fn derive_account_unlock_key(
        &self,
        account_id: &AccountId,
        opaque_export_key: &[u8; 64],
    ) -> AccountUnlockKey {
        let StretchedPassword { joined, params } = &self.0;
        let ikm = Secret::<112>::fill_with(|ikm| {
            let both = joined.expose().iter().chain(opaque_export_key);
            ikm.iter_mut().zip(both).for_each(|(to, from)| *to = *from);
        });
        let info = params.write_to(Array::labelled(Label::ACCOUNT_UNLOCK));
        AccountUnlockKey(derive(account_id.as_bytes(), ikm.expose(), &info))
    }
}

/// Normalises a password to NFKC of the Unicode version below, independent of how the keyboard composed it.
fn normalised(password: &SecretText) -> SecretText {
    // Measured first, since growing would leave unzeroized copies behind.
    let len = password.expose().nfkc().map(char::len_utf8).sum();
    let mut text = String::with_capacity(len);
    text.extend(password.expose().nfkc());
    SecretText::new(text)
}

// Another version may normalise further characters, which would lock out users of such passwords.
const _: () =
    assert!(matches!(unicode_normalization::UNICODE_VERSION, (18, 0, 0)), "the Unicode version is pinned");

fn argon2id(
    password: &SecretText,
    salt: &KdfSalt,
    params: KdfParams,
    out: &mut [u8],
) -> Result<(), StretchError> {
    let KdfParams { memory_kib, passes, lanes } = params;
    let costs =
        Params::new(memory_kib, passes, lanes, Some(out.len())).map_err(|_| StretchError::OutOfMemory)?;
    let mut memory = Vec::new();
    memory.try_reserve_exact(costs.block_count()).map_err(|_| StretchError::OutOfMemory)?;
    memory.resize(costs.block_count(), Block::default());
    let run = Argon2::new(Algorithm::Argon2id, Version::V0x13, costs).hash_password_into_with_memory(
        password.expose().as_bytes(),
        &salt.0,
        out,
        memory.as_mut_slice(),
    );
    // The library zeroizes its small state but not this memory.
    memory.zeroize();
    run.map_err(|_| StretchError::OutOfMemory)
}
