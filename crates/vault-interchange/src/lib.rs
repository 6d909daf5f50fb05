//! Import and export: other programs' files, read into items.
//!
//! Importers are pure functions from bytes to [`Parsed`]: no clock, no disk, no randomness of their own
//! ([`import_file`] is the one convenience that opens a file). Three rules hold for each of them:
//!
//! - **Nothing is dropped in silence.** Every value in a file is mapped to a field of the same meaning, kept as a
//!   custom field, or reported in a [`Note`] that names it and says why.
//! - **A bad row is reported, a bad file is refused.** A file that cannot be read as a whole is one [`ImportError`].
//! - **No secret leaves by the side door.** Notes and errors name fields and titles, never values.
//!
//! Files are hostile: size, depth, counts and lengths are bounded by [`limits`] before anything is built from them.

mod bitwarden_csv;
mod bitwarden_json;
mod chrome_csv;
mod code;
mod date;
mod detect;
mod draft;
mod error;
mod file;
mod fingerprint;
mod firefox_csv;
mod folder;
mod gather;
mod json;
pub mod limits;
mod report;
mod table;
mod text;

pub use detect::detect;
pub use error::ImportError;
pub use file::{import_file, read_file};
pub use fingerprint::fingerprint;
pub use report::{Format, Note, Outcome, Parsed, ParsedItem};

use rand_core::Rng;
use vault_engine::clock::Timestamp;

/// Reads a file of a known format.
///
/// `now` stands for dates that the file does not tell; `rng` names the fields. Nothing is written anywhere.
///
/// # Errors
///
/// The file as a whole cannot be read: see [`ImportError`]. A single bad item is a [`Note`] instead.
pub fn parse(format: Format, bytes: &[u8], now: Timestamp, rng: &mut dyn Rng) -> Result<Parsed, ImportError> {
    let text = text::decode(bytes)?;
    match format {
        Format::BitwardenJson => bitwarden_json::parse(&text, now, rng),
        Format::BitwardenCsv => bitwarden_csv::parse(&text, now, rng),
        Format::ChromeCsv => chrome_csv::parse(&text, now, rng),
        Format::FirefoxCsv => firefox_csv::parse(&text, now, rng),
    }
}
