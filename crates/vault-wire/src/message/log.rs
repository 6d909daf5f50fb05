//! Log entries as they are sent.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::log::Entry;
use crate::message::MAX_BODY;
use crate::message::limits::MAX_ENTRY;
use crate::revision::{RevisionHeader, SignedRevision};
use crate::roster::{Record, SignedRecord};
use crate::{BodyHash, EntryHash};

/// A log entry with its body, if sent. Header and record are bounded but not decoded: the root covers entries
/// that no reader understands too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogEntry {
    /// A change to an item.
    Revision {
        /// Header, body hash and signature.
        revision: SignedRevision,
        /// The sealed body; `None` if it was not requested or has been deleted.
        body: Option<Vec<u8>>,
    },
    /// A change to the roster.
    Record(SignedRecord),
}

impl LogEntry {
    const REVISION: u64 = 1;
    const RECORD: u64 = 2;

    /// Returns the hash by which it enters the log.
    #[must_use]
    pub fn entry_hash(&self) -> EntryHash {
        match self {
            Self::Revision { revision, .. } => revision.hash().into(),
            Self::Record(record) => record.entry_hash(),
        }
    }

    /// Returns the entry in the form that the verifier expects.
    #[must_use]
    pub fn as_entry(&self) -> Entry<'_> {
        match self {
            Self::Revision { revision, .. } => Entry::Revision(revision),
            Self::Record(record) => Entry::Record(record),
        }
    }

    /// Returns whether the body is present, or the entry has none.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Record(_) | Self::Revision { body: Some(_), .. })
    }
}

impl Canonical for LogEntry {
    const MAX_LEN: usize = MAX_ENTRY;

    fn write(&self) -> Array {
        match self {
            Self::Revision { revision: SignedRevision { header, body_hash, signature }, body } => {
                Array::new()
                    .uint(Self::REVISION)
                    .bytes(header)
                    .bytes(body_hash.as_bytes())
                    .bytes_or_null(body.as_deref())
                    .bytes(signature.as_bytes())
            }
            Self::Record(record) => {
                Array::new().uint(Self::RECORD).bytes(&record.bytes).bytes(&record.signatures())
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let items = reader.array_up_to(5)?;
        match (reader.uint()?, items) {
            (Self::REVISION, 5) => {
                let header = reader.bytes_up_to(RevisionHeader::MAX_LEN)?.to_vec();
                let body_hash = reader.fixed()?;
                let body = if reader.null()? { None } else { Some(reader.bytes_up_to(MAX_BODY)?) };
                if body.is_some_and(|body| BodyHash::of(body) != body_hash) {
                    return Err(DecodeError::HashMismatch);
                }
                let signature = reader.fixed()?;
                let revision = SignedRevision { header, body_hash, signature };
                Ok(Self::Revision { revision, body: body.map(<[u8]>::to_vec) })
            }
            (Self::RECORD, 3) => {
                let bytes = reader.bytes_up_to(Record::MAX_LEN)?.to_vec();
                Ok(Self::Record(SignedRecord::from_parts(bytes, reader.bytes_up_to(128)?)?))
            }
            (Self::REVISION | Self::RECORD, _) => Err(DecodeError::Malformed),
            (other, _) => Err(DecodeError::UnknownKind(other)),
        }
    }
}
