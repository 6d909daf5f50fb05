//! Imports of other programs' exports.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::{Config, TS};
use vault_engine::item::{Item, safe_to_show, subtitle};
use vault_interchange::{Cost, Format, IMPORTERS, Outcome, Remark, extensions, find_importer, programs};

use super::import_same::ImportSame;
use super::import_table::ImportColumns;
use super::kind::ItemTypeView;
use super::list::TypeCount;

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

/// How a field without an exact counterpart was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FieldOutcome {
    /// Kept as a custom field.
    KeptAsCustomField,
    /// Not imported.
    NotKept,
    /// The whole row or item could not be read.
    RowSkipped,
    /// Of use to the other program only.
    NotNeeded,
}

/// A note on an import: nothing is dropped silently.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportNote {
    /// Item number in the file, from 1.
    pub position: u32,
    /// Title of the item.
    pub title: String,
    /// Name of the field in the file.
    pub field: String,
    /// How it was imported.
    pub outcome: FieldOutcome,
    /// Why, in one English sentence without the value.
    pub reason: String,
}

/// One of the items about to be imported.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportSample {
    /// Type.
    pub item_type: ItemTypeView,
    /// Title.
    pub title: String,
    /// Subtitle.
    pub subtitle: String,
}

/// A preview of an import.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportPreview {
    /// Identifies this preview in `import_commit`.
    pub token: String,
    /// File name without its folder.
    pub file_name: String,
    /// The format found.
    pub format: ImportFormat,
    /// Items.
    pub items: u32,
    /// By type.
    pub types: Vec<TypeCount>,
    /// Items identical to existing ones.
    pub identical: u32,
    /// Items that exist with another content, of which a newer revision can be made.
    pub updates: u32,
    /// Items that exist with all of their content, and more.
    pub unchanged: u32,
    /// Folders named in the file.
    pub folders: u32,
    /// Attached files.
    pub files: u32,
    /// Whether it is a table, which `import_table` reads in another way.
    pub table: bool,
    /// Items with signs that look escaped as in HTML.
    pub escaped: u32,
    /// The first items.
    pub samples: Vec<ImportSample>,
    /// Notes.
    pub notes: Vec<ImportNote>,
}

/// A program whose files can be imported, as the id of its help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ImportProgram(&'static str);

impl From<Format> for ImportProgram {
    fn from(format: Format) -> Self {
        Self(format.program.id)
    }
}

/// A union of all ids, so that the interface fails its type check while the help of one is missing.
impl TS for ImportProgram {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn docs() -> Option<String> {
        Some("/**\n * The programs whose files can be imported.\n */\n".to_owned())
    }

    fn name(_: &Config) -> String {
        "ImportProgram".to_owned()
    }

    fn inline(_: &Config) -> String {
        programs().iter().map(|program| format!("\"{}\"", program.id)).collect::<Vec<_>>().join(" | ")
    }

    fn decl(config: &Config) -> String {
        format!("type {} = {};", Self::name(config), Self::inline(config))
    }

    fn output_path() -> Option<PathBuf> {
        Some(PathBuf::from("ImportProgram.ts"))
    }
}

/// The result of reading a file: its content, or what is needed to read it.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum ImportRead {
    /// The file was read.
    Preview(ImportPreview),
    /// The file is encrypted.
    Locked(ImportLocked),
    /// The file is a table of an unknown program.
    Columns(ImportColumns),
}

/// An encrypted file, and what opens it.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(export)]
pub struct ImportLocked {
    /// Identifies the file in `import_unlock`.
    pub token: String,
    /// File name without its folder.
    pub file_name: String,
    /// The format found.
    pub format: ImportFormat,
    /// The program that writes it.
    pub program: ImportProgram,
    /// Whether such a file may need a key file.
    pub takes_key_file: bool,
    /// The name of the chosen key file.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<String>,
    /// Whether password and key file were tried and are wrong.
    pub wrong: bool,
    /// What opening the file costs, if it is more than is done without asking.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<ImportCost>,
}

/// What opening a file costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportCost {
    /// Memory in MiB.
    pub memory_mib: u32,
    /// About so many seconds.
    pub seconds: u32,
}

/// What opens an encrypted file.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct ImportUnlock {
    /// The file.
    pub token: String,
    /// Its password; may be empty.
    pub password: String,
    /// Whether its cost is accepted.
    pub accept_cost: bool,
}

/// The options of an import.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportChoice {
    /// The preview.
    pub token: String,
    /// Leave out items identical to existing ones.
    pub skip_identical: bool,
    /// What becomes of items that exist with another content.
    #[serde(default)]
    pub same: ImportSame,
    /// Put all items below this folder.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Add this tag to every item.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// The result of an import.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportReport {
    /// Identifies it in `import_report_save`.
    pub token: String,
    /// Items added.
    pub imported: u32,
    /// Existing items with a newer revision.
    pub updated: u32,
    /// Items left out, since they exist.
    pub skipped: u32,
    /// Added items by type.
    pub types: Vec<TypeCount>,
    /// Values mapped to a field of the same meaning.
    pub fields_mapped: u32,
    /// Undoes the import; nothing if nothing was written.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    /// Notes.
    pub notes: Vec<ImportNote>,
}

impl From<&Item> for ImportSample {
    fn from(item: &Item) -> Self {
        Self { item_type: item.item_type.into(), title: item.title.clone(), subtitle: subtitle(item) }
    }
}

impl From<&Remark> for ImportNote {
    fn from(remark: &Remark) -> Self {
        let Remark { position, title, field, outcome, reason } = remark;
        Self {
            position: *position,
            title: safe_to_show(title),
            field: safe_to_show(field),
            outcome: match outcome {
                Outcome::KeptAsCustomField => FieldOutcome::KeptAsCustomField,
                Outcome::NotKept => FieldOutcome::NotKept,
                Outcome::RowSkipped => FieldOutcome::RowSkipped,
                Outcome::NotNeeded => FieldOutcome::NotNeeded,
            },
            reason: reason.clone(),
        }
    }
}

impl From<Cost> for ImportCost {
    fn from(cost: Cost) -> Self {
        let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self { memory_mib: number(cost.memory_mib), seconds: number(cost.seconds) }
    }
}

/// The extensions of files that can be imported, in both cases, for a file dialog.
#[must_use]
pub fn import_extensions() -> Vec<String> {
    extensions().into_iter().flat_map(|extension| [extension.to_owned(), extension.to_uppercase()]).collect()
}
