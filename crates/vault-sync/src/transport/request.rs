//! What is sent.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use reqwest::Method;
use vault_wire::cbor::Canonical;
use vault_wire::invitation::InvitationReading;
use vault_wire::message::JsonMessage;
use zeroize::Zeroizing;

use super::media::{CBOR, JSON, OCTETS};
use crate::error::Error;

/// A request, which may be sent more than once.
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path, which proofs name.
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) body: Option<Body>,
    /// The proof of an invitation, for what an account may read before it is a member.
    pub(crate) invitation: Option<Zeroizing<String>>,
    /// The status of success.
    pub(crate) status: u16,
    /// Whether 202 is another one.
    pub(crate) may_wait: bool,
}

/// The body of a request.
pub(crate) struct Body {
    pub(crate) media: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl Request {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: None,
            body: None,
            invitation: None,
            status: 200,
            may_wait: false,
        }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub(crate) fn query(self, query: String) -> Self {
        Self { query: Some(query), ..self }
    }

    /// Shows an invitation, if there is one.
    pub(crate) fn invited(self, reading: Option<&InvitationReading>) -> Self {
        let invitation = reading.map(|reading| Base64UrlUnpadded::encode_string(&reading.encode()).into());
        Self { invitation, ..self }
    }

    /// Expects this status of success in place of 200.
    pub(crate) fn answered_by(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Takes 202 for a success, too: what is asked for is done later.
    pub(crate) fn that_may_wait(self) -> Self {
        Self { may_wait: true, ..self }
    }

    pub(crate) fn json(self, message: &impl JsonMessage) -> Result<Self, Error> {
        let bytes = message.to_json().map_err(|_| Error::OutOfBounds)?;
        Ok(Self { body: Some(Body { media: JSON, bytes }), ..self })
    }

    pub(crate) fn cbor<T: Canonical>(self, message: &T) -> Result<Self, Error> {
        let bytes = message.encode();
        if bytes.len() > T::MAX_LEN {
            return Err(Error::OutOfBounds);
        }
        Ok(Self { body: Some(Body { media: CBOR, bytes }), ..self })
    }

    pub(crate) fn octets(self, bytes: Vec<u8>) -> Self {
        Self { body: Some(Body { media: OCTETS, bytes }), ..self }
    }

    /// The length of the body.
    pub(crate) fn len(&self) -> usize {
        self.body.as_ref().map_or(0, |body| body.bytes.len())
    }
}
