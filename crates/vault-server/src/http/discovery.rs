//! Routes that need no sign-in: discovery, keys, and whether the server works.

use axum::extract::State;
use axum::http::StatusCode;
use vault_wire::message::{Discovery, Jwks, Limits, List, ProblemCode, RecoveryNotice, SignUp, Versions};

use super::{App, Json};
use crate::failure::Failure;

/// Those of the format; of an account's storage, as much as SQL can count.
const LIMITS: Limits = Limits { account_bytes: i64::MAX.cast_unsigned(), ..Limits::MAX };

/// `GET /.well-known/coffer`.
pub async fn discovery(State(app): State<App>) -> Result<Json<Discovery>, Failure> {
    let list = || List::new(vec![1]).map_err(|_| Failure::new(ProblemCode::Internal));
    Ok(Json(Discovery {
        versions: Versions { api: list()?, format: list()? },
        issuer: app.issuer().clone(),
        limits: LIMITS,
        sign_up: SignUp::Code,
        features: List::empty(),
        blob_origins: List::empty(),
        recovery: RecoveryNotice { epoch: 0, until: None },
    }))
}

/// `GET /v1/jwks.json`.
pub async fn keys(State(app): State<App>) -> Json<Jwks> {
    Json(app.tokens.jwks().clone())
}

/// `GET /healthz`: the process answers.
pub async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `GET /readyz`: the database answers, too.
pub async fn ready(State(app): State<App>) -> Result<StatusCode, Failure> {
    app.store.check().await.map_err(|_| Failure::new(ProblemCode::Unavailable))?;
    Ok(StatusCode::NO_CONTENT)
}
