//! Work that no request waits for: compaction, collection, and deleting what has expired. One node at a time does it, in small
//! transactions; what is interrupted continues on whichever node is next.

mod expired;
mod lease;
mod round;

pub use expired::{delete_some, end_sessions};
pub use lease::Lease;
pub use round::Upkeep;
