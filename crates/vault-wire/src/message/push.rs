//! Pushes of entries to a server, and their results.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::history::RejectReason;
use crate::message::{LogEntry, MAX_PAGE_BYTES, MAX_PAGE_ENTRIES, MAX_PUSH_BYTES, MAX_PUSH_ENTRIES};
use crate::{BatchId, Root};

/// New entries for one vault. Idempotent: the same batch id from the same device gets the same answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushBatch {
    /// Random id of this batch.
    pub batch_id: BatchId,
    /// Whether the batch is applied all or nothing; otherwise each entry on its own.
    pub atomic: bool,
    /// The complete entries, in order. At least one.
    pub entries: Vec<LogEntry>,
}

impl PushBatch {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for PushBatch {
    const MAX_LEN: usize = MAX_PUSH_BYTES;

    fn write(&self) -> Array {
        let Self { batch_id, atomic, entries } = self;
        let entries = entries.iter().fold(Array::new(), |list, entry| list.array(&entry.write()));
        Array::new().uint(Self::VERSION).bytes(batch_id.as_bytes()).bool(*atomic).array(&entries)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        reader.version(Self::VERSION)?;
        let batch_id = reader.fixed()?;
        let atomic = reader.bool()?;
        let entries = reader.nonempty_list(MAX_PUSH_ENTRIES, LogEntry::read)?;
        let complete = entries.iter().all(LogEntry::is_complete);
        if complete { Ok(Self { batch_id, atomic, entries }) } else { Err(DecodeError::Malformed) }
    }
}

/// The reason why a server refuses an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The entry would have no effect. Never [`RejectReason::Parent`], which is a [`PushResult::Conflict`].
    #[error(transparent)]
    Rejected(RejectReason),
    /// The entry, or its vault, is larger than this server allows.
    #[error("larger than this server allows")]
    Size,
    /// The account's storage quota is exceeded.
    #[error("the account's storage quota is exceeded")]
    Quota,
    /// Too many entries in too short a time; a retry may succeed.
    #[error("too many entries in too short a time")]
    Rate,
    /// A referenced document is incomplete or has another chunk root.
    #[error("a referenced document is incomplete")]
    BlobMissing,
    /// Another entry of this atomic batch was refused.
    #[error("another entry of the batch was refused")]
    Batch,
}

impl Refusal {
    /// The refusals that are not a [`RejectReason`]. Their numbers are above those of [`RejectReason`].
    const OWN: [(u64, Self); 5] =
        [(64, Self::Size), (65, Self::Quota), (66, Self::Rate), (67, Self::BlobMissing), (68, Self::Batch)];

    /// Returns its number in messages.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Rejected(reason) => reason.number(),
            Self::Size => 64,
            Self::Quota => 65,
            Self::Rate => 66,
            Self::BlobMissing => 67,
            Self::Batch => 68,
        }
    }

    /// Returns the refusal with this number.
    ///
    /// # Errors
    /// If there is no such refusal.
    pub fn from_number(number: u64) -> Result<Self, DecodeError> {
        if let Some((_, refusal)) = Self::OWN.iter().find(|(own, _)| *own == number) {
            return Ok(*refusal);
        }
        match RejectReason::from_number(number)? {
            RejectReason::Parent => Err(DecodeError::UnknownKind(number)),
            reason => Ok(Self::Rejected(reason)),
        }
    }
}

/// The result of one entry of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushResult {
    /// The entry has number `seq` in the log. A client trusts this only after reading it back.
    Accepted {
        /// Number of the entry.
        seq: u64,
    },
    /// The entry is not based on the current one, which is entry `seq`: the item's last revision or the last
    /// roster record; 0 if the item has none. A client reads the log up to there, merges, and signs again.
    Conflict {
        /// Number of the current entry.
        seq: u64,
    },
    /// The entry was refused.
    Refused(Refusal),
}

impl PushResult {
    fn write(self) -> Array {
        let (kind, value) = match self {
            Self::Accepted { seq } => (1, seq),
            Self::Conflict { seq } => (2, seq),
            Self::Refused(refusal) => (3, refusal.number()),
        };
        Array::new().uint(kind).uint(value)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        match (reader.uint()?, reader.uint()?) {
            (1, 0) => Err(DecodeError::Malformed),
            (1, seq) => Ok(Self::Accepted { seq }),
            (2, seq) => Ok(Self::Conflict { seq }),
            (3, number) => Refusal::from_number(number).map(Self::Refused),
            (other, _) => Err(DecodeError::UnknownKind(other)),
        }
    }
}

/// The answer to a [`PushBatch`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushReply {
    /// Number of entries in the log.
    pub head_seq: u64,
    /// Root after those entries, as stated by the server.
    pub head_root: Root,
    /// One result per entry of the batch, in order.
    pub results: Vec<PushResult>,
}

impl PushReply {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// No entry number can exceed the head.
    fn consistent(&self) -> bool {
        self.results.iter().all(|result| match result {
            PushResult::Accepted { seq } | PushResult::Conflict { seq } => *seq <= self.head_seq,
            PushResult::Refused(_) => true,
        })
    }
}

impl Canonical for PushReply {
    const MAX_LEN: usize = 2 + 9 + 34 + 3 + 11 * 200;

    fn write(&self) -> Array {
        let Self { head_seq, head_root, results } = self;
        let results = results.iter().fold(Array::new(), |list, result| list.array(&result.write()));
        Array::new().uint(Self::VERSION).uint(*head_seq).bytes(head_root.as_bytes()).array(&results)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        reader.version(Self::VERSION)?;
        let reply = Self {
            head_seq: reader.uint()?,
            head_root: reader.fixed()?,
            results: reader.nonempty_list(MAX_PUSH_ENTRIES, PushResult::read)?,
        };
        if reply.consistent() { Ok(reply) } else { Err(DecodeError::Malformed) }
    }
}

/// Entries that a restored server has lost, verbatim and in order. Deleted bodies may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealBatch {
    /// Number of the first entry.
    pub first_seq: u64,
    /// The entries; at least one.
    pub entries: Vec<LogEntry>,
}

impl HealBatch {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
}

impl Canonical for HealBatch {
    const MAX_LEN: usize = MAX_PAGE_BYTES;

    fn write(&self) -> Array {
        let Self { first_seq, entries } = self;
        let entries = entries.iter().fold(Array::new(), |list, entry| list.array(&entry.write()));
        Array::new().uint(Self::VERSION).uint(*first_seq).array(&entries)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(3)?;
        reader.version(Self::VERSION)?;
        let first_seq = reader.uint()?;
        let entries = reader.nonempty_list(MAX_PAGE_ENTRIES, LogEntry::read)?;
        // Entries are numbered from 1, and the numbers must not overflow.
        let numbered = first_seq > 0 && first_seq.checked_add(entries.len() as u64).is_some();
        if numbered { Ok(Self { first_seq, entries }) } else { Err(DecodeError::Malformed) }
    }
}
