//! One table of what can go wrong: for every code one sentence and what the person can do, in each language.

mod input;
mod table;

#[cfg(test)]
mod tests;

use vault_engine::disk::Holder;

use crate::views::{ErrorCode, ErrorView, HolderView, InputProblem};

pub use input::input_text;
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
            problem: None,
            number: None,
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

    /// Says which part of what was handed in is not acceptable.
    pub(crate) fn invalid(problem: InputProblem) -> Self {
        Self::invalid_by(problem, None)
    }

    /// The same for a problem whose sentences have a number in them.
    pub(crate) fn beyond(problem: InputProblem, number: u64) -> Self {
        Self::invalid_by(problem, Some(number))
    }

    fn invalid_by(problem: InputProblem, number: Option<u64>) -> Self {
        let shown = |text: &str| match number {
            Some(number) => text.replace("{n}", &number.to_string()).replace("{bytes}", &in_units(number)),
            None => text.to_owned(),
        };
        let [message, help] = input_text(problem).en.map(shown);
        let (problem, help) = (Some(problem), Some(help));
        Self { message, help, problem, number, ..Self::of(ErrorCode::InvalidInput) }
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

/// A number of bytes as people say it, rounded down.
pub(crate) fn in_units(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

/// The result of every use-case.
pub type Outcome<T> = Result<T, ErrorView>;
