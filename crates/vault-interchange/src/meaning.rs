//! What the values of a column mean.

use vault_engine::item::{Role, SecretText};

/// The meaning of a column of a table, or of a member of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The title.
    Title,
    /// The type of the item. A name that is not known stays as a custom field.
    Type,
    /// The built-in field with a role.
    Field(Role),
    /// First, middle and last name in one value.
    FullName,
    /// One address, or several that are separated by line breaks or commas.
    Addresses,
    /// The notes.
    Notes,
    /// The folder; the text stands between its levels, as a slash does.
    Folder(&'static str),
    /// Tags, separated by commas, semicolons or line breaks.
    Tags,
    /// Whether it is a favourite.
    Favourite,
    /// Whether it is archived.
    Archived,
    /// Whether the master password is asked for.
    Reprompt,
    /// When it was made.
    Created,
    /// When it was changed.
    Modified,
    /// The day on which it expires.
    Expires,
    /// A custom field of that program too.
    Custom,
    /// A custom field whose value need not be concealed.
    Text,
    /// Of use to the other program only, for a reason.
    NotNeeded(&'static str),
}

/// What the columns of a table mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Whether the first row has the names of the columns.
    pub header: bool,
    /// The meaning of each column; `None` leaves it out.
    pub columns: Vec<Option<Meaning>>,
}

/// The columns of a table.
pub struct Columns {
    /// Whether the first row has their names.
    pub header: bool,
    /// How many there are.
    pub width: usize,
    /// Whether the encoding was guessed to be Windows-1252.
    pub western: bool,
    /// The first of them, at most [`limits::COLUMNS_SHOWN`](crate::limits::COLUMNS_SHOWN).
    pub columns: Vec<Column>,
}

/// A column of a table.
pub struct Column {
    /// Its name, or its number.
    pub name: String,
    /// The beginning of its first values.
    pub samples: Vec<SecretText>,
    /// What its name suggests that it means.
    pub meaning: Meaning,
}
