//! Errors as the interface gets them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::disk::Holder;

use super::code::ErrorCode;
use super::input::input_text;
use super::problem::InputProblem;
use super::table::error_text;

/// An error as the interface gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ErrorView {
    /// The code.
    pub code: ErrorCode,
    /// One English sentence, without secrets, paths or terms of a library.
    pub message: String,
    /// Advice for the user.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The part that is not acceptable, for `invalid_input` and `password_too_weak`; `message` and `help` describe it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<InputProblem>,
    /// The number in the sentences of `problem`, if any.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Seconds to wait, for `retry_later`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_seconds: Option<u32>,
    /// The line at which a file is malformed, from 1.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column there, from 1.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The number of tries left, for `wrong_pin`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u32>,
    /// The program that has the profile open, for `profile_in_use`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<Box<HolderView>>,
}

/// The program that has a profile open, as its lock file names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HolderView {
    /// The number of the process.
    pub process: u32,
    /// Since when, in milliseconds since 1970.
    #[ts(type = "number")]
    pub since: u64,
    /// The program.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// The computer.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

impl ErrorView {
    /// The error of a code, with its English sentence and help.
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

    /// The error of a code, with a more exact sentence.
    pub(super) fn with_message(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::of(code) }
    }

    /// `profile_in_use`, and which program has the profile open, if it is known.
    pub(crate) fn in_use(by: Option<Holder>) -> Self {
        let holder = by.map(|Holder { process, since, program, host }| {
            Box::new(HolderView { process, since: since.0, program, host })
        });
        Self { holder, ..Self::of(ErrorCode::ProfileInUse) }
    }

    /// `invalid_input`, with the part of the input that is not acceptable.
    #[must_use]
    pub fn invalid(problem: InputProblem) -> Self {
        Self::invalid_by(problem, None)
    }

    /// The same for a problem whose sentences contain a number.
    pub(crate) fn beyond(problem: InputProblem, number: u64) -> Self {
        Self::invalid_by(problem, Some(number))
    }

    /// `password_too_weak`, with what makes the password weak.
    pub(crate) fn too_weak(problem: InputProblem) -> Self {
        Self { code: ErrorCode::PasswordTooWeak, ..Self::invalid(problem) }
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

    /// `retry_later`, and for how long: the growing delay after wrong passwords.
    pub(super) fn retry_later(wait_seconds: u32) -> Self {
        Self { wait_seconds: Some(wait_seconds), ..Self::of(ErrorCode::RetryLater) }
    }
}

impl From<ErrorCode> for ErrorView {
    fn from(code: ErrorCode) -> Self {
        Self::of(code)
    }
}

/// An amount of data in KB, MB or GB, rounded down.
pub(super) fn in_units(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}
