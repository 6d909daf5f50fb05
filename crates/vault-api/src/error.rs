//! One table of what can go wrong: for every code one sentence and what the person can do, in each language.

mod table;

#[cfg(test)]
mod tests;

use vault_engine::profile::Holder;

use crate::views::{ErrorCode, ErrorView, HolderView};

pub use table::{ErrorText, error_text};

impl ErrorView {
    /// The error of a code, with its sentence and help.
    #[must_use]
    pub fn of(code: ErrorCode) -> Self {
        let [message, help] = error_text(code).en;
        let (message, help) = (message.to_owned(), Some(help.to_owned()));
        Self {
            code,
            message,
            help,
            wait_seconds: None,
            line: None,
            column: None,
            tries_left: None,
            holder: None,
        }
    }

    /// A profile that is open elsewhere, and who has it, if they said so.
    pub(crate) fn in_use(by: Option<Holder>) -> Self {
        let holder = by.map(|Holder { process, since, program, host }| {
            Box::new(HolderView { process, since: since.0, program, host })
        });
        Self { holder, ..Self::of(ErrorCode::ProfileInUse) }
    }

    /// Says more exactly what is not acceptable; `message` holds no secret.
    pub(crate) fn invalid(message: &str) -> Self {
        Self { message: message.to_owned(), ..Self::of(ErrorCode::InvalidInput) }
    }

    /// The growing delay after wrong passwords.
    pub(crate) fn retry_later(wait_seconds: u32) -> Self {
        Self { wait_seconds: Some(wait_seconds), ..Self::of(ErrorCode::RetryLater) }
    }
}

impl From<ErrorCode> for ErrorView {
    fn from(code: ErrorCode) -> Self {
        Self::of(code)
    }
}

/// The result of every use-case.
pub type Outcome<T> = Result<T, ErrorView>;
