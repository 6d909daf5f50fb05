//! Tests of the server.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod log;
mod store;
