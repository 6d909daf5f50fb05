//! One-time codes: over time (RFC 6238), over a counter (RFC 4226), and the five-letter codes of Steam.

mod base32;
mod counter;
mod draw;
mod hotp;
pub mod migration;
pub mod qr;
mod uri;

use vault_crypto::SecretText;
use zeroize::Zeroizing;

pub use draw::{Drawn, draw};

const STEAM_PERIOD: u32 = 30;
/// Most digits of a code.
const MAX_DIGITS: u8 = 8;
/// Longest secret, in bytes; the longest hash block is 128.
const SECRET: usize = 256;
/// Steps to each side that [`Code::clock_offset`] looks at.
const STEPS: i64 = 10;
/// The highest counter: other programs keep it as a signed number.
const LAST_COUNTER: u64 = i64::MAX as u64;

/// The hash behind a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-1, which nearly all sites use; as a keyed hash it is sound here.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// How codes are made from the secret and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6238.
    Totp {
        /// The hash.
        algorithm: Algorithm,
        /// Digits of a code, 6 to 8.
        digits: u8,
        /// Seconds each code lives, 1 to 3600.
        period: u32,
    },
    /// Steam Guard: five letters or digits, every 30 seconds.
    Steam,
    /// RFC 4226: a new code each time one is asked for.
    Hotp {
        /// The hash.
        algorithm: Algorithm,
        /// Digits of a code, 6 to 8.
        digits: u8,
        /// The counter of the code that is next to be used, up to 2^63 − 1.
        counter: u64,
    },
}

/// Why a text is no one-time code set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Neither an `otpauth://` nor `steam://` address nor a base32 secret.
    #[error("this is not a one-time code set-up text")]
    NotACode,
    /// There is no secret in it, or it is not base32.
    #[error("the secret of the one-time code is missing or mistyped")]
    Secret,
    /// The counter of a counter-based code is missing or out of range.
    #[error("the counter of the one-time code is missing or out of range")]
    Counter,
    /// The hash is not SHA-1, SHA-256 or SHA-512.
    #[error("the one-time code uses an unknown hash")]
    Algorithm,
    /// The number of digits is not 6 to 8.
    #[error("one-time codes have 6 to 8 digits")]
    Digits,
    /// The period is not 1 to 3600 seconds.
    #[error("one-time codes live for 1 to 3600 seconds")]
    Period,
}

/// The set-up of a one-time code. It holds a secret and derives nothing.
pub struct Code {
    secret: Zeroizing<Vec<u8>>,
    scheme: Scheme,
    issuer: String,
    account: String,
    /// Parameters of its address that are not understood, as they were written.
    more: Zeroizing<String>,
}

/// The codes at a moment.
pub struct CodeAt {
    /// The code now.
    pub code: SecretText,
    /// The code after this one.
    pub next: SecretText,
    /// Seconds each code lives.
    pub period: u32,
    /// Milliseconds this one still lives, never 0.
    pub remaining_ms: u32,
}

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
    /// Reads an `otpauth://totp/…`, `otpauth://hotp/…` or `steam://…` address or a bare base32 secret.
    ///
    /// # Errors
    /// If it is none of these or holds a value out of range; nothing is guessed.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        uri::parse(text)
    }

    /// The set-up as an address that [`Code::parse`] and other programs read.
    #[must_use]
    pub fn to_uri(&self) -> SecretText {
        uri::format(self, self.scheme)
    }

    /// The same set-up; who issued it and whose it is are these where it does not say.
    #[must_use]
    pub fn named(mut self, issuer: &str, account: &str) -> Self {
        for (name, given) in [(&mut self.issuer, issuer), (&mut self.account, account)] {
            if name.is_empty() {
                given.trim().clone_into(name);
            }
        }
        self
    }

    /// How codes are made.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Who issued it, empty if not said.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whose it is, empty if not said.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The codes at a time in Unix milliseconds; none if the codes follow a counter.
    #[must_use]
    pub fn at(&self, unix_ms: u64) -> Option<CodeAt> {
        let period = self.period()?;
        let period_ms = u64::from(period) * 1_000;
        let step = unix_ms / period_ms;
        Some(CodeAt {
            code: self.code_for(step),
            next: self.code_for(step.saturating_add(1)),
            period,
            remaining_ms: u32::try_from(period_ms - unix_ms % period_ms).unwrap_or(u32::MAX),
        })
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

    /// By how many steps the clock behind `shown`, a code that a site takes or another device shows, is ahead of
    /// `unix_ms` (behind, if negative). None if it is no code of ten steps to either side; of two that fit, the nearer.
    #[must_use]
    pub fn clock_offset(&self, unix_ms: u64, shown: &SecretText) -> Option<i64> {
        let step = unix_ms / (u64::from(self.period()?) * 1_000);
        let fits = |offset: &i64| {
            let code = step.checked_add_signed(*offset).map(|step| self.code_for(step));
            code.is_some_and(|code| same_code(code.expose(), shown.expose()))
        };
        (-STEPS..=STEPS).filter(fits).min_by_key(|offset| offset.abs())
    }

    fn period(&self) -> Option<u32> {
        match self.scheme {
            Scheme::Totp { period, .. } => Some(period.max(1)),
            Scheme::Steam => Some(STEAM_PERIOD),
            Scheme::Hotp { .. } => None,
        }
    }

    fn code_for(&self, counter: u64) -> SecretText {
        hotp::code(self.scheme, &self.secret, counter)
    }
}

/// Compares a code with one as people type it: with spaces or hyphens in it, letters in any case.
fn same_code(code: &str, typed: &str) -> bool {
    let typed = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase());
    code.chars().eq(typed)
}

#[cfg(test)]
mod tests;
