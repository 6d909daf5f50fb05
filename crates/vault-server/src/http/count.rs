//! Counting requests, and their traces.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

use super::App;
#[cfg(feature = "otel")]
use crate::{store::Times, telemetry};

/// Counts a request by the template of its route.
pub async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    #[cfg(feature = "otel")]
    let (response, store) = Times::of(next.run(request)).await;
    #[cfg(not(feature = "otel"))]
    let response = next.run(request).await;
    let route = route.as_ref().map(MatchedPath::as_str);
    let (method, status, took) = (known(method.as_str()), response.status().as_u16(), begun.elapsed());
    app.metrics.request(route, method, status, took);
    #[cfg(feature = "otel")]
    if let Some(spans) = &app.spans {
        spans.add(&telemetry::Request { route, method, status, took, store });
    }
    response
}

/// The method, or `other` for one that no route has.
fn known(method: &str) -> &'static str {
    const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];
    METHODS.into_iter().find(|known| *known == method).unwrap_or("other")
}
