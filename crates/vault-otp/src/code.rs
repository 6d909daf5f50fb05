//! One-time codes: secret, parameters and the codes at a given time.

use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::scheme::{STEAM, Scheme};
use super::{base32, hotp};

const STEAM_PERIOD: u32 = 30;
/// Number of periods in each direction that [`Code::clock_offset`] tries.
const STEPS: i64 = 10;
/// The secret and parameters of a one-time code. Does not implement `Debug`, since it contains a secret.
pub struct Code {
    pub(crate) secret: Zeroizing<Vec<u8>>,
    pub(crate) scheme: Scheme,
    pub(crate) issuer: String,
    pub(crate) account: String,
    /// Unknown parameters of its URI, unchanged.
    pub(crate) more: Zeroizing<String>,
}

/// The codes at a given time.
pub struct CodeAt {
    /// The current code.
    pub code: SecretText,
    /// The next code.
    pub next: SecretText,
    /// Seconds for which each code is valid.
    pub period: u32,
    /// Milliseconds for which the current code is still valid, never 0.
    pub remaining_ms: u32,
}

impl Code {
    /// Sets the issuer and account if they are empty. A code of five digits is not named after Steam: its URI would be
    /// read as one of Steam's codes, which have five characters.
    #[must_use]
    pub fn named(mut self, issuer: &str, account: &str) -> Self {
        let is_short = matches!(self.scheme, Scheme::Totp { digits: 5, .. });
        let issuer = if is_short && issuer.trim().eq_ignore_ascii_case(STEAM) { "" } else { issuer };
        for (name, given) in [(&mut self.issuer, issuer), (&mut self.account, account)] {
            if name.is_empty() {
                given.trim().clone_into(name);
            }
        }
        self
    }

    /// Returns the kind of the code with its parameters.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Returns the secret in base32 without padding.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<String> {
        base32::encode(&self.secret)
    }

    /// Returns the parameters of the address that are not known, as `name=value` after an `&` each; empty for none.
    #[must_use]
    pub fn more(&self) -> &str {
        &self.more
    }

    /// Returns the issuer, empty if unknown.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the account, empty if unknown.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Returns the codes at a time in Unix milliseconds, or `None` for HOTP.
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

    /// Returns by how many periods the clock of another device or site is ahead of `unix_ms` (behind, if negative).
    /// `shown` is a code that it shows or accepts. Returns `None` if the code is not within ten periods; if several
    /// match, the nearest.
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

    pub(crate) fn code_for(&self, counter: u64) -> SecretText {
        hotp::code(self.scheme, &self.secret, counter)
    }
}

/// Compares a code with a typed one, ignoring spaces, hyphens and case.
fn same_code(code: &str, typed: &str) -> bool {
    let typed = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase());
    code.chars().eq(typed)
}
