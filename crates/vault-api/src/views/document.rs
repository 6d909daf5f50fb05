//! Files of items, and pictures of them.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::document::type_mismatch;
use vault_engine::item::{Attachment, safe_to_show};
use vault_engine::session::EarlierFile;

/// A file of an item.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AttachmentView {
    /// 32 hexadecimal digits.
    pub blob_id: String,
    /// Name, made safe to show (no control or direction characters).
    pub name: String,
    /// Media type found from the content.
    pub media_type: String,
    /// Whether the file name extension does not match the content.
    pub type_mismatch: bool,
    /// Bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// When added, Unix milliseconds.
    #[ts(type = "number")]
    pub added_at: u64,
}

/// A file that an item had before.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EarlierFileView {
    /// The file.
    pub file: AttachmentView,
    /// When it was replaced or removed, Unix milliseconds.
    #[ts(type = "number")]
    pub until: u64,
    /// The file that replaced it, 32 hexadecimal digits; absent if none did.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// Whether its content still exists.
    pub kept: bool,
}

/// The files that a vault accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DocumentRulesView {
    /// The largest file, in bytes; absent for any size.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest: Option<u64>,
    /// Media types that are refused, such as `application/zip`, or all of a kind, such as `video/*`.
    pub refused: Vec<String>,
}

/// A picture of a document.
#[derive(Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PictureView {
    /// A PNG file, in base64.
    pub png: String,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pages of the document; 1 for a picture.
    pub pages: u32,
}

/// Does not print the picture.
impl fmt::Debug for PictureView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { png: _, width, height, pages } = self;
        write!(f, "PictureView({width} x {height}, {pages} pages)")
    }
}

impl From<&Attachment> for AttachmentView {
    fn from(attachment: &Attachment) -> Self {
        Self {
            blob_id: attachment.blob_id.to_string(),
            name: safe_to_show(&attachment.name),
            media_type: attachment.media_type.clone(),
            type_mismatch: type_mismatch(&attachment.name, &attachment.media_type),
            size: attachment.size,
            added_at: attachment.added_at.0,
        }
    }
}

impl From<&EarlierFile> for EarlierFileView {
    fn from(earlier: &EarlierFile) -> Self {
        let EarlierFile { attachment, until, now, kept } = earlier;
        Self { file: attachment.into(), until: until.0, now: now.map(|now| now.to_string()), kept: *kept }
    }
}
