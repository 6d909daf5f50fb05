//! Answers for names that do not exist: derived from the name by a key of the server, always the same.

use aws_lc_rs::hmac;
use vault_wire::AccountId;
use vault_wire::message::{LoginName, UncheckedKdf};

use crate::auth::mac;

/// Costs as clients choose them; the first one is that of new profiles.
const COSTS: [UncheckedKdf; 3] = [
    UncheckedKdf { m_kib: 262_144, t: 3, p: 4 },
    UncheckedKdf { m_kib: 524_288, t: 3, p: 4 },
    UncheckedKdf { m_kib: 262_144, t: 4, p: 4 },
];

/// Derives such answers.
pub struct Decoy(hmac::Key);

impl Decoy {
    /// Uses this key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The account and the costs of a name.
    #[must_use]
    pub fn of(&self, login: &LoginName) -> (AccountId, UncheckedKdf) {
        let mac = mac(&self.0, &[login.as_str().as_bytes()]);
        let (id, rest) = mac.split_at(16);
        let id = AccountId::try_from(id).unwrap_or(AccountId::from_bytes([0; 16]));
        // Most accounts have the costs of new profiles.
        let [first, others @ ..] = COSTS;
        let choice = rest.first().copied().unwrap_or_default();
        let kdf = match choice {
            0..224 => first,
            _ => others.get(usize::from(choice % 2)).copied().unwrap_or(first),
        };
        (id, kdf)
    }
}
