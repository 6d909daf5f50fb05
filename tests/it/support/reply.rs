//! Answers that a test makes or changes.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Bytes, Frame};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING};
use hyper::{HeaderMap, Response, StatusCode};
use serde_json::{Value, json};
use vault_wire::cbor::Canonical;
use vault_wire::message::{JsonMessage, ProblemCode};

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub end: End,
}

/// What comes after the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its end.
    Proper,
    /// The body again, without end.
    Never,
    /// Nothing; the connection stays open.
    Stall,
}

impl Reply {
    pub fn new(status: u16, media: &str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(media).unwrap());
        Self { status, headers, body: body.into(), end: End::Proper }
    }

    pub fn html(status: u16) -> Self {
        Self::new(status, "text/html; charset=utf-8", "<!doctype html><title>Sign in to the network</title>")
    }

    pub fn problem(status: u16, code: ProblemCode) -> Self {
        let body = json!({ "code": code.as_str(), "status": status, "title": "x" });
        Self::new(status, "application/problem+json", body.to_string())
    }

    pub fn endless(self) -> Self {
        Self { end: End::Never, ..self }
    }

    pub fn stalled(self) -> Self {
        Self { end: End::Stall, ..self }
    }

    /// Changes a message in JSON, member by member.
    pub fn change_json(&mut self, change: impl FnOnce(&mut Value)) {
        let mut value = serde_json::from_slice(&self.body).unwrap();
        change(&mut value);
        self.body = value.to_string().into();
    }

    /// The message in JSON.
    pub fn json<T: JsonMessage>(&self) -> T {
        T::from_json(&self.body).unwrap()
    }

    /// Changes a message in CBOR.
    pub fn change_cbor<T: Canonical>(&mut self, change: impl FnOnce(&mut T)) {
        let mut message = T::decode(&self.body).unwrap();
        change(&mut message);
        self.body = message.encode().into();
    }

    pub(super) fn into_response(self) -> Response<BoxBody<Bytes, hyper::Error>> {
        let Self { status, headers, body, end } = self;
        let body = match end {
            End::Proper => Full::new(body).boxed(),
            End::Never => Endless { body, sent: None }.boxed(),
            End::Stall => Endless { body, sent: Some(false) }.boxed(),
        };
        let mut response = Response::new(body.map_err(|never: Infallible| match never {}).boxed());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        *response.headers_mut() = headers;
        // They belong to what was there before.
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().remove(TRANSFER_ENCODING);
        response
    }
}

/// A body without end.
struct Endless {
    body: Bytes,
    /// Whether it was sent, if that is done once.
    sent: Option<bool>,
}

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.sent {
            Some(true) => return Poll::Pending,
            Some(sent) => *sent = true,
            None => {}
        }
        Poll::Ready(Some(Ok(Frame::data(self.body.clone()))))
    }
}
