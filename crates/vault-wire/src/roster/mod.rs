//! Rosters: a vault's members and their roles, its key epochs and its policies.
//!
//! [`Record`] and [`Op`] are the signed changes; [`Roster`] is the resulting state. The rules in `rules` run
//! only inside [`crate::log::validate()`], which checks the signatures first.

mod change;
mod genesis;
mod op;
mod record;
mod rules;
mod state;

#[cfg(test)]
mod tests;

pub use crate::role::MemberRole;
pub use change::VerifiedIdentity;
pub use genesis::{Genesis, GenesisError};
pub use op::{BACK_LEN, EpochOp, Op};
pub use record::{Record, SignedRecord};
pub use state::{Adoption, Epoch, Invite, Member, Roster, SeenIdentity};

pub(crate) use change::Change;
pub(crate) use rules::{Delta, RecordContext, RootSignature};
