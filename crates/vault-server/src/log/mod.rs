//! Logs of vaults: entries are accepted by rule V, numbered, stored once, and returned in order.
//!
//! Everything here is checked with the code that clients use ([`vault_wire::log::validate()`]). Nothing knows HTTP; the
//! caller of each function is an account that has signed in with a device ([`Caller`]).

mod access;
mod answers;
mod audited;
mod collection;
mod compaction;
mod create;
mod directory;
mod documents;
mod effects;
mod entries;
mod erase;
mod error;
mod grants;
mod head;
mod heal;
mod history;
mod hold;
mod outbox;
mod page;
mod position;
mod push;
mod quota;
mod receipts;
mod recovery;
mod roster;
mod state;
#[cfg(test)]
mod tests;
mod timeline;
mod vaults;
mod verification;

pub use access::{Caller, Factor};
pub use error::LogError;
pub use hold::Hold;
pub use outbox::OUTBOX_AGE;
pub use position::Readers;
pub use recovery::Recovery;
pub use verification::{Unsound, Verified};

use std::sync::Arc;

use vault_wire::message::Limits;

use crate::chunks::Chunks;
use crate::hints::Hints;
use crate::store::Store;
use roster::Rosters;

/// The logs of a server. A clone is another handle to them.
#[derive(Clone)]
pub struct Logs {
    store: Store,
    chunks: Chunks,
    rosters: Arc<Rosters>,
    limits: Limits,
    hints: Hints,
    failover_recovery: u64,
}

impl Logs {
    /// Wraps the database and the store of chunks. `limits` are those that discovery states.
    #[must_use]
    pub fn new(store: Store, chunks: Chunks, limits: Limits) -> Self {
        Self { store, chunks, rosters: Arc::default(), limits, hints: Hints::default(), failover_recovery: 0 }
    }

    /// Announces changes of vaults, and of the vaults that accounts have.
    #[must_use]
    pub fn announcing(self, hints: Hints) -> Self {
        Self { hints, ..self }
    }

    /// Sets how long recovery lasts that begins with another timeline of the database, in milliseconds; 0: none begins.
    #[must_use]
    pub fn with_failover_recovery(self, milliseconds: u64) -> Self {
        Self { failover_recovery: milliseconds, ..self }
    }
}
