//! How a sign-in begins.

/// What a session began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The password.
    Password,
    /// The recovery code; the session may do little.
    RecoveryCode,
}

impl Method {
    /// Its number in the database.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Password => 1,
            Self::RecoveryCode => 2,
        }
    }

    /// Reads its number.
    #[must_use]
    pub const fn of_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Password),
            2 => Some(Self::RecoveryCode),
            _ => None,
        }
    }
}
