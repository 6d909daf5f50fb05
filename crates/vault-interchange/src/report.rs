//! What an importer gives back.

use vault_engine::item::Item;

/// The file formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Bitwarden, plain JSON, of a person or an organisation.
    BitwardenJson,
    /// Bitwarden, CSV, of a person or an organisation.
    BitwardenCsv,
    /// Chrome, Edge, Brave, Opera and others built on Chromium.
    ChromeCsv,
    /// Firefox.
    FirefoxCsv,
}

impl Format {
    /// Every format, in the order in which they are tried.
    pub const ALL: [Self; 4] = [Self::BitwardenJson, Self::BitwardenCsv, Self::FirefoxCsv, Self::ChromeCsv];

    /// The name of the program and file kind, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BitwardenJson => "Bitwarden JSON",
            Self::BitwardenCsv => "Bitwarden CSV",
            Self::ChromeCsv => "Chrome CSV",
            Self::FirefoxCsv => "Firefox CSV",
        }
    }
}

/// What became of a value that has no exact place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Kept as a custom field.
    KeptAsCustomField,
    /// Could not be kept.
    NotKept,
    /// The whole row or item could not be read.
    RowSkipped,
}

/// One remark; it never holds a value of the file, except the title and the names of fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Number of the item or row in the file, from 1; 0 for the file as a whole.
    pub position: u32,
    /// Title of the item; empty if it has none or was not read.
    pub title: String,
    /// Name of the field in the file; empty for a whole row.
    pub field: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why, in one English sentence.
    pub reason: String,
}

/// An item read from a file.
pub struct ParsedItem {
    /// Its number in the file, from 1.
    pub position: u32,
    /// The item: no device name, no attachments; every field has a fresh id.
    pub item: Item,
}

/// All that a file brings.
pub struct Parsed {
    /// The format it was read as.
    pub format: Format,
    /// The items in the order of the file.
    pub items: Vec<ParsedItem>,
    /// Paths of the folders named in the file, sorted, each once; also those that no item lies in.
    pub folders: Vec<String>,
    /// Number of values mapped to a field of the same meaning.
    pub fields_mapped: u32,
    /// Remarks: those on items by position, then those on the file as a whole.
    pub notes: Vec<Note>,
}
