//! Tables whose columns the user explains.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::item::{Role, safe_to_show};
use vault_interchange::{Column, Columns, Meaning};

use super::count::count;

/// Characters of a value that are shown if it may be a secret; of a short one a quarter.
const SHOWN_OF_UNKNOWN: usize = 3;

/// What a column of a table means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ImportMeaning {
    /// The title.
    Title,
    /// The user name.
    Username,
    /// The password.
    Password,
    /// The key of a one-time code.
    Code,
    /// One or more addresses.
    Url,
    /// The notes.
    Notes,
    /// The folder.
    Folder,
    /// Tags.
    Tags,
    /// Whether it is a favourite.
    Favourite,
    /// Whether it is archived.
    Archived,
    /// When it was made.
    Created,
    /// When it was changed.
    Modified,
    /// The day on which it expires.
    Expires,
    /// A custom field.
    Custom,
    /// Nothing: it is left out.
    LeftOut,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ImportColumn {
    /// Its name, or its number.
    pub name: String,
    /// Its first values: masked if they are secrets, their beginning if that is not known.
    pub samples: Vec<String>,
    /// What its name suggests.
    pub meaning: ImportMeaning,
}

/// A table of an unknown program, whose columns the user explains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ImportColumns {
    /// Identifies the file in `import_table`.
    pub token: String,
    /// File name without its folder.
    pub file_name: String,
    /// Whether the first row has the names of the columns.
    pub header: bool,
    /// The columns, at most 100.
    pub columns: Vec<ImportColumn>,
    /// Further ones, which become custom fields.
    pub further: u32,
    /// Whether the file is not in UTF-8, so that its encoding is a guess.
    pub western: bool,
}

/// How a table is read.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(export)]
pub struct ImportTable {
    /// The file: the token of its preview or of its columns.
    pub token: String,
    /// Whether escapes of HTML are replaced by their signs.
    pub unescape: bool,
    /// Whether the columns are asked about; else the file is read.
    #[serde(default)]
    pub ask_columns: bool,
    /// Whether the first row has the names of the columns; guessed if it is not given.
    #[ts(optional)]
    #[serde(default)]
    pub header: Option<bool>,
    /// What the columns mean. Without these the file is read in its own format.
    #[ts(optional)]
    #[serde(default)]
    pub columns: Option<Vec<ImportMeaning>>,
}

impl From<Meaning> for ImportMeaning {
    fn from(meaning: Meaning) -> Self {
        match meaning {
            Meaning::Title => Self::Title,
            Meaning::Field(Role::Username) => Self::Username,
            Meaning::Field(Role::Password) => Self::Password,
            Meaning::Field(Role::Code) => Self::Code,
            Meaning::Addresses => Self::Url,
            Meaning::Notes => Self::Notes,
            Meaning::Folder(_) => Self::Folder,
            Meaning::Tags => Self::Tags,
            Meaning::Favourite => Self::Favourite,
            Meaning::Archived => Self::Archived,
            Meaning::Created => Self::Created,
            Meaning::Modified => Self::Modified,
            Meaning::Expires => Self::Expires,
            _ => Self::Custom,
        }
    }
}

impl From<ImportMeaning> for Option<Meaning> {
    fn from(meaning: ImportMeaning) -> Self {
        Some(match meaning {
            ImportMeaning::Title => Meaning::Title,
            ImportMeaning::Username => Meaning::Field(Role::Username),
            ImportMeaning::Password => Meaning::Field(Role::Password),
            ImportMeaning::Code => Meaning::Field(Role::Code),
            ImportMeaning::Url => Meaning::Addresses,
            ImportMeaning::Notes => Meaning::Notes,
            ImportMeaning::Folder => Meaning::Folder("\\"),
            ImportMeaning::Tags => Meaning::Tags,
            ImportMeaning::Favourite => Meaning::Favourite,
            ImportMeaning::Archived => Meaning::Archived,
            ImportMeaning::Created => Meaning::Created,
            ImportMeaning::Modified => Meaning::Modified,
            ImportMeaning::Expires => Meaning::Expires,
            ImportMeaning::Custom => Meaning::Custom,
            ImportMeaning::LeftOut => return None,
        })
    }
}

impl ImportColumns {
    pub(crate) fn of(token: String, file_name: String, table: &Columns) -> Self {
        Self {
            token,
            file_name,
            header: table.header,
            columns: table.columns.iter().map(Into::into).collect(),
            further: count(table.width.saturating_sub(table.columns.len())),
            western: table.western,
        }
    }
}

impl From<&Column> for ImportColumn {
    fn from(column: &Column) -> Self {
        let meaning = ImportMeaning::from(column.meaning);
        let shown = |text: &str| match meaning {
            ImportMeaning::Password | ImportMeaning::Code => "••••••".to_owned(),
            // It may be a secret.
            ImportMeaning::Custom | ImportMeaning::Notes => {
                let shown = SHOWN_OF_UNKNOWN.min(text.chars().count() / 4);
                safe_to_show(&text.chars().take(shown).collect::<String>()) + "•••"
            }
            _ => safe_to_show(text),
        };
        Self {
            name: safe_to_show(&column.name),
            samples: column.samples.iter().map(|text| shown(text.expose())).collect(),
            meaning,
        }
    }
}
