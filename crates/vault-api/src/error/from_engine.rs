//! The code of each error of the engine that concerns a profile, its session, its keys or its backups.

use std::time::Duration;

use vault_engine::backup::BackupError;
use vault_engine::disk::DiskError;
use vault_engine::generator::GeneratorError;
use vault_engine::item::{LimitedPart, PayloadError};
use vault_engine::profile::RestoreError;
use vault_engine::profile::{
    CreateError, FolderError, PinError, QuickError, RecoverError, RenameError, SalvageError, UnlockError,
};
use vault_engine::session::{
    JoinFailure, KeysError, MembersError, ReadOnly, SessionError, TeamError, VaultReadOnly,
};
use vault_engine::{JoinError, MAX_PASSWORD, RejectReason};

use super::{ErrorCode, ErrorView, InputProblem};

pub(super) fn password_long() -> ErrorView {
    ErrorView::beyond(InputProblem::PasswordLong, MAX_PASSWORD as u64)
}

fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

/// The problem of a part that exceeds its limit.
fn too_large(part: LimitedPart) -> ErrorView {
    let problem = match part {
        LimitedPart::Content => InputProblem::ItemLarge,
        LimitedPart::Title => InputProblem::TitleLong,
        LimitedPart::Label | LimitedPart::Heading => InputProblem::LabelLong,
        LimitedPart::Value | LimitedPart::PastValue | LimitedPart::SupersededValue => InputProblem::ValueLong,
        LimitedPart::Notes => InputProblem::NotesLong,
        LimitedPart::Url => InputProblem::AddressLong,
        LimitedPart::Tag => InputProblem::TagLong,
        LimitedPart::Folder => InputProblem::FolderLong,
        LimitedPart::Fields
        | LimitedPart::Urls
        | LimitedPart::UrlRules
        | LimitedPart::Tags
        | LimitedPart::Attachments
        | LimitedPart::FileReferences => InputProblem::TooMany,
        LimitedPart::PastValues => InputProblem::PastValuesTooMany,
        LimitedPart::SupersededValues => InputProblem::SupersededTooMany,
        LimitedPart::FileName | LimitedPart::MediaType => InputProblem::FileNameLong,
        LimitedPart::Passkeys => InputProblem::PasskeysTooMany,
        LimitedPart::PasskeyId
        | LimitedPart::PasskeyUserHandle
        | LimitedPart::PasskeySite
        | LimitedPart::PasskeyUser
        | LimitedPart::PasskeyKey => InputProblem::PasskeyLong,
        LimitedPart::Device => InputProblem::DeviceNameLong,
        LimitedPart::Expires => return ErrorView::invalid(InputProblem::ExpiryNoDay),
        LimitedPart::Entries | LimitedPart::Nesting | LimitedPart::UnknownList => {
            return ErrorView::invalid(InputProblem::NewerDataLarge);
        }
        LimitedPart::Draft => return ErrorView::invalid(InputProblem::DraftLarge),
        LimitedPart::Vaults => return ErrorView::invalid(InputProblem::VaultsTooMany),
    };
    ErrorView::beyond(problem, part.limit() as u64)
}

/// Converts the error of an input that the engine only calls malformed, with the problem of that input.
pub(crate) fn malformed_as(problem: InputProblem) -> impl Fn(SessionError) -> ErrorView {
    move |error| match error {
        SessionError::Invalid(PayloadError::Malformed) => ErrorView::invalid(problem),
        other => other.into(),
    }
}

impl From<RenameError> for ErrorView {
    fn from(error: RenameError) -> Self {
        match error {
            RenameError::NotFound => ErrorCode::ProfileNotFound.into(),
            RenameError::NameInvalid => Self::invalid(InputProblem::ProfileName),
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
            CreateError::NameInvalid => Self::invalid(InputProblem::ProfileName),
            CreateError::PasswordEmpty => ErrorCode::PasswordTooWeak.into(),
            CreateError::PasswordTooLong => password_long(),
            CreateError::OutOfMemory => ErrorCode::OutOfMemory.into(),
            CreateError::Disk(disk) => disk.into(),
            CreateError::OtherAccount => ErrorCode::AccountOther.into(),
            CreateError::Fault => ErrorCode::Internal.into(),
        }
    }
}

