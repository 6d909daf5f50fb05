//! What is exported, where it comes from, and what is said about it.

use std::io::{self, Write};

use vault_engine::ItemId;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Attachment, Item, SecretText};

use crate::report::Remark;

/// A format to export in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// `KeePass` 2: KDBX 4.1, encrypted with a password.
    Kdbx,
    /// Bitwarden's JSON, encrypted with a password.
    BitwardenEncrypted,
    /// Bitwarden's JSON, readable by everybody.
    BitwardenJson,
    /// Credential exchange format of the FIDO Alliance (CXF), readable by everybody.
    Cxf,
    /// A table, readable by everybody.
    Csv,
}

impl ExportFormat {
    /// Every format, the best first.
    pub const ALL: [Self; 5] =
        [Self::Kdbx, Self::BitwardenEncrypted, Self::BitwardenJson, Self::Cxf, Self::Csv];

    /// Returns whether files of this format are encrypted with a password of their own.
    #[must_use]
    pub const fn is_encrypted(self) -> bool {
        matches!(self, Self::Kdbx | Self::BitwardenEncrypted)
    }

    /// Returns whether files of this format contain documents.
    #[must_use]
    pub const fn has_documents(self) -> bool {
        matches!(self, Self::Kdbx)
    }

    /// Returns whether items in the trash have a place in the format.
    #[must_use]
    pub const fn has_trash(self) -> bool {
        matches!(self, Self::Kdbx)
    }

    /// Returns how often each item is read.
    #[must_use]
    pub const fn passes(self) -> u64 {
        if self.has_documents() { 2 } else { 1 }
    }
}

/// An item to export.
pub struct Exported {
    /// The item.
    pub item: Item,
    /// The name of its vault, which becomes the outermost folder; `None` if the items are of one vault only.
    pub vault: Option<String>,
}

impl Exported {
    /// Returns the folder path in the file, empty for none.
    pub(super) fn folder(&self) -> String {
        let parts = self.vault.iter().chain(&self.item.folder).map(String::as_str);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }
}

/// Where the items of an export come from.
pub trait ItemSource {
    /// The error of reading, and of writing the file.
    type Error: From<io::Error>;

    /// Opens an item; `None` if it is damaged.
    ///
    /// # Errors
    /// Fails if items cannot be read any more, or the export was cancelled.
    fn item(&mut self, id: ItemId) -> Result<Option<Exported>, Self::Error>;

    /// Returns whether the content of a document can be read.
    ///
    /// # Errors
    /// As [`Self::item`].
    fn has_document(&mut self, id: ItemId, document: &Attachment) -> Result<bool, Self::Error>;

    /// Writes all bytes of a document; returns false if it is damaged, after some of them.
    ///
    /// # Errors
    /// As [`Self::item`].
    fn document(
        &mut self,
        id: ItemId,
        document: &Attachment,
        to: &mut dyn Write,
    ) -> Result<bool, Self::Error>;
}

/// The choices of an export.
pub struct ExportOptions {
    /// The password of an encrypted file.
    pub password: SecretText,
    /// The moment of the export.
    pub now: Timestamp,
}

/// What an export wrote.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// Number of items in the file.
    pub items: u32,
    /// Number of documents in the file.
    pub documents: u32,
    /// What was not written as it was.
    pub remarks: Vec<Remark>,
}
