//! Evidence of a misbehaving server: violations of an append-only log.

use std::cmp::Ordering;

use crate::{AccountId, Root};

/// A state of a log: the number of entries and the root over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub seq: u64,
    /// Root after those entries.
    pub root: Root,
}

/// The relation of another party's head to a verified log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadRelation {
    /// The heads are equal.
    Same,
    /// The head is an earlier state of this log. From a server that had more entries before, this is a
    /// rollback.
    Behind,
    /// The head has more entries. Whether they extend this log is known once they are fetched.
    Ahead,
    /// The head belongs to another history; the two never agree again.
    Forked,
}

/// Whether a server is in a recovery that a client accepts; see [`RecoveryRatchet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// It is not: a log with fewer entries than before is a rollback.
    None,
    /// It was restored, or lost its last writes in a fail-over, and members send the missing entries again.
    Announced,
}

/// The recovery that a server states in discovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryState {
    /// Grows with every recovery.
    pub epoch: u64,
    /// The end of the recovery, in milliseconds since 1970; `None` if there is none now.
    pub until: Option<u64>,
}

/// A client's memory of a server's recoveries. Without it a server could announce one for ever, or resume one
/// that had ended, and show any earlier state as if it were being restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecoveryRatchet {
    /// The highest recovery epoch that is known to have ended; 0 if none.
    pub ended: u64,
    /// The recovery that was seen last, and its end as it was stated first.
    pub current: Option<(u64, u64)>,
}

impl RecoveryRatchet {
    /// The longest recovery in milliseconds, from when a client sees it first: 30 days.
    pub const MAX_MILLIS: u64 = 30 * 24 * 60 * 60 * 1000;

    /// Takes in what the server states at the time `now` (milliseconds since 1970) and returns whether a
    /// shorter log is a restored one. An end that is stated later for the same epoch changes nothing.
    pub fn observe(&mut self, stated: RecoveryState, now: u64) -> Recovery {
        let RecoveryState { epoch, until } = stated;
        let Some(until) = until else {
            self.ended = self.ended.max(epoch);
            return Recovery::None;
        };
        if epoch <= self.ended {
            return Recovery::None;
        }
        let until = match self.current.map(|(known, until)| (known.cmp(&epoch), until)) {
            Some((Ordering::Equal, until)) => until,
            Some((Ordering::Greater, _)) => return Recovery::None,
            Some((Ordering::Less, _)) | None => until.min(now.saturating_add(Self::MAX_MILLIS)),
        };
        self.current = Some((epoch, until));
        if now > until {
            self.ended = epoch;
            return Recovery::None;
        }
        Recovery::Announced
    }
}

/// Evidence against a server. Nothing else freezes a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Equivocation {
    /// The server has fewer entries than before.
    #[error("the server lost entries after {seq}")]
    Rollback {
        /// Number of entries that it has now.
        seq: u64,
    },
    /// The server shows another history than before.
    #[error("the server shows another history at entry {seq}")]
    Fork {
        /// The last entry number at which the histories were compared.
        seq: u64,
    },
    /// A member has seen another history than this device.
    #[error("entry {seq} was written on another history")]
    Contradiction {
        /// The entry.
        seq: u64,
        /// The member who signed it.
        author: AccountId,
    },
    /// An entry that the server acknowledged is missing at its sequence number.
    #[error("an own entry is missing at {seq}")]
    MissingOwn {
        /// The acknowledged sequence number.
        seq: u64,
    },
}
