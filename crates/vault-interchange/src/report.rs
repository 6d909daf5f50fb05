//! The result of an import.

use vault_engine::item::{Item, safe_to_show};

use crate::{content::ParsedFileContent, format::Format, limits, syntax::escapes::has_escapes};

/// What an importer did with a value that no field matches exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is kept as a custom field.
    KeptAsCustomField,
    /// It is not kept.
    NotKept,
    /// It has a meaning in the other program only, so nothing is lost without it; counted for the whole file.
    NotNeeded,
    /// The whole row or item cannot be read.
    RowSkipped,
}

/// A remark on a value, an item or the file; of the file it contains titles and names of fields only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Position of the item or row in the file, from 1; 0 for the file as a whole.
    pub position: u32,
    /// Title of the item; empty if it has none or is not read.
    pub title: String,
    /// Name of the field in the file; empty for a whole row.
    pub field: String,
    /// What the importer did.
    pub outcome: Outcome,
    /// The reason, in one English sentence.
    pub reason: String,
}

/// An item read from a file.
pub struct ParsedItem {
    /// Position in the file, from 1.
    pub position: u32,
    /// The item, without device name and attachments; every field has a new id.
    pub item: Item,
    /// Files that become its attachments.
    pub files: Vec<ParsedFileContent>,
}

/// The content of a file.
pub struct ParsedFile {
    /// The format that the file was read in.
    pub format: Format,
    /// Items in the order of the file.
    pub items: Vec<ParsedItem>,
    /// Paths of the folders named in the file, sorted and unique, including those without items.
    pub folders: Vec<String>,
    /// Number of values mapped to a field of the same meaning.
    pub fields_mapped: u32,
    /// Remarks on items by position, then those on the file as a whole.
    pub remarks: Vec<Remark>,
}

impl ParsedFile {
    /// The number of items with a value that looks as if signs were escaped as in HTML, in a format where that happens.
    #[must_use]
    pub fn escaped_items(&self) -> usize {
        let is_of_such = matches!(self.format.id, "lastpass_csv" | "mapped_csv");
        let is_escaped = |item: &Item| {
            let fields = item.fields.iter().any(|field| has_escapes(field.value.expose()));
            fields || has_escapes(&item.title) || has_escapes(item.notes.expose())
        };
        self.items.iter().filter(|parsed| is_of_such && is_escaped(&parsed.item)).count()
    }
}

/// Returns a name for a remark, shortened and made safe to show.
pub(crate) fn name_in_remark(text: &str) -> String {
    let mut name: String = text.chars().take(limits::NAME_IN_REMARK).collect();
    if name.len() < text.len() {
        name.push('…');
    }
    safe_to_show(&name)
}