impl From<UnlockError> for ErrorView {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::NotFound => ErrorCode::ProfileNotFound.into(),
            UnlockError::WrongPassword => ErrorCode::WrongPassword.into(),
            UnlockError::RetryLater { wait } => Self::retry_later(seconds(wait)),
            UnlockError::SecretKeyMissing => ErrorCode::SecretKeyMissing.into(),
            UnlockError::SecretKeyMistyped => ErrorCode::SecretKeyMistyped.into(),
            UnlockError::InUse { by } => Self::in_use(by),
            UnlockError::HeaderDamaged => ErrorCode::ProfileDamaged.into(),
            UnlockError::HeaderOutdated => Self::with_message(
                ErrorCode::ProfileDamaged,
                "The key file of this profile is older than its database: somebody put an old one back.",
            ),
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
            ReadOnly::RolledBack => return ErrorCode::ProfileRolledBack.into(),
            ReadOnly::HeaderDamaged => {
                "The key file of this profile was changed from outside, so the profile is open for reading only."
            }
            ReadOnly::Disk => "The disk cannot be written to, so the profile is open for reading only.",
        };
        Self::with_message(ErrorCode::ProfileReadOnly, message)
    }
}

impl From<VaultReadOnly> for ErrorView {
    fn from(reason: VaultReadOnly) -> Self {
        Self::of(match reason {
            VaultReadOnly::KeyMissing => ErrorCode::VaultKeyMissing,
            VaultReadOnly::Newer => ErrorCode::VaultNewer,
            VaultReadOnly::Closed => ErrorCode::VaultClosed,
            VaultReadOnly::NotPermitted => ErrorCode::VaultNotWritable,
            VaultReadOnly::NewIdentity => ErrorCode::VaultIdentityWaits,
            VaultReadOnly::Alarm => ErrorCode::VaultAlarm,
            VaultReadOnly::BeingRestored => ErrorCode::ServerRestoring,
            VaultReadOnly::Directory => ErrorCode::TeamDirectory,
        })
    }
}

impl From<SessionError> for ErrorView {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::NotFound => ErrorCode::NotFound.into(),
            SessionError::Conflict { current: _ } => ErrorCode::Conflict.into(),
            SessionError::Invalid(PayloadError::TooLarge(part)) => too_large(part),
            SessionError::Invalid(PayloadError::Malformed | PayloadError::DuplicateField) => {
                Self::invalid(InputProblem::FormMismatch)
            }
            SessionError::NotEmpty { items } => Self::beyond(InputProblem::VaultNotEmpty, items.into()),
            SessionError::VaultShared => ErrorCode::VaultShared.into(),
            SessionError::Policy => ErrorCode::PolicyForbids.into(),
            SessionError::VaultSynchronized => ErrorCode::VaultSynchronized.into(),
            SessionError::Cancelled => ErrorCode::Cancelled.into(),
            SessionError::ReadOnly(reason) => reason.into(),
            SessionError::VaultReadOnly(reason) => reason.into(),
            SessionError::VaultKeyMissing => ErrorCode::VaultKeyMissing.into(),
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
            KeysError::RetryLater { wait } => Self::retry_later(seconds(wait)),
            KeysError::PasswordEmpty => ErrorCode::PasswordTooWeak.into(),
            KeysError::PasswordTooLong => password_long(),
            KeysError::OutOfMemory => ErrorCode::OutOfMemory.into(),
            KeysError::CodeMistyped(_) => ErrorCode::RecoveryCodeMistyped.into(),
            KeysError::WrongCode => ErrorCode::RecoveryCodeWrong.into(),
            KeysError::NoCode => ErrorCode::NoRecoveryCode.into(),
            KeysError::Outdated => ErrorCode::KeysChanged.into(),
            KeysError::Session(session) => session.into(),
        }
    }
}

impl From<MembersError> for ErrorView {
    fn from(error: MembersError) -> Self {
        match error {
            MembersError::Home => ErrorCode::HomeNotShared.into(),
            MembersError::OnlyHere => ErrorCode::VaultOnlyHere.into(),
            MembersError::Name => Self::invalid(InputProblem::MemberName),
            MembersError::Rejected(reason) => of_rejected(reason).into(),
            MembersError::PasswordNeeded => ErrorCode::PasswordNeeded.into(),
            MembersError::KeyMissing => ErrorCode::VaultKeyMissing.into(),
            MembersError::ChangesWait => ErrorCode::MemberChangesWait.into(),
            MembersError::OtherHistory => ErrorCode::HistoryNotChosen.into(),
            MembersError::OtherIdentity => ErrorCode::MemberIdentityChanged.into(),
            MembersError::Keys(keys) => keys.into(),
            MembersError::Session(session) => session.into(),
        }
    }
}

