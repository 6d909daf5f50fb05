//! The listener without TLS, which sends everybody to HTTPS.

use axum::Router;
use axum::extract::State;
use axum::http::header::{CONNECTION, LOCATION};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use vault_wire::message::Origin;

/// The routes: every one is answered by 308 to the same path at an address. Neither host nor method of the request matter, so
/// nobody is sent elsewhere.
pub fn redirect(to: Origin) -> Router {
    Router::new().fallback(answer).with_state(to)
}

async fn answer(State(to): State<Origin>, uri: Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    match HeaderValue::from_str(&[to.as_str(), path].concat()) {
        Ok(location) => (
            StatusCode::PERMANENT_REDIRECT,
            [(LOCATION, location), (CONNECTION, HeaderValue::from_static("close"))],
        )
            .into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
