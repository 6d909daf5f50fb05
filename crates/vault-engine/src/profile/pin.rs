//! Quick unlock: a PIN instead of the password, while the program runs.
//!
//! Nothing of it is ever written to the disk. The root key is in memory, sealed under the PIN stretched together with
//! 128 random bits on a locked memory page. An attacker who reads the memory of the locked program must stretch every
//! guess like a password; a PIN of six digits then resists for days, not years. Therefore quick unlock is off by
//! default. At the keyboard there are five attempts. See `docs/decisions/0022-ways-in.md`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use vault_crypto::{HeaderPin, KdfParams, PasswordSlot, RootKey, SecretKey, SecretText, StretchError};
use vault_wire::ProfileId;

use crate::clock::Rng;

/// Wrong PINs in a row after which the PIN is dropped.
const TRIES: u32 = 5;
/// The shortest PIN, in characters.
const SHORTEST: usize = 6;

/// Why a PIN was not accepted, or did not open the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// The PIN has fewer than six characters.
    #[error("a PIN has at least {SHORTEST} characters")]
    TooShort,
    /// The PIN is wrong.
    #[error("wrong PIN")]
    Wrong {
        /// The number of attempts left.
        left: u32,
    },
    /// There is no PIN, or it was dropped: the password is required.
    #[error("no PIN is set")]
    Gone,
    /// The PIN exceeds the limit for passwords.
    #[error("the PIN is too long")]
    TooLong,
    /// There is not enough free memory to check the PIN.
    #[error("not enough free memory to check the PIN")]
    OutOfMemory,
}

/// A root key that is sealed under a PIN.
struct SealedRootKey {
    /// A slot that is never written. The random half takes the place of the Secret Key.
    slot: PasswordSlot,
    half: SecretKey,
    /// The header pin of the key file at that time. If the file changes, the PIN is dropped.
    keys: HeaderPin,
    tries: u32,
}

/// The PINs of this run of the program.
#[derive(Default)]
pub(crate) struct Pins(Mutex<HashMap<ProfileId, SealedRootKey>>);

impl Pins {
    /// Sets a PIN for a root key.
    pub(crate) fn set(
        &self,
        id: ProfileId,
        (root_key, keys): (&RootKey, HeaderPin),
        pin: &SecretText,
        costs: KdfParams,
        rng: &mut Rng,
    ) -> Result<(), PinError> {
        if pin.expose().chars().count() < SHORTEST {
            return Err(PinError::TooShort);
        }
        let half = SecretKey::make(rng);
        let (slot, _) = PasswordSlot::make(&id, root_key, pin, &half, costs, rng)?;
        self.all().insert(id, SealedRootKey { slot, half, keys, tries: TRIES });
        Ok(())
    }

    /// Returns whether a PIN is set that matches the current key file; drops one that does not.
    pub(crate) fn is_set(&self, id: ProfileId, now: Option<HeaderPin>) -> bool {
        let mut all = self.all();
        let good = all.get(&id).is_some_and(|armed| now.is_some_and(|now| same(&armed.keys, &now)));
        if !good {
            all.remove(&id);
        }
        good
    }

    pub(crate) fn forget(&self, id: ProfileId) {
        self.all().remove(&id);
    }

    /// Opens the root key with a PIN. Each attempt is counted before it is made.
    pub(crate) fn open(
        &self,
        id: ProfileId,
        pin: &SecretText,
        now: Option<HeaderPin>,
    ) -> Result<RootKey, PinError> {
        if !self.is_set(id, now) {
            return Err(PinError::Gone);
        }
        let (slot, half, left) = {
            let mut all = self.all();
            let armed = all.get_mut(&id).ok_or(PinError::Gone)?;
            armed.tries = armed.tries.saturating_sub(1);
            let half = SecretKey::from_bytes(armed.half.expose_bytes());
            (armed.slot.clone(), half, armed.tries)
        };
        let opened = slot.open(&id, pin, &half);
        let mut all = self.all();
        match opened {
            Ok((root_key, _)) => {
                if let Some(armed) = all.get_mut(&id) {
                    armed.tries = TRIES;
                }
                Ok(root_key)
            }
            Err(vault_crypto::UnlockError::Wrong(_)) if left == 0 => {
                all.remove(&id);
                Err(PinError::Gone)
            }
            Err(vault_crypto::UnlockError::Wrong(_)) => Err(PinError::Wrong { left }),
            Err(vault_crypto::UnlockError::Stretch(error)) => Err(error.into()),
        }
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<ProfileId, SealedRootKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn same(one: &HeaderPin, other: &HeaderPin) -> bool {
    one.to_bytes() == other.to_bytes()
}

impl From<StretchError> for PinError {
    fn from(error: StretchError) -> Self {
        match error {
            StretchError::PasswordTooLong => Self::TooLong,
            StretchError::OutOfMemory => Self::OutOfMemory,
        }
    }
}
