//! Import of other programs' export files.
//!
//! [`detect()`] finds the [`Importer`] for a file, [`Importer::read`] turns the bytes into a [`ParsedFile`]. Importers are
//! pure functions: no clock, no disk, no randomness of their own ([`import_file`] alone opens a file). Every importer
//! follows three rules:
//!
//! - **No silent loss.** Every value in a file is mapped to a field of the same meaning, kept as a custom field, or
//!   reported in a [`Remark`] that names it and says why.
//! - **A bad row is reported, a bad file is refused.** A file that cannot be read as a whole is one [`ImportError`].
//! - **No secrets in messages.** Remarks and errors name fields and titles, never values.
//!
//! Files are hostile: size, depth, counts and lengths are bounded by [`limits`] before anything is built from them.
//!
//! The modules, from the bottom: `syntax` reads tables, JSON, XML, dates and one-time codes; `sealed` derives keys and opens archives; `builder` collects items and
//! remarks within the limits; `formats` has a module for each program and the registry, with how to add a format;
//! [`fingerprint()`] finds items that exist already.

mod builder;
mod content;
pub mod cost;
mod detect;
mod error;
pub mod export;
mod file;
mod fingerprint;
mod folder;
mod format;
mod formats;
mod importer;
pub mod limits;
mod mapping;
mod meaning;
mod options;
mod report;
mod same;
mod sealed;
mod syntax;

pub use content::ParsedFileContent;
pub use cost::Cost;
pub use detect::detect;
pub use error::{FileKind, ImportError};
pub use file::{import_file, read_file, read_key_file};
pub use fingerprint::fingerprint;
pub use format::{Format, Program, Secret};
pub use formats::{IMPORTERS, MAPPED_TABLE, extensions, find_importer, programs};
pub use importer::Importer;
pub use mapping::table_columns;
pub use meaning::{Column, Columns, Mapping, Meaning};
pub use options::Options;
pub use report::{Outcome, ParsedFile, ParsedItem, Remark};
pub use same::{Identity, updated};
