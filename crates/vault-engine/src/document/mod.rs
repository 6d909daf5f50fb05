//! Documents: files sealed into the profile and written out again, as streams.
//!
//! A document is read, sealed and written chunk by chunk on a few threads; memory is a few chunks, whatever its size.
//! What is written appears under its name only when it is whole and checked; until then it is a temporary file that
//! goes away with an error, a wish to stop, or a crash (swept later).

mod error;
mod file;
mod list;
mod media;
mod open;
mod pipeline;
mod progress;
mod rules;
mod seal;
mod source;

#[cfg(test)]
mod tests;

use self::progress::all_or_nothing;
pub use error::DocumentError;
pub(crate) use file::Pending;
pub use file::{Existing, write_new_file};
pub use list::ChunkList;
pub use media::{media_type, type_mismatch};
pub use open::{DocumentReader, Opening, open_to_file};
pub use progress::{Progress, Step};
pub use rules::Rules;
pub use seal::{NewBlob, SealedBlob, SealedDocument, Sealing, seal, seal_file};
pub use source::SourceFile;
