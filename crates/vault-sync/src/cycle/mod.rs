//! One synchronization of a profile: pull, verify, merge, push, read back.
//!
//! The cycle itself decides nothing about entries. The engine verifies what it is given, stores it and says what to send; see
//! `vault_engine::session::Session` and `docs/decisions/0032-synchronization.md`. It may be interrupted anywhere and started
//! again.
//!
//! Documents are sent before the entries that name them, as part of it. Downloading them is separate, since it may take much
//! longer: [`Cycle::download`].

mod adopt;
mod download;
mod ends;
mod error;
mod heal;
mod line;
mod members;
mod pace;
mod profile;
mod run;
mod synced;
mod upload;
mod vault;

pub use adopt::{AdoptError, adopt};
pub use download::{Downloaded, fetch};
pub use ends::Cycle;
pub use error::{CycleError, VaultProblem};
pub use line::{DocumentLeft, DocumentProblem};
pub use members::{InvitationError, read_invitation};
pub use pace::Pace;
pub use profile::{Locked, Profile};
pub use run::Synced;
pub(crate) use run::refuse_other_key;
pub use synced::VaultSynced;
