//! Which code an engine's error has.

use vault_engine::backup::{BackupError, RestoreError};
use vault_engine::profile::{
    CreateError, DiskError, PinError, QuickError, RecoverError, RenameError, SalvageError, UnlockError,
};
use vault_engine::session::{KeysError, ReadOnly, SessionError};

use crate::views::{ErrorCode, ErrorView};

const NAME_INVALID: &str = "A vault needs a name of at most 100 characters.";
const PASSWORD_TOO_LONG: &str = "This password is longer than can be used.";

impl From<RenameError> for ErrorView {
    fn from(error: RenameError) -> Self {
        match error {
            RenameError::NotFound => ErrorCode::ProfileNotFound.into(),
            RenameError::NameInvalid => Self::invalid(NAME_INVALID),
            RenameError::Disk(disk) => disk.into(),
        }
    }
}

impl From<DiskError> for ErrorView {
    fn from(error: DiskError) -> Self {
        Self::of(match error {
            DiskError::Full => ErrorCode::DiskFull,
            DiskError::ReadOnly => ErrorCode::DiskReadOnly,
            DiskError::Unreadable => ErrorCode::FileUnreadable,
        })
    }
}

impl From<CreateError> for ErrorView {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::NameInvalid => Self::invalid(NAME_INVALID),
            CreateError::PasswordEmpty => ErrorCode::PasswordTooWeak.into(),
            CreateError::PasswordTooLong => Self::invalid(PASSWORD_TOO_LONG),
            CreateError::OutOfMemory => ErrorCode::OutOfMemory.into(),
            CreateError::Disk(disk) => disk.into(),
            CreateError::Fault => ErrorCode::Internal.into(),
        }
    }
}

impl From<UnlockError> for ErrorView {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::NotFound => ErrorCode::ProfileNotFound.into(),
            UnlockError::WrongPassword => ErrorCode::WrongPassword.into(),
            UnlockError::RetryLater { wait } => {
                let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
                Self::retry_later(seconds)
            }
            UnlockError::SecretKeyMissing => ErrorCode::SecretKeyMissing.into(),
            UnlockError::SecretKeyMistyped => ErrorCode::SecretKeyMistyped.into(),
            UnlockError::InUse { by } => Self::in_use(by),
            UnlockError::HeaderDamaged => ErrorCode::ProfileDamaged.into(),
            UnlockError::HeaderOutdated => Self {
                message: "The key file of this vault is older than the vault: somebody put an old one back."
                    .to_owned(),
                ..Self::of(ErrorCode::ProfileDamaged)
            },
            UnlockError::DatabaseDamaged => ErrorCode::DatabaseDamaged.into(),
            UnlockError::Newer => ErrorCode::ProfileNewer.into(),
            UnlockError::OutOfMemory => ErrorCode::OutOfMemory.into(),
            UnlockError::Disk(disk) => disk.into(),
            UnlockError::Fault => ErrorCode::Internal.into(),
        }
    }
}

impl From<ReadOnly> for ErrorView {
    fn from(reason: ReadOnly) -> Self {
        let message = match reason {
            ReadOnly::HeaderDamaged => {
                "The key file of this vault was changed from outside, so the vault is open for reading only."
            }
            ReadOnly::Disk => "The disk cannot be written to, so the vault is open for reading only.",
        };
        Self { message: message.to_owned(), ..Self::of(ErrorCode::ProfileReadOnly) }
    }
}

impl From<SessionError> for ErrorView {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::NotFound => ErrorCode::NotFound.into(),
            SessionError::Conflict { current: _ } => ErrorCode::Conflict.into(),
            SessionError::Invalid(reason) => Self::invalid(&format!("The item cannot be stored: {reason}.")),
            SessionError::NotEmpty { items } => {
                Self::invalid(&format!("There are {items} items in this vault now; nothing was deleted."))
            }
            SessionError::Cancelled => ErrorCode::Cancelled.into(),
            SessionError::ReadOnly(reason) => reason.into(),
            SessionError::RevisionDamaged | SessionError::DatabaseDamaged => {
                ErrorCode::DatabaseDamaged.into()
            }
            SessionError::Disk(disk) => disk.into(),
            SessionError::Fault => ErrorCode::Internal.into(),
        }
    }
}

impl From<KeysError> for ErrorView {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::WrongPassword => ErrorCode::WrongPassword.into(),
            KeysError::PasswordEmpty => ErrorCode::PasswordTooWeak.into(),
            KeysError::PasswordTooLong => Self::invalid(PASSWORD_TOO_LONG),
            KeysError::OutOfMemory => ErrorCode::OutOfMemory.into(),
            KeysError::CodeMistyped(_) => ErrorCode::RecoveryCodeMistyped.into(),
            KeysError::WrongCode => ErrorCode::RecoveryCodeWrong.into(),
            KeysError::NoCode => ErrorCode::NoRecoveryCode.into(),
            KeysError::Outdated => ErrorCode::KeysChanged.into(),
            KeysError::Session(session) => session.into(),
        }
    }
}

impl From<RecoverError> for ErrorView {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::Unlock(unlock) => unlock.into(),
            RecoverError::Keys(keys) => keys.into(),
        }
    }
}

impl From<QuickError> for ErrorView {
    fn from(error: QuickError) -> Self {
        match error {
            QuickError::Unlock(unlock) => unlock.into(),
            QuickError::Keys(keys) => keys.into(),
            QuickError::Pin(PinError::TooShort) => ErrorCode::PinTooShort.into(),
            QuickError::Pin(PinError::TooLong) => Self::invalid(PASSWORD_TOO_LONG),
            QuickError::Pin(PinError::Wrong { left }) => {
                Self { tries_left: Some(left), ..Self::of(ErrorCode::WrongPin) }
            }
            QuickError::Pin(PinError::Gone) => ErrorCode::NoPin.into(),
            QuickError::Pin(PinError::OutOfMemory) => ErrorCode::OutOfMemory.into(),
        }
    }
}

impl From<BackupError> for ErrorView {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::NotABackup => ErrorCode::BackupUnreadable.into(),
            BackupError::OtherFormat => ErrorCode::BackupNewer.into(),
            BackupError::OtherProfile => ErrorCode::BackupOtherProfile.into(),
            BackupError::Damaged => ErrorCode::BackupDamaged.into(),
            BackupError::ProfileDamaged => ErrorCode::DatabaseDamaged.into(),
            BackupError::NotFound => ErrorCode::NotFound.into(),
            BackupError::LeftOut => ErrorCode::BackupLeftOut.into(),
            BackupError::FolderMissing => ErrorCode::BackupFolderMissing.into(),
            BackupError::Exists => Self::invalid("A file of that name exists already."),
            BackupError::Cancelled => ErrorCode::Cancelled.into(),
            BackupError::Disk(disk) => disk.into(),
            BackupError::Fault => ErrorCode::Internal.into(),
        }
    }
}

impl From<SalvageError> for ErrorView {
    fn from(error: SalvageError) -> Self {
        match error {
            SalvageError::Unlock(error) => error.into(),
            SalvageError::NothingReadable => ErrorCode::NothingReadable.into(),
            SalvageError::NameInvalid => Self::invalid(NAME_INVALID),
            SalvageError::Cancelled => ErrorCode::Cancelled.into(),
            SalvageError::Disk(disk) => disk.into(),
            SalvageError::Fault => ErrorCode::Internal.into(),
        }
    }
}

impl From<RestoreError> for ErrorView {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::ProfileExists => ErrorCode::ProfileExists.into(),
            RestoreError::Unlock(error) => error.into(),
            RestoreError::Backup(error) => error.into(),
        }
    }
}
