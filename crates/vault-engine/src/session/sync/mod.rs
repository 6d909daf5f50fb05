//! Synchronization of an open profile with a server, without input or output: what is sent, what a server's answers
//! change, and what becomes of edits made meanwhile.
//!
//! The log of a vault consists of entries that a server has confirmed, and after them those of the *outbox*. An entry
//! leaves the outbox only when it is read back at its place in the verified log.
//!
//! - [`next_push`](super::Session::next_push) returns the next entries of the outbox, and
//!   [`acknowledge`](super::Session::acknowledge) takes in the answer.
//! - [`receive`](super::Session::receive) verifies a page of the log and stores it before the outbox.
//! - [`rebase`](super::Session::rebase) then bases the outbox on it: what is still valid stays as it was signed, other
//!   edits are merged, sealed and signed again.
//!
//! - [`unsent_documents`](super::Session::unsent_documents) are sent before the entries that name them;
//!   [`missing_documents`](super::Session::missing_documents) are to be downloaded.
//!
//! - [`next_heal`](super::Session::next_heal) returns entries that a restored server has lost, and
//!   [`read_back_restored`](super::Session::read_back_restored) compares what it has with them.
//! - [`other_history`](super::Session::other_history) begins to read another history of a vault in alarm, which an owner may
//!   choose with [`adoption`](super::Session::adoption), and [`follow_adoption`](super::Session::follow_adoption) goes over to.
//! - [`confirm_heads`](super::Session::confirm_heads) stores what another device has verified: logs must contain it.
//!
//! - [`leave_server`](super::Session::leave_server) makes the profile local: everything is in the outbox again.
//!   [`move_server`](super::Session::move_server) connects it with another server in the same step.
//!
//! Each is one transaction: a crash leaves the state before or after it, and the next contact continues from there.

mod adopt;
pub(crate) mod alarm;
mod documents;
mod error;
mod evidence;
mod freshness;
pub(crate) mod handed;
mod heal;
mod join;
mod judge;
mod leave;
#[cfg(test)]
mod model;
mod moving;
mod outbox;
mod rebase;
mod receive;
mod removal;
mod show;
pub(crate) mod status;

pub use adopt::OtherHistory;
pub use alarm::{Alarm, AlarmKind};
pub use documents::NamedDocument;
pub use error::SyncError;
pub use evidence::{Answer, Evidence};
pub use freshness::Freshness;
pub use join::{Founding, Unjoined};
pub use moving::{LeftServer, Place};
pub use outbox::{Acknowledged, PushLimits};
pub use receive::{Bodies, Received};
pub use status::VaultSync;
