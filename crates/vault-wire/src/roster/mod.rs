//! Rosters: who belongs to a vault, in which role, under which keys and rules.
//!
//! [`Record`] and [`Op`] are what is written; [`Roster`] is what they have come to. The rules by which the one changes
//! the other are in `rules`, and run only inside [`crate::log::LogVerifier`], which checks the signatures first.

mod change;
mod founding;
mod op;
mod record;
mod role;
mod rules;
mod state;

#[cfg(test)]
mod model;

pub use change::VerifiedIdentity;
pub use founding::{Founding, GenesisError};
pub use op::{BACK_LEN, EpochOp, Op};
pub use record::{Record, SignedRecord};
pub use role::MemberRole;
pub use state::{Adoption, Epoch, Invite, Member, Roster, SeenIdentity};

pub(crate) use change::Change;
pub(crate) use rules::{Delta, Of, RootSignature};
