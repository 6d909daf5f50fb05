use axum::body::Body;
use axum::http::header::HOST;
use axum::http::{Method, Request};
use vault_wire::message::{Discovery, Jwks};

use crate::support::{Answer, ISSUER, TestServer};

/// Every answer has them.
fn assert_headers(answer: &Answer) {
    let header =
        |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
    assert!(header("strict-transport-security").starts_with("max-age=63072000"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(header("x-frame-options"), "DENY");
    assert!(!header("dpop-nonce").is_empty());
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")));
}

#[tokio::test]
async fn discovery_and_keys_need_no_sign_in() {
    let server = TestServer::start().await;
    let client = server.client(1);
    let answer = client.plain(Method::GET, "/.well-known/coffer").await;
    assert_headers(&answer);
    let discovery: Discovery = answer.json();
    assert_eq!(discovery.issuer.as_str(), ISSUER);
    let keys: Jwks = client.plain(Method::GET, "/v1/jwks.json").await.json();
    assert_eq!(keys.keys.len(), 1);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(client.plain(Method::GET, path).await.status, 204);
    }
}

#[tokio::test]
async fn unknown_routes_and_methods_are_problems_with_all_headers() {
    let server = TestServer::start().await;
    let client = server.client(1);
    for (method, path, expected) in [
        (Method::GET, "/", 404),
        (Method::GET, "/v1/../etc/passwd", 404),
        (Method::POST, "/healthz", 405),
        (Method::OPTIONS, "/v1/jwks.json", 405),
        (Method::TRACE, "/v1/jwks.json", 405),
    ] {
        let answer = client.plain(method, path).await;
        assert_headers(&answer);
        assert_eq!(answer.problem().0, expected, "{path}");
    }
}

#[tokio::test]
async fn an_origin_gets_no_permission() {
    let server = TestServer::start().await;
    let request = Request::builder().method(Method::OPTIONS).uri("/v1/jwks.json").header(HOST, "x");
    let request =
        request.header("origin", "https://evil.test").header("access-control-request-method", "GET");
    assert_headers(&server.client(1).send(request.body(Body::empty()).unwrap()).await);
}

#[tokio::test]
async fn a_server_that_stops_finishes_what_runs_and_closes_idle_connections() {
    let mut server = TestServer::start().await;
    let client = server.client(1);
    // A connection that waits does not delay the end.
    let idle = crate::support::connect(server.address, &server.tls).await.unwrap();
    client.plain(Method::GET, "/healthz").await;
    let address = server.address;
    server.stop();
    server.stopped().await;
    drop(idle);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
