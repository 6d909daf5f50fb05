//! The code of each error of a server and of the way to it.

use std::time::Duration;

use vault_sync::account::{EnrolmentError, SignInError, StretchError};
use vault_sync::connect::{ApprovalError, ConnectError, NotAnAddress};
use vault_sync::cycle::{AdoptError, CycleError, DocumentProblem, VaultProblem};
use vault_sync::{Error, ProblemCode, RatchetError, Refused, Unreachable};

use super::from_engine::password_long;
use super::{ErrorCode, ErrorView};

impl From<&Error> for ErrorView {
    fn from(error: &Error) -> Self {
        Self::of(match error {
            Error::Unreachable(Unreachable::Proxy) => ErrorCode::ProxyFailed,
            Error::Intermediary { .. } => ErrorCode::ServerProxy,
            Error::Unreachable(_) => ErrorCode::ServerUnreachable,
            Error::Untrusted(_) => ErrorCode::ServerUntrusted,
            Error::KeyChanged => ErrorCode::ServerKeyChanged,
            Error::KeyDisputed => ErrorCode::ServerKeyDisputed,
            Error::NotCoffer { .. } => ErrorCode::ServerNotCoffer,
            Error::Refused(refused) => return refused.as_ref().into(),
            Error::SessionEnded => ErrorCode::SignInNeeded,
            Error::Malformed | Error::TooLong => ErrorCode::ServerFailed,
            Error::UnknownVersion(_) => ErrorCode::ServerNewer,
            Error::Versions(RatchetError::Unknown(_)) => ErrorCode::ServerNewer,
            Error::Versions(_) | Error::OtherIssuer(_) => ErrorCode::ServerOther,
            Error::OutOfBounds => ErrorCode::Internal,
            Error::NotStored => ErrorCode::DiskReadOnly,
        })
    }
}

impl From<Error> for ErrorView {
    fn from(error: Error) -> Self {
        (&error).into()
    }
}

impl From<ApprovalError> for ErrorView {
    fn from(error: ApprovalError) -> Self {
        Self::of(match error {
            ApprovalError::NotACode(_) => ErrorCode::JoinCodeInvalid,
            ApprovalError::Server(error) => return error.into(),
            ApprovalError::Ended => ErrorCode::ApprovalEnded,
            ApprovalError::Used => ErrorCode::ApprovalUsed,
            ApprovalError::Forged => ErrorCode::ApprovalForged,
        })
    }
}

impl From<&Refused> for ErrorView {
    fn from(refused: &Refused) -> Self {
        let code = match refused.code {
            ProblemCode::SignInRefused | ProblemCode::SignInExpired => ErrorCode::SignInRefused,
            ProblemCode::SignInAgain | ProblemCode::SessionEnded => ErrorCode::SignInNeeded,
            ProblemCode::SignUpRefused => ErrorCode::SignUpRefused,
            ProblemCode::Exists => ErrorCode::LoginTaken,
            ProblemCode::RateLimited => ErrorCode::ServerBusy,
            ProblemCode::QuotaExceeded => ErrorCode::ServerFull,
            ProblemCode::ReadOnly => ErrorCode::ServerReadOnly,
            ProblemCode::VersionUnknown => ErrorCode::ServerNewer,
            ProblemCode::FactorRequired => ErrorCode::SecondFactorNeeded,
            ProblemCode::Internal | ProblemCode::Unavailable => ErrorCode::ServerFailed,
            ProblemCode::Unknown if refused.status >= 500 => ErrorCode::ServerFailed,
            ProblemCode::Malformed
            | ProblemCode::TokenInvalid
            | ProblemCode::ProofInvalid
            | ProblemCode::ProofNonce
            | ProblemCode::Forbidden
            | ProblemCode::NotFound
            | ProblemCode::VersionConflict
            | ProblemCode::BatchReused
            | ProblemCode::LogDiverged
            | ProblemCode::VaultsLeft
            | ProblemCode::Refused
            | ProblemCode::TooLarge
            | ProblemCode::MediaType
            | ProblemCode::Unknown => ErrorCode::ServerRefused,
        };
        let seconds = |wait: Duration| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
        let wait_seconds =
            (code == ErrorCode::ServerBusy).then(|| refused.retry_after.map(seconds)).flatten();
        Self { wait_seconds, ..Self::of(code) }
    }
}

