//! Documents: files that are sealed into the profile and opened again as streams.
//!
//! A document is read, sealed and written chunk by chunk on several threads, so memory use is a few chunks, independent
//! of the size. An output file gets its name only after it is complete and verified. Until then it has no name
//! where the system allows it, else a temporary one; it is removed on an error or cancellation.

mod error;
mod file;
mod list;
mod media;
mod open;
mod pipeline;
mod progress;
mod rules;
mod seal;
mod sealed_file;
mod source;
mod streamed;
mod transport;
mod unnamed;

#[cfg(test)]
mod tests;

use self::progress::all_or_nothing;
pub use error::DocumentError;
pub use file::{Existing, PendingFile, write_new_file};
pub use list::ChunkList;
pub use media::{media_type, type_mismatch};
pub use open::{DocumentReader, Opening, open_to_file};
pub use progress::{Progress, Step};
pub use rules::Rules;
pub use seal::{NewBlob, SealedBlob, SealedDocument, Sealing, seal, seal_file};
pub use source::SourceFile;
pub use streamed::StreamSealing;
pub use transport::{IncomingDocument, StoredDocument};
