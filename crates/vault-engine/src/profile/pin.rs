//! Quick unlock: a PIN in the place of the password, for as long as the program runs.
//!
//! Nothing of it is ever written. The root key lies in memory, sealed under the stretched PIN together with 128 random bits
//! that have a locked page of their own. Without the PIN, whoever reads the memory of the locked program has to stretch
//! every guess as the password's guesses are stretched; a PIN of six digits then holds for days, not for years. That is the
//! price of it, and why it has to be asked for. At this keyboard there are five tries.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use vault_crypto::{HeaderPin, KdfParams, PasswordSlot, RootKey, SecretKey, SecretText, StretchError};
use vault_wire::ProfileId;

use crate::clock::Rng;

/// Wrong PINs in a row after which it is gone.
const TRIES: u32 = 5;
/// The shortest PIN, in characters.
const SHORTEST: usize = 6;

/// Why a PIN did not open the profile, or was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// The PIN has fewer than six characters.
    #[error("a PIN has at least {SHORTEST} characters")]
    TooShort,
    /// It is another one.
    #[error("this is not the PIN")]
    Wrong {
        /// Tries that are left.
        left: u32,
    },
    /// There is no PIN, or none any more: the password is asked for.
    #[error("there is no PIN now")]
    Gone,
    /// The PIN is longer than a password may be.
    #[error("the PIN is too long")]
    TooLong,
    /// The computer has not enough free memory to check it.
    #[error("there is not enough free memory to check the PIN")]
    OutOfMemory,
}

/// A root key that a PIN opens.
struct Armed {
    /// A slot that is never written; the random half stands where the Secret Key does.
    slot: PasswordSlot,
    half: SecretKey,
    /// The key file that it was made beside: with another one it is gone.
    keys: HeaderPin,
    tries: u32,
}

/// The PINs of this run of the program.
#[derive(Default)]
pub(crate) struct Pins(Mutex<HashMap<ProfileId, Armed>>);

impl Pins {
    /// Takes a PIN for a root key.
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
        self.all().insert(id, Armed { slot, half, keys, tries: TRIES });
        Ok(())
    }

    /// Whether there is one that goes with the key file as it is now.
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

    /// Tries a PIN. Each try is counted before it is made.
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

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<ProfileId, Armed>> {
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
