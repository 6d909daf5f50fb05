//! Media types.

pub(crate) const JSON: &str = "application/json";
pub(crate) const CBOR: &str = "application/cbor";
pub(crate) const OCTETS: &str = "application/octet-stream";
pub(crate) const EVENTS: &str = "text/event-stream";
pub(crate) const PROBLEM: &str = "application/problem+json";
