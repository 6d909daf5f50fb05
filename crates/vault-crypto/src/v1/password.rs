//! From a password and the Secret Key to the keys that open a profile.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand_core::CryptoRng;
use unicode_normalization::UnicodeNormalization;
use vault_wire::cbor::Array;
use vault_wire::{AccountId, Label, ProfileId};
use zeroize::Zeroize;

use crate::secret::{Secret, derives_nothing};
use crate::v1::derive::derive;
use crate::{AccountUnlockKey, OpaquePassword, SecretKey, SecretText};

/// The cost of Argon2id (RFC 9106), between the floor and the ceiling; other values cannot be held by this type, so
/// nothing is ever derived or allocated by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Costs that are refused, whoever names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KdfRefused {
    /// So cheap that passwords could be guessed.
    #[error("the password protection is weaker than this program allows")]
    BelowFloor,
    /// So dear that it would exhaust the computer.
    #[error("the password protection asks for more memory or time than this program allows")]
    AboveCeiling,
    /// Within the bounds, but cheaper than what this account is known to have.
    #[error("the password protection offered is weaker than the one this account has")]
    BelowPinned,
}

impl KdfParams {
    /// What new profiles begin with.
    pub const DEFAULT: Self = Self { memory_kib: 256 * 1024, passes: 3, lanes: 4 };
    /// The least.
    pub const FLOOR: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// The most.
    pub const CEILING: Self = Self { memory_kib: 2 * 1024 * 1024, passes: 16, lanes: 16 };
    /// A set far below the floor, for tests only. Release builds do not have it.
    #[cfg(feature = "test-kdf")]
    pub const TEST: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };

    /// Takes costs over that lie between the floor and the ceiling.
    ///
    /// # Errors
    /// If one of them does not.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfRefused> {
        let asked = Self { memory_kib, passes, lanes };
        #[cfg(feature = "test-kdf")]
        if asked == Self::TEST {
            return Ok(asked);
        }
        if Self::CEILING.is_below(&asked) {
            return Err(KdfRefused::AboveCeiling);
        }
        if asked.is_below(&Self::FLOOR) {
            return Err(KdfRefused::BelowFloor);
        }
        Ok(asked)
    }

    /// Memory in KiB.
    #[must_use]
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Lanes filled side by side.
    #[must_use]
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }

    /// Whether any of the costs is lower than that of `other`.
    #[must_use]
    pub const fn is_below(&self, other: &Self) -> bool {
        self.memory_kib < other.memory_kib || self.passes < other.passes || self.lanes < other.lanes
    }

    /// Takes costs over that a server offers, if none of them is lower than before.
    ///
    /// # Errors
    /// [`KdfRefused::BelowPinned`] otherwise; nothing is to be derived or sent then.
    pub fn not_below(self, pinned: &Self) -> Result<Self, KdfRefused> {
        if self.is_below(pinned) { Err(KdfRefused::BelowPinned) } else { Ok(self) }
    }

    /// Adds the costs to what is derived from or stored.
    pub(crate) fn write_to(&self, array: Array) -> Array {
        array.uint(self.memory_kib.into()).uint(self.passes.into()).uint(self.lanes.into())
    }
}

/// 16 random bytes that make equal passwords differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfSalt(pub(crate) [u8; 16]);

impl KdfSalt {
    /// Makes a new one.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        Self(salt)
    }
}

/// Why nothing could be derived from a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StretchError {
    /// The password is longer than [`MAX_PASSWORD`].
    #[error("the password is longer than {MAX_PASSWORD} bytes")]
    PasswordTooLong,
    /// The computer has not as much memory free as the profile asks for.
    #[error("there is not enough free memory to check the password")]
    OutOfMemory,
}

/// The longest password, in bytes of UTF-8.
pub const MAX_PASSWORD: usize = 4096;

/// A password after Argon2id, together with the Secret Key: neither opens anything alone.
pub struct Stretched {
    /// `P || SK`.
    joined: Secret<48>,
    params: KdfParams,
}

derives_nothing!(Stretched);

impl Stretched {
    /// Runs Argon2id. This takes as long and as much memory as the costs say.
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
        let mut outcome = Ok(());
        let joined = Secret::<48>::fill_with(|joined| {
            let (stretched, rest) = joined.split_at_mut(32);
            outcome = argon2id(&password, salt, params, stretched);
            rest.copy_from_slice(secret_key.expose_bytes());
        });
        outcome.map(|()| Self { joined, params })
    }

    /// The key of the password slot.
    pub(crate) fn derive_slot_key(&self, profile_id: &ProfileId) -> Secret<32> {
        let info = self.params.write_to(Array::labelled(Label::SLOT_PASSWORD));
        derive(profile_id.as_bytes(), self.joined.expose(), &info)
    }

    /// The key of the box that holds the root signing key on this computer.
    pub(crate) fn derive_root_box_key(&self, profile_id: &ProfileId) -> Secret<32> {
        derive(profile_id.as_bytes(), self.joined.expose(), &Array::labelled(Label::ROOT_LOCAL))
    }
}

/// The password of an account after Argon2id, together with the Secret Key. Its salt comes from the Secret Key, so
/// nothing that a server says goes into it but the costs.
pub struct StretchedAccount(Stretched);

derives_nothing!(StretchedAccount);

impl StretchedAccount {
    /// Runs Argon2id. This takes as long and as much memory as the costs say.
    ///
    /// # Errors
    /// If the password is too long or there is not enough memory.
    pub fn derive(
        password: &SecretText,
        secret_key: &SecretKey,
        params: KdfParams,
    ) -> Result<Self, StretchError> {
        let salt = derive(&[], secret_key.expose_bytes(), &Array::labelled(Label::ACCOUNT_SALT));
        Stretched::derive(password, secret_key, &KdfSalt(*salt.expose()), params).map(Self)
    }

    /// Derives what takes the place of the password in OPAQUE.
    #[must_use]
    pub fn derive_opaque_password(&self) -> OpaquePassword {
        let Stretched { joined, params } = &self.0;
        OpaquePassword(derive(&[], joined.expose(), &params.write_to(Array::labelled(Label::OPAQUE))))
    }

    /// Derives the key of the account's boxes, with the export key of an OPAQUE login or registration.
    #[must_use]
    pub fn derive_account_unlock_key(
        &self,
        account_id: &AccountId,
        opaque_export_key: &[u8; 64],
    ) -> AccountUnlockKey {
        let Stretched { joined, params } = &self.0;
        let ikm = Secret::<112>::fill_with(|ikm| {
            let both = joined.expose().iter().chain(opaque_export_key);
            ikm.iter_mut().zip(both).for_each(|(to, from)| *to = *from);
        });
        let info = params.write_to(Array::labelled(Label::ACCOUNT_UNLOCK));
        AccountUnlockKey(derive(account_id.as_bytes(), ikm.expose(), &info))
    }
}

/// One form for a password, however the keyboard composed it: NFKC of the Unicode version below.
fn normalised(password: &SecretText) -> SecretText {
    // Measured first, so that the text does not move while it grows and leave pieces behind.
    let len = password.expose().nfkc().map(char::len_utf8).sum();
    let mut text = String::with_capacity(len);
    text.extend(password.expose().nfkc());
    SecretText::new(text)
}

// Another version normalises characters that this one does not know, and their owners would be locked out.
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
    // The library wipes its small state but not the memory it filled.
    memory.zeroize();
    run.map_err(|_| StretchError::OutOfMemory)
}