impl From<TeamError> for ErrorView {
    fn from(error: TeamError) -> Self {
        match error {
            TeamError::NotFound => ErrorCode::NotFound.into(),
            TeamError::NotPermitted => ErrorCode::MemberNotPermitted.into(),
            TeamError::Name => Self::invalid(InputProblem::TeamName),
            TeamError::Invalid => Self::invalid(InputProblem::TeamLimits),
            TeamError::OtherTeam => ErrorCode::OtherTeam.into(),
            TeamError::Members(members) => members.into(),
        }
    }
}

/// The code of a reason for which a log does not take a change of members.
pub(crate) const fn of_rejected(reason: RejectReason) -> ErrorCode {
    match reason {
        RejectReason::Role | RejectReason::Author => ErrorCode::MemberNotPermitted,
        RejectReason::Member => ErrorCode::MemberUnchanged,
        RejectReason::LastOwner => ErrorCode::LastOwner,
        RejectReason::Invitation => ErrorCode::InvitationNotOpen,
        RejectReason::TooMany => ErrorCode::TooManyMembers,
        RejectReason::Certificate => ErrorCode::MemberIdentityChanged,
        RejectReason::Closed => ErrorCode::VaultClosed,
        RejectReason::Format => ErrorCode::VaultNewer,
        _ => ErrorCode::MemberChangeRefused,
    }
}

