//! How much a message may hold. These are the bounds of the format; a server may state lower ones, never higher.

use serde::{Deserialize, Serialize};

use crate::blob::{CHUNK_SIZE, MAX_DOCUMENT};
use crate::message::{JsonError, LogEntry};

/// The longest body of a revision: a payload padded to 4 MiB in its envelope.
pub const MAX_BODY: usize = 4 * 1024 * 1024 + 73;
/// The most entries of a page of the log.
pub const MAX_PAGE_ENTRIES: u64 = 1000;
/// The longest page of the log. It has room for one entry of any size, so every page gets on.
pub const MAX_PAGE_BYTES: usize = 8 * 1024 * 1024;
/// The most entries of a push, which is one transaction of the server.
pub const MAX_PUSH_ENTRIES: u64 = 200;
/// The longest push: the largest entry there can be, alone. Many small ones together have no more.
pub const MAX_PUSH_BYTES: usize = LogEntry::LONGEST + 32;
/// The most grants of one request.
pub const MAX_GRANTS: u64 = 256;
/// The most answers to invitations that are kept for a vault.
pub const MAX_ANSWERS: u64 = 1024;
/// The most vaults of one page of their list.
pub const MAX_VAULTS: u64 = 1000;
/// The most chunks of a document.
#[expect(clippy::cast_possible_truncation, reason = "the quotient is 2¹⁸; a constant cannot use try_from")]
pub const MAX_CHUNKS: u32 = (MAX_DOCUMENT / CHUNK_SIZE as u64) as u32;
/// The most ranges in which missing chunks are told.
pub const MAX_RANGES: u64 = 4096;

/// What a server allows, each at most what the format does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Entries of a page of the log.
    pub page_entries: u64,
    /// Entries of a push.
    pub push_entries: u64,
    /// Bytes of a revision's body.
    pub body_bytes: u64,
    /// Bytes of a sealed document.
    pub document_bytes: u64,
    /// Bytes that an account may keep altogether.
    pub account_bytes: u64,
}

impl Limits {
    /// What the format allows. What an account may keep is for the server alone to say.
    pub const MAX: Self = Self {
        page_entries: MAX_PAGE_ENTRIES,
        push_entries: MAX_PUSH_ENTRIES,
        body_bytes: MAX_BODY as u64,
        document_bytes: MAX_DOCUMENT + MAX_CHUNKS as u64 * crate::blob::CHUNK_OVERHEAD as u64,
        account_bytes: u64::MAX,
    };
    /// The least with which a client can work at all: one entry a page and a push, the smallest body and document.
    pub const MIN: Self = Self {
        page_entries: 1,
        push_entries: 1,
        body_bytes: 1024 + 73,
        document_bytes: 4096 + 16,
        account_bytes: 0,
    };

    /// Refuses limits beyond what the format allows or below what a client needs.
    ///
    /// # Errors
    /// [`JsonError::OutOfBounds`].
    pub fn check(&self) -> Result<(), JsonError> {
        let values = |limits: &Self| {
            let Self { page_entries, push_entries, body_bytes, document_bytes, account_bytes } = *limits;
            [page_entries, push_entries, body_bytes, document_bytes, account_bytes]
        };
        let (least, most) = (values(&Self::MIN), values(&Self::MAX));
        let within = values(self)
            .into_iter()
            .zip(least)
            .zip(most)
            .all(|((is, least), most)| (least..=most).contains(&is));
        if within { Ok(()) } else { Err(JsonError::OutOfBounds) }
    }
}
