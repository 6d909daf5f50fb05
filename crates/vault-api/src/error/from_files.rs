//! The code of each error that concerns a file: a document, its preview, an SSH key or an import.

use vault_engine::disk::DiskError;
use vault_engine::document::DocumentError;
use vault_interchange::ImportError;
use vault_preview::PreviewError;
use vault_ssh::{KeyError, Unsupported};

use super::view::in_units;
use super::{ErrorCode, ErrorView, InputProblem};

impl From<DocumentError> for ErrorView {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Io(error) => DiskError::from(error).into(),
            DocumentError::NotAFile => Self::invalid(InputProblem::NotAFile),
            DocumentError::Changed => Self::with_message(
                ErrorCode::FileUnreadable,
                "The file was changed while it was read, so it was not added.",
            ),
            DocumentError::TooLarge => Self::invalid(InputProblem::FileLarge),
            DocumentError::AboveLimit { largest } => Self::beyond(InputProblem::FileAboveLimit, largest),
            DocumentError::TypeRefused => Self::invalid(InputProblem::FileKindRefused),
            DocumentError::NoRoom { needed, free } => {
                let (free, needed) = (in_units(free), in_units(needed));
                let message = format!("The disk has room for {free} more, but this file needs {needed}.");
                Self::with_message(ErrorCode::DiskFull, message)
            }
            DocumentError::NotHere => ErrorCode::DocumentNotHere.into(),
            DocumentError::Damaged => ErrorCode::DocumentDamaged.into(),
            DocumentError::Exists => Self::invalid(InputProblem::FileExists),
            DocumentError::Cancelled => ErrorCode::Cancelled.into(),
        }
    }
}

impl From<PreviewError> for ErrorView {
    fn from(error: PreviewError) -> Self {
        match error {
            PreviewError::Source(error) => DocumentError::from_read(error).into(),
            PreviewError::NoSuchPage => ErrorCode::NotFound.into(),
            PreviewError::TooLarge | PreviewError::Unreadable | PreviewError::Unavailable => {
                ErrorCode::NoPicture.into()
            }
        }
    }
}

impl From<KeyError> for ErrorView {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::PassphraseNeeded => ErrorCode::PassphraseNeeded.into(),
            KeyError::WrongPassphrase => ErrorCode::PassphraseWrong.into(),
            KeyError::OutOfMemory => ErrorCode::OutOfMemory.into(),
            KeyError::Unsupported(unsupported) => Self::invalid(match unsupported {
                Unsupported::Encryption => InputProblem::KeyEncryption,
                Unsupported::ExplicitCurve => InputProblem::KeyExplicitCurve,
                Unsupported::SeveralPrimes => InputProblem::KeySeveralPrimes,
                Unsupported::Algorithm
                | Unsupported::Version
                | Unsupported::SeveralKeys
                | Unsupported::Length => InputProblem::KeyUnsupported,
            }),
            KeyError::TooLarge
            | KeyError::NotAKey
            | KeyError::PublicOnly
            | KeyError::Damaged
            | KeyError::CostTooHigh => {
                Self::with_message(ErrorCode::SshKeyUnreadable, sentence(&error.to_string()))
            }
        }
    }
}

impl From<ImportError> for ErrorView {
    fn from(error: ImportError) -> Self {
        let code = match error {
            ImportError::TooLarge
            | ImportError::TooDeep
            | ImportError::TooManyItems
            | ImportError::TooManyValues
            | ImportError::TooLargeUnpacked
            | ImportError::CostTooHigh => ErrorCode::ImportTooLarge,
            // What a password or a longer wait opens is asked for, and is no error then.
            ImportError::AccountEncrypted
            | ImportError::UnknownMethod(_)
            | ImportError::SecretNeeded
            | ImportError::WrongSecret
            | ImportError::Costly(_) => ErrorCode::ImportEncrypted,
            ImportError::KeyFileDamaged => ErrorCode::KeyFileDamaged,
            ImportError::NoItems => ErrorCode::ImportEmpty,
            ImportError::OutOfMemory => ErrorCode::OutOfMemory,
            ImportError::Unreadable(_) => ErrorCode::FileUnreadable,
            ImportError::Empty
            | ImportError::NotText { .. }
            | ImportError::UnknownFormat { .. }
            | ImportError::Damaged
            | ImportError::Malformed { .. } => ErrorCode::ImportUnreadable,
        };
        let number = |number: u64| u32::try_from(number).ok().filter(|number| *number > 0);
        let (line, column) = match error {
            ImportError::NotText { line } => (number(line), None),
            ImportError::Malformed { line, column } => (number(line), number(column)),
            _ => (None, None),
        };
        Self { line, column, ..Self::with_message(code, sentence(&error.to_string())) }
    }
}

/// The text of an error as a sentence: with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut text = format!("{text}.");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
