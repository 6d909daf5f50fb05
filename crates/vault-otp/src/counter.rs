//! Codes over a counter: using one up, and what a merge has to know of them.

use vault_crypto::SecretText;

use super::code::Code;
use super::scheme::{LAST_COUNTER, Scheme};
use super::uri;

/// A code over a counter that was taken to be used.
pub struct Taken {
    /// The code.
    pub code: SecretText,
    /// Its counter.
    pub counter: u64,
    /// The set-up for the codes after it, as an address.
    pub rest: SecretText,
}

impl Code {
    /// The counter of the code that is next to be used; none if the codes follow the clock.
    #[must_use]
    pub fn counter(&self) -> Option<u64> {
        match self.scheme {
            Scheme::Hotp { counter, .. } => Some(counter),
            Scheme::Totp { .. } | Scheme::Steam => None,
        }
    }

    /// The code that is next to be used, with the set-up to keep from then on; none if the codes follow the clock,
    /// or the counter is at its end. The same code must not be handed out twice: keep first, then show.
    #[must_use]
    pub fn take(&self) -> Option<Taken> {
        let Scheme::Hotp { algorithm, digits, counter } = self.scheme else { return None };
        let next = counter.checked_add(1).filter(|next| *next <= LAST_COUNTER)?;
        let scheme = Scheme::Hotp { algorithm, digits, counter: next };
        Some(Taken { code: self.code_for(counter), counter, rest: uri::format(self, scheme) })
    }

    /// The set-up at another counter, as an address; one whose codes follow the clock as it is.
    #[must_use]
    pub fn at_counter(&self, counter: u64) -> SecretText {
        let scheme = match self.scheme {
            Scheme::Hotp { algorithm, digits, counter: _ } => Scheme::Hotp { algorithm, digits, counter },
            other => other,
        };
        uri::format(self, scheme)
    }

    /// Whether two make their codes of the same secret.
    #[must_use]
    pub fn shares_secret(&self, other: &Self) -> bool {
        self.secret == other.secret
    }
}
