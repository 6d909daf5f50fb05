//! Items whose secrets former members of a vault know.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::session::{FormerMember, SecretKind};

use super::list::ItemRow;

/// The most dangerous content of an item, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SecretKindView {
    /// A password.
    Password,
    /// A private key, a passkey or a key for an API.
    Key,
    /// A payment card or a bank account.
    Card,
    /// The secret of one-time codes.
    Code,
    /// Another concealed value.
    Other,
    /// A file.
    Document,
    /// A text.
    Note,
}

/// Somebody who was a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FormerMemberView {
    /// The name, or the first digits of the account.
    pub name: String,
    /// When it left or was removed, in milliseconds since 1970.
    #[ts(type = "number")]
    pub left_at: u64,
}

/// An item that former members could read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExposedView {
    /// The item as lists show it.
    pub item: ItemRow,
    /// Its most dangerous content.
    pub kind: SecretKindView,
    /// Whether it was written while one of them was a member.
    pub recent: bool,
    /// The names of those who know its present secrets; none if they were changed.
    pub readers: Vec<String>,
}

/// What former members of a vault could read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RotationView {
    /// The former members, the last first.
    pub former: Vec<FormerMemberView>,
    /// The first items: those that are to be changed, worst first; then those that were changed.
    pub items: Vec<ExposedView>,
    /// The number of items that are to be changed.
    pub due: u32,
    /// The number of items that were changed.
    pub done: u32,
}

/// How many items of a vault are to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RotationCount {
    /// The vault, 32 hexadecimal digits.
    pub vault: String,
    /// The number of items, at least one.
    pub due: u32,
}

impl From<SecretKind> for SecretKindView {
    fn from(kind: SecretKind) -> Self {
        match kind {
            SecretKind::Password => Self::Password,
            SecretKind::Key => Self::Key,
            SecretKind::Card => Self::Card,
            SecretKind::Code => Self::Code,
            SecretKind::Other => Self::Other,
            SecretKind::Document => Self::Document,
            SecretKind::Note => Self::Note,
        }
    }
}

impl From<FormerMember> for FormerMemberView {
    fn from(former: FormerMember) -> Self {
        let FormerMember { account: _, name, left_at } = former;
        Self { name, left_at: left_at.0 }
    }
}
