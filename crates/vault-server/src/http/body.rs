//! Bodies: of the route's media type, no longer than it allows, in bounded time.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;
use vault_wire::blob::{CHUNK_OVERHEAD, CHUNK_SIZE};
use vault_wire::cbor::{Canonical, DecodeError};
use vault_wire::message::{JsonError, JsonMessage, ProblemCode};

use super::App;
use crate::failure::Failure;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const CBOR: HeaderValue = HeaderValue::from_static("application/cbor");

const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The longest sealed chunk.
const MAX_CHUNK: usize = CHUNK_SIZE as usize + CHUNK_OVERHEAD as usize;

/// A sealed chunk, as request and as answer.
pub struct Chunk(pub Bytes);

/// A message in JSON, as request and as answer.
pub struct Json<T>(pub T);

/// A message in CBOR, as request and as answer.
pub struct Cbor<T>(pub T);

impl<T: JsonMessage> FromRequest<App> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let body = read(request, &JSON, T::MAX_LEN, app).await?;
        T::from_json(&body).map(Self).map_err(|error| match error {
            JsonError::TooLong => ProblemCode::TooLarge.into(),
            JsonError::Malformed | JsonError::OutOfBounds => ProblemCode::Malformed.into(),
        })
    }
}

impl<T: Canonical> FromRequest<App> for Cbor<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let body = read(request, &CBOR, T::MAX_LEN, app).await?;
        T::decode(&body).map(Self).map_err(|error| match error {
            DecodeError::TooLong => ProblemCode::TooLarge.into(),
            DecodeError::UnknownVersion(_) => ProblemCode::VersionUnknown.into(),
            _ => ProblemCode::Malformed.into(),
        })
    }
}

impl FromRequest<App> for Chunk {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        read(request, &OCTETS, MAX_CHUNK, app).await.map(Self)
    }
}

impl IntoResponse for Chunk {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, OCTETS)], self.0).into_response()
    }
}

impl<T: JsonMessage> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        self.0.to_json().map_or_else(
            |_| Failure::new(ProblemCode::Internal).into_response(),
            |text| ([(CONTENT_TYPE, JSON)], text).into_response(),
        )
    }
}

impl<T: Canonical> IntoResponse for Cbor<T> {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, CBOR)], self.0.encode()).into_response()
    }
}

/// Reads the whole body.
async fn read(request: Request, media_type: &HeaderValue, most: usize, app: &App) -> Result<Bytes, Failure> {
    let (parts, body) = request.into_parts();
    if !is(&parts.headers, media_type) {
        return Err(ProblemCode::MediaType.into());
    }
    // Refused before any of it is read.
    if length(&parts.headers).is_some_and(|length| length > most) {
        return Err(ProblemCode::TooLarge.into());
    }
    collect(body, most, Duration::from_millis(app.config.body_timeout_ms)).await
}

/// Collects a body of at most so many bytes.
pub async fn collect(body: Body, most: usize, time: Duration) -> Result<Bytes, Failure> {
    let late = Failure { status: Some(408), ..ProblemCode::Malformed.into() };
    let collected = timeout(time, Limited::new(body, most).collect()).await;
    let collected = collected.map_err(|_| late.because("the body did not arrive in time"))?;
    collected.map(http_body_util::Collected::to_bytes).map_err(|error| {
        let code =
            if error.is::<LengthLimitError>() { ProblemCode::TooLarge } else { ProblemCode::Malformed };
        code.into()
    })
}

/// Whether the content has this media type; parameters do not matter.
fn is(headers: &HeaderMap, media_type: &HeaderValue) -> bool {
    let Some(Ok(text)) = headers.get(CONTENT_TYPE).map(HeaderValue::to_str) else { return false };
    let essence = text.split(';').next().unwrap_or(text).trim();
    media_type.to_str().is_ok_and(|expected| essence.eq_ignore_ascii_case(expected))
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
