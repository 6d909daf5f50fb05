//! HOTP codes: taking the next code, and accessors for merging.

use vault_crypto::SecretText;

use super::code::Code;
use super::scheme::{LAST_COUNTER, Scheme};
use super::uri;

/// A used HOTP code.
pub struct UsedCode {
    /// The code.
    pub code: SecretText,
    /// Its counter.
    pub counter: u64,
    /// The URI with the next counter.
    pub rest: SecretText,
}

impl Code {
    /// Returns the counter of the next code, or `None` unless it is HOTP.
    #[must_use]
    pub fn counter(&self) -> Option<u64> {
        match self.scheme {
            Scheme::Hotp { counter, .. } => Some(counter),
            Scheme::Totp { .. } | Scheme::Steam => None,
        }
    }

    /// Returns the next code and the URI to store from then on. Returns `None` unless it is HOTP, or if the counter is
    /// at its maximum. A code must not be used twice, so store the URI before showing the code.
    #[must_use]
    pub fn take(&self) -> Option<UsedCode> {
        let Scheme::Hotp { algorithm, digits, counter } = self.scheme else { return None };
        let next = counter.checked_add(1).filter(|next| *next <= LAST_COUNTER)?;
        let scheme = Scheme::Hotp { algorithm, digits, counter: next };
        Some(UsedCode { code: self.code_for(counter), counter, rest: uri::format(self, scheme) })
    }

    /// Returns the URI with another counter; unchanged unless it is HOTP.
    #[must_use]
    pub fn at_counter(&self, counter: u64) -> SecretText {
        let scheme = match self.scheme {
            Scheme::Hotp { algorithm, digits, counter: _ } => Scheme::Hotp { algorithm, digits, counter },
            other => other,
        };
        uri::format(self, scheme)
    }

    /// Returns whether both have the same secret.
    #[must_use]
    pub fn shares_secret(&self, other: &Self) -> bool {
        self.secret == other.secret
    }
}
