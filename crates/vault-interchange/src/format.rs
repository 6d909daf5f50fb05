//! The names of an import format.

/// A kind of export file of one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    /// Identifier in snake case. The interface names its texts and `vault-fuzz` its targets after it.
    pub id: &'static str,
    /// Program and kind of file for people; begins its row in `docs/formats/import.md`.
    pub name: &'static str,
    /// Programs that write it; their row in the table of imports in `docs/user-guide.md`.
    pub programs: &'static str,
}
