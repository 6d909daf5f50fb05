//! The names of an import format.

/// A program, or a family of programs, that writes export files.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Program {
    /// Identifier in snake case. The interface names its help after it.
    pub id: &'static str,
    /// Name for people; begins the row of its help in the table of imports in `docs/user-guide.md`.
    pub name: &'static str,
}

/// What opens a file of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Secret {
    /// Nothing: the content is readable.
    Nothing,
    /// A password.
    Password,
    /// A password, a key file, or both.
    PasswordOrKeyFile,
}

/// A kind of export file of one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    /// Identifier in snake case. The interface names its texts and `vault-fuzz` its targets after it.
    pub id: &'static str,
    /// Program and kind of file for people; begins its row in `docs/formats/import.md`.
    pub name: &'static str,
    /// The program that writes it.
    pub program: &'static Program,
    /// Extensions of its files, in lower case. A file dialog offers them; detection ignores them.
    pub extensions: &'static [&'static str],
    /// What a reader asks for.
    pub secret: Secret,
}
