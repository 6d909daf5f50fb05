//! What `coffer-server check --url` asks: how a request arrives, through whatever is between.
//!
//! The routes need no session, are limited by address like a sign-in, and keep nothing.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http_body_util::BodyExt as _;
use hyper::body::Frame;
use serde::{Deserialize, Serialize};
use tokio::time::{Sleep, sleep, timeout};
use vault_wire::message::ProblemCode;

use super::App;
use super::address::{ClientAddress, Peer, forwarded};
use super::authorize::Anonymous;
use crate::failure::Failure;

/// The most bytes of a request: as many as the longest message of the protocol has.
pub const MOST: usize = 8_388_608;

/// How long a stream stays open after its only event.
const OPEN: Duration = Duration::from_secs(15);

/// The address that `check --url` claims to be: it belongs to nobody (RFC 5737).
pub const CLAIMED: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

/// Keeps nginx from buffering a stream.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// How a request arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrived {
    /// The length of its body.
    pub bytes: usize,
    /// The other end of the connection.
    pub peer: IpAddr,
    /// Whether that is a trusted proxy.
    pub trusted: bool,
    /// The address that counts as the client's.
    pub client: IpAddr,
    /// How many addresses the header `X-Forwarded-For` has.
    pub forwarded: usize,
    /// Whether the last of them is the one that was claimed.
    pub claimed: bool,
}

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/checkz", post(arrived)).route("/checkz/events", get(events))
}

async fn arrived(State(app): State<App>, request: Request) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    Anonymous::from_request_parts(&mut parts, &app).await?;
    let Ok(ClientAddress(client)) = ClientAddress::from_request_parts(&mut parts, &app).await;
    let peer = parts.extensions.get::<Peer>().map_or(client, |peer| peer.0);
    let last = forwarded(&parts.headers).next();
    let arrived = Arrived {
        bytes: count(body, Duration::from_millis(app.config.body_timeout_ms)).await?,
        peer,
        trusted: app.config.trusted_proxies.iter().any(|network| network.contains(peer)),
        client,
        forwarded: forwarded(&parts.headers).count(),
        claimed: last.and_then(|text| text.parse().ok()) == Some(CLAIMED),
    };
    let text = serde_json::to_vec(&arrived).map_err(|_| ProblemCode::Internal)?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

/// Reads a body to its end and keeps nothing of it.
async fn count(mut body: Body, time: Duration) -> Result<usize, Failure> {
    let read = async {
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            bytes += frame.map_err(|_| ProblemCode::Malformed)?.data_ref().map_or(0, Bytes::len);
            if bytes > MOST {
                return Err(Failure::new(ProblemCode::TooLarge));
            }
        }
        Ok(bytes)
    };
    let late = Failure { status: Some(408), ..ProblemCode::Malformed.into() };
    timeout(time, read).await.map_err(|_| late)?
}

async fn events(_: Anonymous) -> Response {
    let headers = [(CONTENT_TYPE, "text/event-stream"), (UNBUFFERED, "no")];
    (headers, Body::new(Stream { sent: false, end: Box::pin(sleep(OPEN)) })).into_response()
}

/// One event, then nothing for a time.
struct Stream {
    sent: bool,
    end: Pin<Box<Sleep>>,
}

impl hyper::body::Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.sent {
            self.sent = true;
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"data: {}\n\n")))));
        }
        ready!(self.end.as_mut().poll(cx));
        Poll::Ready(None)
    }
}
