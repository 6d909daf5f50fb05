//! The types of items. The numbers are those of the payload.

use super::numbered::numbered;

/// The first number of a type that is data of programs, such as vault metadata, cards, groups and policies. Nothing
/// shows such an item, not even a program that does not know its type.
pub(crate) const FIRST_OF_PROGRAMS: u64 = 64;

/// The type of vault metadata.
pub(crate) const VAULT_METADATA: u64 = FIRST_OF_PROGRAMS;

/// The type of a member's card in a shared vault.
pub(crate) const MEMBER_CARD: u64 = 65;

/// The type of a group of a team.
pub(crate) const GROUP: u64 = 66;

/// The type of a team's policy.
pub(crate) const POLICY: u64 = 67;

/// The type of client state, which the account's devices share.
pub(crate) const CLIENT_STATE: u64 = 68;

/// The type of a shared vault's own card.
pub(crate) const VAULT_CARD: u64 = 69;

/// The type of what a team says of a vault that it uses.
pub(crate) const TEAM_VAULT: u64 = 70;

/// The type of what a team says of one of its members.
pub(crate) const TEAM_MEMBER: u64 = 71;

/// The type of a decision that secrets need not be changed.
pub(crate) const DISMISSAL: u64 = 72;

/// The type of a team's guardians.
pub(crate) const GUARDIANS: u64 = 73;

/// The type of a member's consent to recovery.
pub(crate) const RECOVERY_CARD: u64 = 74;

/// The type of the note that a guardian has released a share.
pub(crate) const RECOVERY_RELEASE: u64 = 75;

numbered! {
    /// The type of an item. Numbers from 64 are those of data of programs.
    ItemType, 14:
    /// A user name and password for a site or program.
    Login = 1, "login";
    /// A text.
    Note = 2, "note";
    /// A payment card.
    Card = 3, "card";
    /// Personal data.
    Identity = 4, "identity";
    /// A file; its content is the first attachment.
    Document = 5, "document";
    /// An SSH key pair.
    SshKey = 6, "ssh_key";
    /// A key or token for an API.
    ApiCredential = 7, "api_credential";
    /// A standalone passkey; a login may have passkeys too.
    Passkey = 8, "passkey";
    /// A standalone one-time code.
    OneTimeCode = 9, "one_time_code";
    /// A wireless network.
    Wifi = 10, "wifi";
    /// A bank account.
    BankAccount = 11, "bank_account";
    /// A software licence.
    Licence = 12, "licence";
    /// A database and how to reach it.
    Database = 13, "database";
    /// A server and how to sign in to it.
    Server = 14, "server";
}
