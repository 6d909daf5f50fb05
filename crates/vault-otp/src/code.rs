//! The set-up of a one-time code, and its codes at a time.

use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::hotp;
use super::scheme::Scheme;

const STEAM_PERIOD: u32 = 30;
/// Steps to each side that [`Code::clock_offset`] looks at.
const STEPS: i64 = 10;
/// The set-up of a one-time code. It holds a secret and derives nothing.
pub struct Code {
    pub(crate) secret: Zeroizing<Vec<u8>>,
    pub(crate) scheme: Scheme,
    pub(crate) issuer: String,
    pub(crate) account: String,
    /// Parameters of its address that are not understood, as they were written.
    pub(crate) more: Zeroizing<String>,
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

impl Code {
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

    pub(crate) fn code_for(&self, counter: u64) -> SecretText {
        hotp::code(self.scheme, &self.secret, counter)
    }
}

/// Compares a code with one as people type it: with spaces or hyphens in it, letters in any case.
fn same_code(code: &str, typed: &str) -> bool {
    let typed = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase());
    code.chars().eq(typed)
}
