//! Errors of recovery by guardians.

use vault_engine::profile::RegainError;
use vault_engine::session::GuardianError;
use vault_sync::account::StretchError;

use super::from_engine::password_long;
use super::{ErrorCode, ErrorView, InputProblem};

impl From<GuardianError> for ErrorView {
    fn from(error: GuardianError) -> Self {
        match error {
            GuardianError::NotFound => ErrorCode::NotFound.into(),
            GuardianError::NotPermitted => ErrorCode::MemberNotPermitted.into(),
            GuardianError::Invalid => Self::invalid(InputProblem::TeamLimits),
            GuardianError::TooFew => ErrorCode::GuardiansLack.into(),
            GuardianError::Text => ErrorCode::RecoveryTextInvalid.into(),
            GuardianError::NotConsented => ErrorCode::RecoveryNotConsented.into(),
            GuardianError::Outdated => ErrorCode::RecoveryOutdated.into(),
            GuardianError::WordsDiffer => ErrorCode::RecoveryWordsDiffer.into(),
            GuardianError::OtherIdentity => ErrorCode::MemberIdentityChanged.into(),
            GuardianError::NotConnected => ErrorCode::NotConnected.into(),
            GuardianError::Keys(error) => error.into(),
            GuardianError::Session(error) => error.into(),
        }
    }
}

impl From<RegainError> for ErrorView {
    fn from(error: RegainError) -> Self {
        match error {
            RegainError::Text => ErrorCode::RecoveryTextInvalid.into(),
            RegainError::Exists => ErrorCode::RecoveryRuns.into(),
            RegainError::NotFound => ErrorCode::NotFound.into(),
            RegainError::WrongPassword => ErrorCode::WrongPassword.into(),
            RegainError::Stretch(StretchError::PasswordTooLong) => password_long(),
            RegainError::Stretch(StretchError::OutOfMemory) => ErrorCode::OutOfMemory.into(),
            RegainError::OtherAnswer => ErrorCode::RecoveryOtherAnswer.into(),
            RegainError::FalseShare => ErrorCode::RecoveryFalseShare.into(),
            RegainError::TooFew => ErrorCode::GuardiansLack.into(),
            RegainError::NotOpened | RegainError::Damaged => ErrorCode::RecoveryDamaged.into(),
            RegainError::Disk(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_a_recovery_have_their_codes() {
        for (error, code) in [
            (ErrorView::from(GuardianError::Outdated), ErrorCode::RecoveryOutdated),
            (GuardianError::OtherIdentity.into(), ErrorCode::MemberIdentityChanged),
            (GuardianError::NotConnected.into(), ErrorCode::NotConnected),
            (RegainError::FalseShare.into(), ErrorCode::RecoveryFalseShare),
            (RegainError::NotOpened.into(), ErrorCode::RecoveryDamaged),
            (RegainError::Stretch(StretchError::OutOfMemory).into(), ErrorCode::OutOfMemory),
        ] {
            assert_eq!(error.code, code);
        }
    }
}
