//! Entries on their way to a server, and what became of them.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::log::VoidReason;
use crate::message::{
    LogEntry, MAX_PAGE_BYTES, MAX_PAGE_ENTRIES, MAX_PUSH_BYTES, MAX_PUSH_ENTRIES, filled_list,
};
use crate::{BatchId, Root};

/// New entries for one vault. A batch that is repeated with the same id by the same device gets the same answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushBatch {
    /// Drawn at random for this batch.
    pub batch_id: BatchId,
    /// Whether all entries go in or none; otherwise each that can.
    pub atomic: bool,
    /// The entries, whole, in the order in which they are to go in. At least one.
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
        let entries = filled_list(reader, MAX_PUSH_ENTRIES, LogEntry::read)?;
        let whole = entries.iter().all(LogEntry::is_whole);
        if whole { Ok(Self { batch_id, atomic, entries }) } else { Err(DecodeError::Malformed) }
    }
}

/// Why a server does not take an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It would have no effect. Never [`VoidReason::Parent`], which is a [`PushResult::Conflict`].
    #[error(transparent)]
    Void(VoidReason),
    /// It, or its vault, is larger than this server takes.
    #[error("larger than this server takes")]
    Size,
    /// The account has no room left.
    #[error("the account has no room left")]
    Quota,
    /// Too many entries in too short a time; later it may go in.
    #[error("too many entries in too short a time")]
    Rate,
    /// A document that it names is not complete, or has another chunk root.
    #[error("a document that it names is not complete")]
    BlobMissing,
    /// Another entry of this atomic batch did not go in.
    #[error("another entry of the batch did not go in")]
    Batch,
}

impl Refusal {
    /// All that are the server's own. Their numbers begin above those of [`VoidReason`].
    const OWN: [(u64, Self); 5] =
        [(64, Self::Size), (65, Self::Quota), (66, Self::Rate), (67, Self::BlobMissing), (68, Self::Batch)];

    /// Its number in messages.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Void(reason) => reason.number(),
            Self::Size => 64,
            Self::Quota => 65,
            Self::Rate => 66,
            Self::BlobMissing => 67,
            Self::Batch => 68,
        }
    }

    /// The refusal with this number.
    ///
    /// # Errors
    /// If there is none.
    pub fn from_number(number: u64) -> Result<Self, DecodeError> {
        if let Some((_, refusal)) = Self::OWN.iter().find(|(own, _)| *own == number) {
            return Ok(*refusal);
        }
        match VoidReason::from_number(number)? {
            VoidReason::Parent => Err(DecodeError::UnknownKind(number)),
            reason => Ok(Self::Void(reason)),
        }
    }
}

/// What became of one entry of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushResult {
    /// It is entry `seq` of the log. A client believes it once it has read it back there.
    Accepted {
        /// Its number.
        seq: u64,
    },
    /// It does not follow what is current. Entry `seq` is: the item's last revision, or the last roster record; 0 if
    /// the item has none. A client reads the log up to there, merges, and signs anew.
    Conflict {
        /// The number of the current entry.
        seq: u64,
    },
    /// It was not taken.
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
    /// How many entries the log has now.
    pub head_seq: u64,
    /// The root after those, by the server's word.
    pub head_root: Root,
    /// One for each entry of the batch, in its order.
    pub results: Vec<PushResult>,
}

impl PushReply {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// No entry can stand beyond the head.
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
            results: filled_list(reader, MAX_PUSH_ENTRIES, PushResult::read)?,
        };
        if reply.consistent() { Ok(reply) } else { Err(DecodeError::Malformed) }
    }
}

/// Entries that a restored server has lost, verbatim and in order. Bodies that are no longer kept may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealBatch {
    /// The number that the first of them had.
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
        let entries = filled_list(reader, MAX_PAGE_ENTRIES, LogEntry::read)?;
        // The first entry is number 1, and numbers do not run over.
        let numbered = first_seq > 0 && first_seq.checked_add(entries.len() as u64).is_some();
        if numbered { Ok(Self { first_seq, entries }) } else { Err(DecodeError::Malformed) }
    }
}
