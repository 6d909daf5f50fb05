//! Vaults with several members: invitations, changes of members, keys of epochs, and names.
//!
//! What the user changes is stored as an operation of the roster, and becomes a signed record when the log is at hand: a
//! record names the one before it, so one that was signed while offline would be void as soon as anybody else changed the
//! roster. Records of owners that need the account's root are signed at once, since only then the password is at hand, and
//! must be repeated if the roster has changed meanwhile. See `docs/decisions/0035-members.md`.

pub(crate) mod again;
mod authors;
pub(crate) mod cards;
pub(crate) mod changes;
mod dismissal;
mod error;
mod exposure;
mod forget;
mod former;
pub(crate) mod history_purges;
mod identity;
pub(crate) mod invitations;
mod invited;
pub(crate) mod joining;
pub(crate) mod keys;
mod lacking;
mod members;
pub(crate) mod people;
pub(crate) mod purges;
pub(crate) mod received;
mod record;
mod roles;
mod rotation;
pub(crate) mod seen;
mod transfer;
mod vault_name;

pub use changes::{ChangeProblem, MemberChange, PendingChange};
pub use error::{JoinFailure, MembersError};
pub(crate) use invitations::box_name as invitation_box;
pub use invitations::{AnswerWaiting, NewInvitation};
pub use invited::{Invited, InvitedVault};
pub use joining::Joining;
pub use lacking::LackingAnswered;
pub use members::{MemberInfo, OpenInvitation, SharedBy, VaultMembers, VaultSharing};
pub(crate) use roles::{role_number, role_of};
pub use rotation::{ExposedItem, ExposedItems, FormerMember, SecretKind};
