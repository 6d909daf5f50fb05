//! Routes that need no sign-in: discovery, keys, and whether the server works.

use axum::extract::State;
use axum::http::StatusCode;
use vault_wire::message::{Discovery, Jwks, List, ProblemCode, RecoveryNotice, Versions};

use super::limits::LIMITS;
use super::{App, Json};
use crate::failure::Failure;

/// `GET /.well-known/coffer`.
pub async fn discovery(State(app): State<App>) -> Result<Json<Discovery>, Failure> {
    let recovery = app.logs.recovery().await?;
    let until = recovery.lasts_at(app.clock.now()).then_some(recovery.until);
    let list = || List::new(vec![1]).map_err(|_| Failure::new(ProblemCode::Internal));
    Ok(Json(Discovery {
        versions: Versions { api: list()?, format: list()? },
        issuer: app.issuer().clone(),
        limits: LIMITS,
        sign_up: app.config.sign_up,
        features: List::empty(),
        blob_origins: List::empty(),
        recovery: RecoveryNotice { epoch: recovery.epoch, until },
    }))
}

/// `GET /v1/jwks.json`.
pub async fn keys(State(app): State<App>) -> Json<Jwks> {
    Json(app.tokens.get().jwks().clone())
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
