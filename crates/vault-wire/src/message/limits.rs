//! Size limits of messages. These are the bounds of the format; a server may state lower ones, never higher.

use serde::{Deserialize, Serialize};

use crate::blob::{CHUNK_SIZE, MAX_DOCUMENT};
use crate::cbor::Canonical;
use crate::message::JsonError;
use crate::revision::RevisionHeader;

/// Maximum length of a revision's body: a payload padded to 4 MiB in its envelope.
pub const MAX_BODY: usize = 4 * 1024 * 1024 + 73;
/// Maximum length of a log entry, a revision with header and body at their bounds: two bytes of heads, five
/// more for each of the two long strings, the hash and the signature with two each.
pub(super) const MAX_ENTRY: usize = 2 + 5 + RevisionHeader::MAX_LEN + 34 + 5 + MAX_BODY + 66;
/// Maximum number of entries of a page of the log.
pub const MAX_PAGE_ENTRIES: u64 = 1000;
/// Maximum length of a page of the log. It fits an entry of any size, so every page makes progress.
pub const MAX_PAGE_BYTES: usize = 8 * 1024 * 1024;
/// Number of entries of a range of the log: without bodies, entries of any size fit in a message.
pub const RANGE_ENTRIES: u64 = 100;
/// Maximum number of entries of a push, which is one transaction of the server.
pub const MAX_PUSH_ENTRIES: u64 = 200;
/// Maximum length of a push: one entry of maximum length.
pub const MAX_PUSH_BYTES: usize = MAX_ENTRY + 32;
/// Maximum number of grants of one request.
pub const MAX_GRANTS: u64 = 256;
/// Maximum number of answers to invitations stored for a vault.
pub const MAX_ANSWERS: u64 = 1024;
/// Maximum number of vaults in a page of the vault list.
pub const MAX_VAULTS: u64 = 1000;
/// Maximum number of chunks of a document.
#[expect(clippy::cast_possible_truncation, reason = "the quotient is 2¹⁸; a constant cannot use try_from")]
pub const MAX_CHUNKS: u32 = (MAX_DOCUMENT / CHUNK_SIZE as u64) as u32;
/// Maximum number of ranges of missing chunks in one message.
pub const MAX_RANGES: u64 = 4096;

/// The limits of a server, each at most that of the format.
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
    /// Bytes that an account may store in total.
    pub account_bytes: u64,
}

impl Limits {
    /// The limits of the format. The storage of an account is limited by the server only.
    pub const MAX: Self = Self {
        page_entries: MAX_PAGE_ENTRIES,
        push_entries: MAX_PUSH_ENTRIES,
        body_bytes: MAX_BODY as u64,
        document_bytes: MAX_DOCUMENT + MAX_CHUNKS as u64 * crate::blob::CHUNK_OVERHEAD as u64,
        account_bytes: u64::MAX,
    };
    /// The minimum that a client needs: one entry per page and push, the smallest body and document.
    pub const MIN: Self = Self {
        page_entries: 1,
        push_entries: 1,
        body_bytes: 1024 + 73,
        document_bytes: 4096 + 16,
        account_bytes: 0,
    };

    /// Rejects limits above those of the format or below a client's minimum.
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
