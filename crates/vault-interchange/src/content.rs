//! The content of attached files.

use std::{
    io::{Cursor, Read},
    ops::Range,
    sync::Arc,
};

use flate2::read::DeflateDecoder;
use zeroize::Zeroizing;

/// Bytes that several files are parts of; zeroized when the last of them is dropped.
pub(crate) type SharedBytes = Arc<Zeroizing<Vec<u8>>>;

/// A file attached to an item. Its content is read when it is stored, in pieces.
pub struct ParsedFileContent {
    /// Its name in the file.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    bytes: SharedBytes,
    range: Range<usize>,
    deflated: bool,
}

impl ParsedFileContent {
    /// A part of bytes in memory. Returns `None` if it is not within them.
    pub(crate) fn part(name: String, bytes: &SharedBytes, range: Range<usize>) -> Option<Self> {
        let size = u64::try_from(bytes.get(range.clone())?.len()).ok()?;
        Some(Self { name, size, bytes: Arc::clone(bytes), range, deflated: false })
    }

    /// Bytes that are compressed and expand to `size` bytes.
    pub(crate) fn deflated(name: String, bytes: &SharedBytes, size: u64) -> Self {
        Self { name, size, bytes: Arc::clone(bytes), range: 0..bytes.len(), deflated: true }
    }

    /// Reads the content from its beginning.
    #[must_use]
    pub fn reader(&self) -> Box<dyn Read + Send> {
        let part = Cursor::new(Part { bytes: Arc::clone(&self.bytes), range: self.range.clone() });
        if self.deflated { Box::new(DeflateDecoder::new(part)) } else { Box::new(part) }
    }
}

/// A part of shared bytes.
struct Part {
    bytes: SharedBytes,
    range: Range<usize>,
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(self.range.clone()).unwrap_or_default()
    }
}
