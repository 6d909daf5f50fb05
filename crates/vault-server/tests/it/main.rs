//! Tests of the server: in process, on the loopback interface, over TLS.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod account;
mod cli;
mod conformance;
mod conversation;
mod hostile;
mod http;
mod log;
mod mail;
mod metrics;
mod nats;
mod operations;
mod peers;
mod postgres;
mod s3;
mod secrets;
mod store;
mod support;
#[cfg(feature = "otel")]
mod telemetry;
