//! The route of server-sent events.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use vault_wire::message::ProblemCode;

use super::streaming::Streaming;
use super::{App, Caller, Identity, Member};
use crate::failure::Failure;
use crate::hints::{EventStream, OpenError, Reader};
use crate::setup::SecretsError;

const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// Asks proxies to pass on each event at once.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Seconds until there may be room for another stream.
const LATER: u32 = 30;

/// `GET /v1/events`.
pub async fn events(State(app): State<App>, caller: Caller<Member>) -> Result<Response, Failure> {
    let Identity { account, session, device, factor, .. } = caller.0;
    let stream = EventStream::open(app.hints.hub().clone(), Reader { account, session, device, factor });
    let stream = stream.map_err(|error| match error {
        OpenError::Full => Failure::new(ProblemCode::Unavailable).retry_after(LATER),
        OpenError::Randomness => SecretsError::Randomness.into(),
    })?;
    let mut response = [(CONTENT_TYPE, EVENTS), UNBUFFERED].into_response();
    response.extensions_mut().insert(Streaming::new(stream));
    Ok(response)
}