impl From<AdoptError> for ErrorView {
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::Vault(problem) => (&problem).into(),
            AdoptError::Cycle(error) => error.into(),
            AdoptError::Members(error) => error.into(),
        }
    }
}

impl From<CycleError> for ErrorView {
    fn from(error: CycleError) -> Self {
        match error {
            CycleError::Server(error) => error.into(),
            CycleError::Profile(error) => error.into(),
            CycleError::Locked(_) => ErrorCode::Locked.into(),
        }
    }
}

impl From<&VaultProblem> for ErrorView {
    fn from(problem: &VaultProblem) -> Self {
        match problem {
            VaultProblem::Alarm(_) => ErrorCode::VaultAlarm.into(),
            VaultProblem::BeingRestored(_) => ErrorCode::ServerRestoring.into(),
            VaultProblem::Missing => ErrorCode::VaultMissing.into(),
            VaultProblem::Other => ErrorCode::ServerFailed.into(),
            VaultProblem::ReadOnly => ErrorCode::ServerReadOnly.into(),
            VaultProblem::Refused(refused) => refused.into(),
            VaultProblem::Busy => ErrorCode::ServerBusy.into(),
        }
    }
}

impl From<&DocumentProblem> for ErrorView {
    fn from(problem: &DocumentProblem) -> Self {
        Self::of(match problem {
            DocumentProblem::NotHere | DocumentProblem::Missing => ErrorCode::DocumentNotHere,
            DocumentProblem::Damaged => ErrorCode::DocumentDamaged,
            DocumentProblem::Quota => ErrorCode::ServerFull,
            DocumentProblem::TooLarge => ErrorCode::DocumentTooLarge,
            DocumentProblem::Proxy { .. } => ErrorCode::ServerProxy,
            DocumentProblem::Refused(refused) => return refused.into(),
            DocumentProblem::Wrong | DocumentProblem::Unsettled => ErrorCode::ServerFailed,
            DocumentProblem::Unanswered => ErrorCode::ServerUnreachable,
            DocumentProblem::NoRoom { .. } => ErrorCode::DiskFull,
            DocumentProblem::Disk => ErrorCode::FileUnreadable,
        })
    }
}

impl From<SignInError> for ErrorView {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Server(error) => error.into(),
            SignInError::Costs(_) | SignInError::Account | SignInError::Outdated => {
                ErrorCode::AccountOther.into()
            }
            SignInError::Stretch(error) => error.into(),
            SignInError::Refused => ErrorCode::SignInRefused.into(),
        }
    }
}

impl From<EnrolmentError> for ErrorView {
    fn from(error: EnrolmentError) -> Self {
        match error {
            EnrolmentError::Server(error) => error.into(),
            EnrolmentError::Stretch(error) => error.into(),
            EnrolmentError::OutOfBounds => ErrorCode::Internal.into(),
        }
    }
}

impl From<ConnectError> for ErrorView {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Enrolment(error) => error.into(),
            ConnectError::SignIn(error) => error.into(),
            ConnectError::LoginTaken => ErrorCode::LoginTaken.into(),
        }
    }
}

impl From<NotAnAddress> for ErrorView {
    fn from(_: NotAnAddress) -> Self {
        ErrorCode::ServerAddressInvalid.into()
    }
}

impl From<StretchError> for ErrorView {
    fn from(error: StretchError) -> Self {
        match error {
            StretchError::PasswordTooLong => password_long(),
            StretchError::OutOfMemory => ErrorCode::OutOfMemory.into(),
        }
    }
}
