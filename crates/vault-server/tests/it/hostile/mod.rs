//! Input of attackers: each is refused with a problem that the protocol knows, nothing is half done, and others are served.

mod attack;
mod cbor;
mod connections;
mod decoders;
mod json;
mod proofs;
mod routes;
mod text;

pub use attack::route_of;

/// A changed request body.
pub struct Change {
    /// What was changed, for the message of a test that fails.
    pub what: String,
    pub body: Vec<u8>,
    /// Whether it is of the form that the route requires, with another value.
    pub is_value: bool,
}

impl Change {
    fn form(what: String, body: Vec<u8>) -> Self {
        Self { what, body, is_value: false }
    }

    fn value(what: String, body: Vec<u8>) -> Self {
        Self { what, body, is_value: true }
    }
}
