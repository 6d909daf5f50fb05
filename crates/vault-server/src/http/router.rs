//! All routes.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use vault_wire::message::ProblemCode;

use super::{App, discovery, documents, headers, vaults};
use crate::failure::Failure;

/// The routes of a server.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/.well-known/coffer", get(discovery::discovery))
        .route("/v1/jwks.json", get(discovery::keys))
        .route("/healthz", get(discovery::health))
        .route("/readyz", get(discovery::ready))
        .merge(vaults::routes())
        .merge(documents::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), headers::add))
        .with_state(app)
}

async fn not_found() -> Failure {
    ProblemCode::NotFound.into()
}

async fn method_not_allowed() -> Failure {
    Failure {
        status: Some(405),
        ..Failure::new(ProblemCode::Malformed).because("the route has other methods")
    }
}
