//! Tests of the server: in process, on the loopback interface, over TLS.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod account;
mod cli;
mod http;
mod log;
mod operations;
mod store;
mod support;
