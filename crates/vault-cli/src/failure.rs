//! Why a command failed, and its exit code.

use std::io;
use std::process::ExitCode;

use vault_agent::{ClientError, ReferenceError};
use vault_api::{ErrorCode, ErrorView};
use vault_text::safe_to_show;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It is done.
    Done,
    /// It failed.
    General,
    /// The arguments are wrong.
    Usage,
    /// There is no such profile, vault, item or field.
    NotFound,
    /// Several items or fields have the name.
    Ambiguous,
    /// No profile is open.
    Locked,
    /// The user, the password or a policy does not permit it.
    Denied,
    /// The server cannot be reached.
    Offline,
    /// It is done, and something was lost.
    Partial,
    /// A program that was started ended with this code.
    Child(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::General => 1,
            Exit::Usage => 2,
            Exit::NotFound => 3,
            Exit::Ambiguous => 4,
            Exit::Locked => 5,
            Exit::Denied => 6,
            Exit::Offline => 7,
            Exit::Partial => 8,
            Exit::Child(code) => code,
        })
    }
}

/// Why a command failed: a sentence, and what can be done.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    message: String,
    help: Vec<String>,
    /// The error of the program that has the profile.
    pub code: Option<ErrorCode>,
}

impl Failure {
    /// A failure with a sentence.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), help: Vec::new(), code: None }
    }

    /// The same with another line: what can be done, or a candidate.
    #[must_use]
    pub fn with(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }

    /// No profile is open.
    pub fn locked() -> Self {
        Self::new(Exit::Locked, "no profile is open").with("Open one with `coffer unlock`.")
    }

    /// The output cannot be written.
    #[expect(clippy::needless_pass_by_value, reason = "for map_err")]
    pub fn output(error: io::Error) -> Self {
        Self::new(Exit::General, format!("the output cannot be written: {error}"))
    }

    /// Writes it to the standard error.
    pub fn report(&self) {
        eprintln!("coffer: {}", safe_to_show(&self.message));
        for line in &self.help {
            eprintln!("  {}", safe_to_show(line));
        }
    }
}

impl From<ErrorView> for Failure {
    fn from(error: ErrorView) -> Self {
        let exit = match error.code {
            ErrorCode::Locked | ErrorCode::ProfileInUse => Exit::Locked,
            ErrorCode::NotFound | ErrorCode::ProfileNotFound | ErrorCode::DocumentNotHere => Exit::NotFound,
            ErrorCode::PasswordNeeded
            | ErrorCode::WrongPassword
            | ErrorCode::WrongPasswordHere
            | ErrorCode::RetryLater
            | ErrorCode::PolicyForbids
            | ErrorCode::ProfileReadOnly
            | ErrorCode::VaultNotWritable => Exit::Denied,
            ErrorCode::ServerUnreachable | ErrorCode::ProxyFailed => Exit::Offline,
            _ => Exit::General,
        };
        let mut failure = Self::new(exit, error.message);
        failure.help.extend(error.help);
        failure.help.extend(error.wait_seconds.map(|seconds| format!("Wait {seconds} seconds.")));
        failure.code = Some(error.code);
        failure
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Nobody => Self::locked(),
            ClientError::Version => Self::new(Exit::Locked, error.to_string())
                .with("Lock it there, or end that program, and unlock the profile again."),
            ClientError::Place | ClientError::Frame(_) | ClientError::Source(_) | ClientError::Target(_) => {
                Self::new(Exit::General, error.to_string())
            }
        }
    }
}

impl From<ReferenceError> for Failure {
    fn from(error: ReferenceError) -> Self {
        Self::new(Exit::Usage, error.to_string())
    }
}
