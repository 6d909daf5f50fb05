//! The proofs that were seen on routes where each is accepted once.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use vault_wire::DeviceId;

/// The most proofs that are remembered. When there are more, none is accepted until some expire.
const MOST: usize = 200_000;

/// Remembers proofs while their nonce is valid, on this node.
///
/// It is in memory: on several nodes a proof is accepted at most once on each. What a repeated request could do is
/// prevented in the database, by states that are used once and by refresh tokens that have one successor.
#[derive(Default)]
pub struct Replays(Mutex<BTreeMap<u64, HashSet<[u8; 32]>>>);

/// What became of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is the first time.
    First,
    /// It was seen before.
    Again,
    /// There is no room.
    Full,
}

impl Replays {
    /// Remembers a proof until its nonce is not valid any more.
    pub fn see(&self, device: &DeviceId, jti: &str, until: u64, now: u64) -> Seen {
        let id = Sha256::new().chain_update(device.as_bytes()).chain_update(jti).finalize().into();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|until, _| *until > now);
        if seen.values().map(HashSet::len).sum::<usize>() >= MOST {
            return Seen::Full;
        }
        if seen.entry(until).or_default().insert(id) { Seen::First } else { Seen::Again }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_first_once_per_device_until_its_nonce_expires() {
        let replays = Replays::default();
        let (one, two) = (DeviceId::from_bytes([1; 32]), DeviceId::from_bytes([2; 32]));
        assert_eq!(replays.see(&one, "a", 10, 0), Seen::First);
        assert_eq!(replays.see(&one, "a", 10, 9), Seen::Again);
        assert_eq!(replays.see(&two, "a", 10, 9), Seen::First);
        assert_eq!(replays.see(&one, "b", 10, 9), Seen::First);
        assert_eq!(replays.see(&one, "c", 20, 10), Seen::First);
        assert_eq!(replays.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let replays = Replays::default();
        let device = DeviceId::from_bytes([1; 32]);
        for number in 0..MOST {
            assert_eq!(replays.see(&device, &number.to_string(), 10, 0), Seen::First);
        }
        assert_eq!(replays.see(&device, "one more", 10, 0), Seen::Full);
        assert_eq!(replays.see(&device, "one more", 20, 10), Seen::First);
    }
}
