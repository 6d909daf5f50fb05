//! Failures as answers: `application/problem+json` (RFC 9457).

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use vault_wire::message::{JsonMessage as _, List, Problem, ProblemCode, Text};

use crate::failure::Failure;

/// The media type of every error.
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = self.status.unwrap_or_else(|| self.code.status());
        let problem = problem(&self, status);
        let body = problem.and_then(|problem| problem.to_json().ok()).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, PROBLEM);
        // The body was not read to its end, so the connection cannot be used again.
        if matches!(self.code, ProblemCode::TooLarge | ProblemCode::MediaType) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

fn problem(failure: &Failure, status: u16) -> Option<Problem> {
    Some(Problem {
        code: failure.code,
        status,
        title: Text::new(title(failure.code)).ok()?,
        detail: failure.detail.and_then(|detail| Text::new(detail).ok()),
        vaults: (!failure.vaults.is_empty())
            .then(|| failure.vaults.iter().take(64).copied().collect())
            .and_then(|vaults| List::new(vaults).ok()),
        refusal: failure.refusal,
        retry_after: failure.retry_after,
    })
}

/// The code in words.
pub const fn title(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::Malformed => "The request is not of the form that the route requires",
        ProblemCode::VersionUnknown => "The request is of a version that this server does not know",
        ProblemCode::SignInRefused => "Name, password or code are wrong",
        ProblemCode::SignInExpired => "The sign-in has expired; begin again",
        ProblemCode::SignInAgain => "This requires a sign-in within the last five minutes",
        ProblemCode::TokenInvalid => "The access token is missing, expired or invalid",
        ProblemCode::ProofInvalid => "The proof of the device's key is missing or invalid",
        ProblemCode::ProofNonce => "The proof needs the nonce of the header DPoP-Nonce",
        ProblemCode::SessionEnded => "The login session has ended; sign in again",
        ProblemCode::Forbidden => "Not allowed",
        ProblemCode::FactorRequired => "The vault requires a sign-in with a second factor",
        ProblemCode::VaultsLeft => "The account is the only owner of vaults with other members",
        ProblemCode::SignUpRefused => "A new account needs another sign-up code",
        ProblemCode::NotFound => "There is no such thing, or this account may not see it",
        ProblemCode::Exists => "It exists already with other content",
        ProblemCode::VersionConflict => "A newer version exists already",
        ProblemCode::BatchReused => "The batch id has been used for other entries",
        ProblemCode::LogDiverged => "The entries do not continue the log",
        ProblemCode::Refused => "This has no effect in this vault",
        ProblemCode::TooLarge => "The message is longer than the route allows",
        ProblemCode::MediaType => "The body is not of the route's media type",
        ProblemCode::RateLimited => "Too many requests in too short a time",
        ProblemCode::QuotaExceeded => "The account's quota is used up",
        ProblemCode::ReadOnly => "The server accepts no changes at the moment",
        ProblemCode::Unavailable => "The server cannot answer at the moment",
        ProblemCode::Internal | ProblemCode::Unknown => "The server failed",
    }
}
