//! One table of what can go wrong: for every code one sentence and what the person can do.

use crate::views::{ErrorCode, ErrorView};

/// The sentence and the help for a code.
const fn text(code: ErrorCode) -> (&'static str, Option<&'static str>) {
    match code {
        ErrorCode::Locked => ("The vault is locked.", Some("Unlock it and try again. Nothing was lost.")),
        ErrorCode::WrongPassword => (
            "This password does not open the vault.",
            Some("Check Caps Lock and the keyboard layout, then try again."),
        ),
        ErrorCode::RetryLater => {
            ("Too many attempts with a wrong password.", Some("Wait a moment, then try again."))
        }
        ErrorCode::SecretKeyMissing => (
            "This computer's keychain no longer has the Secret Key of this vault.",
            Some("Type the Secret Key from your Emergency Kit."),
        ),
        ErrorCode::SecretKeyMistyped => (
            "There is a slip in the Secret Key as typed.",
            Some("Compare it with your Emergency Kit, group by group."),
        ),
        ErrorCode::KitGroupWrong => {
            ("This is not the group printed on the Emergency Kit.", Some("Open the saved page and compare."))
        }
        ErrorCode::PasswordTooWeak => (
            "This password is too easy to guess.",
            Some("Use a longer one, or let Coffer make a passphrase."),
        ),
        ErrorCode::ProfileNotFound => ("There is no such vault on this computer.", None),
        ErrorCode::ProfileInUse => (
            "Another program has this vault open.",
            Some("Close the other window of Coffer, or use that one. Nothing was changed."),
        ),
        ErrorCode::ProfileDamaged => (
            "The key file of this vault is damaged.",
            Some("Nothing was changed. Restore the vault's folder from a backup."),
        ),
        ErrorCode::DatabaseDamaged => (
            "The database of this vault is damaged.",
            Some("Nothing was changed. Restore the vault's folder from a backup."),
        ),
        ErrorCode::ProfileNewer => (
            "This vault was written by another version of Coffer that this one does not understand.",
            Some("Nothing was changed. Install the newest version of Coffer to open it."),
        ),
        ErrorCode::ProfileReadOnly => (
            "This vault is open for reading only.",
            Some("What you see is complete; changes cannot be saved now."),
        ),
        ErrorCode::DiskFull => {
            ("The disk has no room left.", Some("Nothing was lost. Free some space and try again."))
        }
        ErrorCode::DiskReadOnly => (
            "The disk or folder cannot be written to.",
            Some("Nothing was lost. Check its permissions and try again."),
        ),
        ErrorCode::FileUnreadable => {
            ("A file could not be read or written.", Some("Nothing was changed. Try again."))
        }
        ErrorCode::NotFound => ("It is no longer there.", Some("It may have been deleted meanwhile.")),
        ErrorCode::InvalidInput => ("This cannot be saved as it is.", Some("Correct it and try again.")),
        ErrorCode::CodeInvalid => (
            "This is not a set-up text for one-time codes.",
            Some("Paste the otpauth:// address or the base32 key that the site shows."),
        ),
        ErrorCode::Conflict => (
            "The item was changed meanwhile.",
            Some("Nothing was lost: your form is kept. Look at the newer version, then save again."),
        ),
        ErrorCode::ImportUnreadable => (
            "This is not an export file that Coffer understands, or it is damaged.",
            Some("Nothing was imported. Export it again as unencrypted JSON or CSV."),
        ),
        ErrorCode::ImportTooLarge => {
            ("This file is larger or more deeply nested than any real export.", Some("Nothing was imported."))
        }
        ErrorCode::ImportEncrypted => (
            "This export is encrypted and cannot be opened here.",
            Some("Nothing was imported. Export it again with the choice \"JSON\", without encryption."),
        ),
        ErrorCode::DocumentDamaged => (
            "The stored document failed its check and was not written out.",
            Some("No partial file was left. Restore the vault's folder from a backup."),
        ),
        ErrorCode::Cancelled => ("Cancelled.", Some("Nothing was changed.")),
        ErrorCode::ClipboardUnavailable => {
            ("The clipboard cannot be reached.", Some("Reveal the value and type it instead."))
        }
        ErrorCode::OutOfMemory => (
            "There is not enough free memory to check the password.",
            Some("Close other programs and try again. Nothing was changed."),
        ),
        ErrorCode::Internal => (
            "Something went wrong inside Coffer.",
            Some("Nothing was lost: what was saved stays saved. Copy the diagnostics if it happens again."),
        ),
    }
}

impl ErrorView {
    /// The error of a code, with its sentence and help.
    #[must_use]
    pub fn of(code: ErrorCode) -> Self {
        let (message, help) = text(code);
        Self { code, message: message.to_owned(), help: help.map(str::to_owned), wait_seconds: None }
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
