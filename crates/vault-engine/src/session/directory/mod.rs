//! Teams: a directory is a vault whose items name groups, the vaults that a team uses, and its policy.
//!
//! A group has no key. Programs of managers make the members of a vault follow the groups that it is assigned to, each in
//! the vaults that its account administers; see `docs/decisions/0036-teams.md`.

mod assign;
mod consents;
mod content;
mod difference;
mod edit;
mod factor;
mod guardians;
mod load;
pub(crate) mod model;
mod policy;
mod recovery;
mod teams;
mod values;

pub(crate) use consents::ConsentPins;
pub use content::{MemberState, TeamPolicy};
pub use difference::{Deviation, DeviationKind};
pub use edit::{GroupChange, TeamError, TeamVaultChange};
pub use factor::MissingFactor;
pub use guardians::{ConsentMade, ConsentState, GuardianError, OpenRequest, TeamRecovery};
pub use recovery::GuardianGroup;
pub(crate) use recovery::released_account;
pub use teams::{Team, TeamGroup, TeamPerson, TeamVaultInfo};
