use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::{Config, TS};
use vault_interchange::{Format, IMPORTERS, find_importer};

/// A format in [`IMPORTERS`], as its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct ImportFormat(Format);

impl ImportFormat {
    /// The id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.0.id
    }
}

impl From<Format> for ImportFormat {
    fn from(format: Format) -> Self {
        Self(format)
    }
}

impl From<ImportFormat> for &'static str {
    fn from(format: ImportFormat) -> Self {
        format.id()
    }
}

impl TryFrom<String> for ImportFormat {
    type Error = String;

    fn try_from(id: String) -> Result<Self, String> {
        match find_importer(&id) {
            Some(importer) => Ok(importer.format.into()),
            None => Err(format!("there is no import format {id}")),
        }
    }
}

/// A union of all ids, so that the interface fails its type check while the text of one is missing.
impl TS for ImportFormat {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn docs() -> Option<String> {
        Some("/**\n * The file formats that can be imported.\n */\n".to_owned())
    }

    fn name(_: &Config) -> String {
        "ImportFormat".to_owned()
    }

    fn inline(_: &Config) -> String {
        let ids: Vec<String> =
            IMPORTERS.iter().map(|importer| format!("\"{}\"", importer.format.id)).collect();
        ids.join(" | ")
    }

    fn decl(config: &Config) -> String {
        format!("type {} = {};", Self::name(config), Self::inline(config))
    }

    fn output_path() -> Option<PathBuf> {
        Some(PathBuf::from("ImportFormat.ts"))
    }
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