impl From<JoinFailure> for ErrorView {
    fn from(error: JoinFailure) -> Self {
        match error {
            JoinFailure::Link(_) => ErrorCode::InvitationMalformed.into(),
            JoinFailure::Join(JoinError::OtherLog) => ErrorCode::InvitationOtherLog.into(),
            JoinFailure::Join(JoinError::NotOpen) => ErrorCode::InvitationNotOpen.into(),
            JoinFailure::Join(JoinError::Expired) => ErrorCode::InvitationExpired.into(),
            JoinFailure::Join(JoinError::Name) => Self::invalid(InputProblem::MemberName),
            JoinFailure::OtherPage => ErrorCode::ServerFailed.into(),
            JoinFailure::Member => ErrorCode::AlreadyMember.into(),
            JoinFailure::Session(session) => session.into(),
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
            QuickError::Pin(PinError::TooLong) => password_long(),
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
            BackupError::Exists => Self::invalid(InputProblem::FileExists),
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
            SalvageError::NameInvalid => Self::invalid(InputProblem::ProfileName),
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

impl From<FolderError> for ErrorView {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::NotFound => ErrorCode::ProfileNotFound.into(),
            FolderError::Unfit => ErrorCode::PlaceUnfit.into(),
            FolderError::Exists => ErrorCode::PlaceTaken.into(),
            FolderError::InUse { by } => Self::in_use(by),
            FolderError::Newer => ErrorCode::ProfileNewer.into(),
            FolderError::CopyDiffers => ErrorCode::CopyDiffers.into(),
            FolderError::Cancelled => ErrorCode::Cancelled.into(),
            FolderError::Disk(disk) => disk.into(),
        }
    }
}

impl From<GeneratorError> for ErrorView {
    fn from(error: GeneratorError) -> Self {
        match error {
            GeneratorError::Length => Self::invalid(InputProblem::GeneratorLength),
            GeneratorError::NoClass | GeneratorError::TooStrict => ErrorCode::GeneratorTooStrict.into(),
            GeneratorError::Randomness => ErrorCode::Internal.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use vault_engine::document::DocumentError;

    use super::*;

    /// The parts of which several share a problem: its sentence names them all.
    const SHARED: [InputProblem; 6] = [
        InputProblem::LabelLong,
        InputProblem::ValueLong,
        InputProblem::TooMany,
        InputProblem::FileNameLong,
        InputProblem::PasskeyLong,
        InputProblem::NewerDataLarge,
    ];

    #[test]
    fn every_limited_part_has_a_problem_of_its_own() {
        let mut seen = BTreeMap::new();
        for &part in LimitedPart::ALL {
            let error = ErrorView::from(SessionError::Invalid(PayloadError::TooLarge(part)));
            assert_eq!(error.code, ErrorCode::InvalidInput, "{part}");
            let problem = error.problem.unwrap();
            assert_eq!(problem == InputProblem::ItemLarge, part == LimitedPart::Content, "{part}");
            assert!(error.number.is_none_or(|number| number == part.limit() as u64), "{part}");
            assert!(!error.message.contains('{') && !error.help.unwrap().contains('{'), "{part}");
            let earlier = seen.insert(error.message, part);
            assert!(earlier.is_none() || SHARED.contains(&problem), "{part} and {earlier:?}");
        }
    }

    #[test]
    fn parts_beyond_the_fields_of_a_form_are_named() {
        for (part, problem) in [
            (LimitedPart::PastValues, InputProblem::PastValuesTooMany),
            (LimitedPart::SupersededValues, InputProblem::SupersededTooMany),
            (LimitedPart::FileName, InputProblem::FileNameLong),
            (LimitedPart::Passkeys, InputProblem::PasskeysTooMany),
            (LimitedPart::PasskeyKey, InputProblem::PasskeyLong),
            (LimitedPart::Device, InputProblem::DeviceNameLong),
            (LimitedPart::Nesting, InputProblem::NewerDataLarge),
        ] {
            assert_eq!(too_large(part).problem, Some(problem));
        }
    }

    /// The engine's own tests provoke these errors, with a full disk, a clock set forward and damaged files; this test checks
    /// their codes.
    #[test]
    fn errors_of_disks_memory_and_other_programs_have_their_codes() {
        for (error, code) in [
            (DiskError::Full.into(), ErrorCode::DiskFull),
            (DiskError::ReadOnly.into(), ErrorCode::DiskReadOnly),
            (DiskError::Unreadable.into(), ErrorCode::FileUnreadable),
            (UnlockError::Newer.into(), ErrorCode::ProfileNewer),
            (UnlockError::OutOfMemory.into(), ErrorCode::OutOfMemory),
            (UnlockError::Fault.into(), ErrorCode::Internal),
            (SessionError::ReadOnly(ReadOnly::Disk).into(), ErrorCode::ProfileReadOnly),
            (SessionError::ReadOnly(ReadOnly::HeaderDamaged).into(), ErrorCode::ProfileReadOnly),
            (SessionError::ReadOnly(ReadOnly::RolledBack).into(), ErrorCode::ProfileRolledBack),
            (SessionError::VaultReadOnly(VaultReadOnly::Newer).into(), ErrorCode::VaultNewer),
            (SessionError::VaultReadOnly(VaultReadOnly::Closed).into(), ErrorCode::VaultClosed),
            (SessionError::VaultReadOnly(VaultReadOnly::NotPermitted).into(), ErrorCode::VaultNotWritable),
            (SessionError::VaultReadOnly(VaultReadOnly::NewIdentity).into(), ErrorCode::VaultIdentityWaits),
            (SessionError::VaultReadOnly(VaultReadOnly::KeyMissing).into(), ErrorCode::VaultKeyMissing),
            (SessionError::VaultReadOnly(VaultReadOnly::Alarm).into(), ErrorCode::VaultAlarm),
            (SessionError::VaultReadOnly(VaultReadOnly::BeingRestored).into(), ErrorCode::ServerRestoring),
            (SessionError::VaultReadOnly(VaultReadOnly::Directory).into(), ErrorCode::TeamDirectory),
            (SessionError::VaultKeyMissing.into(), ErrorCode::VaultKeyMissing),
            (MembersError::Rejected(RejectReason::TooMany).into(), ErrorCode::TooManyMembers),
            (MembersError::Rejected(RejectReason::Combination).into(), ErrorCode::MemberChangeRefused),
            (MembersError::OtherIdentity.into(), ErrorCode::MemberIdentityChanged),
            (FolderError::CopyDiffers.into(), ErrorCode::CopyDiffers),
            (BackupError::OtherFormat.into(), ErrorCode::BackupNewer),
            (BackupError::LeftOut.into(), ErrorCode::BackupLeftOut),
        ] {
            let error: ErrorView = error;
            assert_eq!(error.code, code);
        }
        let exists: ErrorView = BackupError::Exists.into();
        assert_eq!(exists.problem, Some(InputProblem::FileExists));
        let large = ErrorView::from(DocumentError::TooLarge);
        assert_eq!(large.problem, Some(InputProblem::FileLarge));
        let wait = Duration::from_millis(1_001);
        assert_eq!(ErrorView::from(KeysError::RetryLater { wait }).wait_seconds, Some(2));
    }
}
