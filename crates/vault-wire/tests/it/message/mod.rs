//! Tests of the messages between a client and a server.

mod cbor;
mod documents;
mod json;
mod limits;
mod samples;
mod texts;
pub mod vectors;
mod versions;
