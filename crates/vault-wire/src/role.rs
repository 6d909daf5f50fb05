//! Member roles and their permissions.

use crate::cbor::{DecodeError, Reader};

/// The permissions of a member, ordered from most to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberRole {
    /// May do everything.
    Owner,
    /// Administers members below manager and begins epochs; also writes items.
    Manager,
    /// Writes items.
    Editor,
    /// Only reads.
    Viewer,
}

impl MemberRole {
    /// All roles, from most to least.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Manager, Self::Editor, Self::Viewer];

    /// Returns whether a member in this role may change items.
    #[must_use]
    pub const fn may_write(self) -> bool {
        !matches!(self, Self::Viewer)
    }

    /// Returns whether a member in this role may invite, add, change and remove members in the role `other`.
    #[must_use]
    pub const fn may_administer(self, other: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Manager => matches!(other, Self::Editor | Self::Viewer),
            Self::Editor | Self::Viewer => false,
        }
    }

    /// Returns whether a member in this role may begin a key epoch.
    #[must_use]
    pub const fn may_rotate(self) -> bool {
        matches!(self, Self::Owner | Self::Manager)
    }

    pub(crate) const fn number(self) -> u64 {
        match self {
            Self::Owner => 1,
            Self::Manager => 2,
            Self::Editor => 3,
            Self::Viewer => 4,
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.uint()? {
            1 => Ok(Self::Owner),
            2 => Ok(Self::Manager),
            3 => Ok(Self::Editor),
            4 => Ok(Self::Viewer),
            other => Err(DecodeError::UnknownKind(other)),
        }
    }
}
