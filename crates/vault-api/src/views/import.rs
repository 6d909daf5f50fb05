use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The file formats that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ImportFormat {
    /// Bitwarden, plain JSON.
    BitwardenJson,
    /// Bitwarden, CSV.
    BitwardenCsv,
    /// Chrome, Edge, Brave, Opera.
    ChromeCsv,
    /// Firefox.
    FirefoxCsv,
}

/// What became of a field that has no exact place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FieldOutcome {
    /// Kept as a custom field.
    KeptAsCustomField,
    /// Could not be kept.
    NotKept,
    /// The whole row or item could not be read.
    RowSkipped,
}

/// One remark of an import: nothing is dropped in silence.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportNote {
    /// Where in the file: item number from 1.
    pub position: u32,
    /// Title of the item.
    pub title: String,
    /// Name of the field in the file.
    pub field: String,
    /// What became of it.
    pub outcome: FieldOutcome,
    /// Why, in one English sentence without the value.
    pub reason: String,
}

/// One of the items about to be imported.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportSample {
    /// Type.
    pub item_type: super::ItemTypeView,
    /// Title.
    pub title: String,
    /// Subtitle.
    pub subtitle: String,
}

/// What a file would bring, before anything is written.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportPreview {
    /// Names this preview in `import_commit`.
    pub token: String,
    /// File name without its folder.
    pub file_name: String,
    /// The format found.
    pub format: ImportFormat,
    /// Items.
    pub items: u32,
    /// By type.
    pub types: Vec<super::TypeCount>,
    /// Of these, identical to items already there.
    pub identical: u32,
    /// Folders named in the file.
    pub folders: u32,
    /// The first items.
    pub samples: Vec<ImportSample>,
    /// Remarks.
    pub notes: Vec<ImportNote>,
}

/// How to import.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportChoice {
    /// The preview.
    pub token: String,
    /// Leave out items identical to some already there.
    pub skip_identical: bool,
    /// Put everything below this folder.
    #[ts(optional)]
    pub folder: Option<String>,
    /// Give every item this tag.
    #[ts(optional)]
    pub tag: Option<String>,
}

/// What an import did.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportReport {
    /// Items made.
    pub imported: u32,
    /// Items left out as identical.
    pub skipped: u32,
    /// By type, of those made.
    pub types: Vec<super::TypeCount>,
    /// Values mapped to a field of the same meaning.
    pub fields_mapped: u32,
    /// Remarks.
    pub notes: Vec<ImportNote>,
}
