//! Codes over a counter, as far as a merge has to know them.

use vault_crypto::SecretText;

use super::{Code, Scheme, uri};

impl Code {
    /// The counter of the code that is next to be used; none if the codes follow the clock.
    #[must_use]
    pub fn counter(&self) -> Option<u64> {
        match self.scheme {
            Scheme::Hotp { counter, .. } => Some(counter),
            Scheme::Totp { .. } | Scheme::Steam => None,
        }
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
