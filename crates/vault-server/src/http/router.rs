//! All routes.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};
use vault_wire::message::ProblemCode;

use super::{App, account, count, discovery, documents, events, headers, probe, sign_in, vaults};
use crate::failure::Failure;

/// The routes of a server.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/.well-known/coffer", get(discovery::discovery))
        .route("/v1/jwks.json", get(discovery::keys))
        .route("/v1/auth/register/start", post(sign_in::register_start))
        .route("/v1/auth/register/finish", post(sign_in::register_finish))
        .route("/v1/auth/login/params", post(sign_in::login_params))
        .route("/v1/auth/login/start", post(sign_in::login_start))
        .route("/v1/auth/login/finish", post(sign_in::login_finish))
        .route("/v1/auth/code/start", post(sign_in::code_start))
        .route("/v1/auth/code/finish", post(sign_in::code_finish))
        .route("/v1/auth/mail", post(sign_in::mail))
        .route("/v1/auth/mfa/totp", post(sign_in::totp))
        .route("/v1/auth/mfa/recovery", post(sign_in::recovery))
        .route("/v1/auth/approval", post(sign_in::request_approval))
        .route("/v1/auth/token", post(sign_in::refresh))
        .route("/v1/auth/logout", post(sign_in::logout))
        .route("/v1/devices", get(account::devices).post(sign_in::add_device))
        .route("/v1/devices/{d}/label", put(account::label))
        .route("/v1/devices/{d}/revoke", post(account::revoke))
        .route("/v1/sessions", get(account::sessions).delete(account::end_sessions))
        .route("/v1/account", delete(account::delete))
        .route(
            "/v1/account/approval",
            get(account::approval)
                .put(account::offer_approval)
                .post(account::answer_approval)
                .delete(account::end_approval),
        )
        .route("/v1/account/export", get(account::export))
        .route("/v1/account/keyset", get(account::keyset))
        .route("/v1/account/reenrol", post(sign_in::reenrol).delete(account::cancel_reenrol))
        .route("/v1/account/login", post(account::change_login))
        .route("/v1/account/code", get(account::code_box).put(account::put_code_box))
        .route("/v1/account/factors", get(account::factors))
        .route("/v1/account/factors/totp", post(account::offer_totp).delete(account::remove_totp))
        .route("/v1/account/factors/totp/confirm", post(account::confirm_totp))
        .route("/v1/audit", get(account::audit_page))
        .route("/v1/events", get(events::events))
        .route("/healthz", get(discovery::health))
        .route("/readyz", get(discovery::ready))
        .merge(vaults::routes())
        .merge(documents::routes())
        .merge(probe::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), headers::add))
        .layer(from_fn_with_state(app.clone(), count::count))
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
