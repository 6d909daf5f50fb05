//! What the values of a column mean.

use vault_engine::item::Role;

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
