//! Bodies that are wrong in every way.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Method, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::{TestServer, connect};

const PATH: &str = "/v1/auth/register/start";

async fn post(server: &TestServer, media_type: Option<&str>, body: Vec<u8>) -> (u16, String) {
    let mut request = Request::builder().method(Method::POST).uri(PATH).header(HOST, "x");
    if let Some(media_type) = media_type {
        request = request.header(CONTENT_TYPE, media_type);
    }
    server.client(1).send(request.body(Body::from(body)).unwrap()).await.problem()
}

#[tokio::test]
async fn t55_bodies_of_another_type_form_or_length_are_refused() {
    let server = TestServer::start().await;
    let json = Some("application/json");
    let valid = format!(r#"{{"account_id":"{}","request":"{}"}}"#, "0".repeat(32), "A".repeat(43));
    assert_eq!(post(&server, None, valid.clone().into()).await, (415, "media-type".into()));
    assert_eq!(post(&server, Some("text/plain"), valid.clone().into()).await.0, 415);
    assert_eq!(post(&server, json, vec![b' '; 10_000]).await, (413, "too-large".into()));
    for body in [
        String::new(),
        "{}".into(),
        valid.replace("}", ",\"more\":1}"),
        valid.replace("}", &format!(",\"request\":\"{}\"}}", "A".repeat(43))),
        [&valid, "x"].concat(),
        valid.replace("00", "0g"),
        valid[..40].into(),
        "[".repeat(5000),
    ] {
        assert_eq!(post(&server, json, body.into_bytes()).await, (400, "malformed".into()));
    }
}

#[tokio::test]
async fn t55_a_body_that_is_announced_too_long_is_refused_unread() {
    let server = TestServer::start().await;
    let mut stream = connect(server.address, &server.tls).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn t55_a_body_that_never_ends_is_answered_in_time_and_others_are_served() {
    let server = TestServer::start_with(|config| {
        config.body_timeout_ms = 50;
        config.connections = 1;
    })
    .await;
    let mut slow = connect(server.address, &server.tls).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    slow.read_to_end(&mut answer).await.unwrap_or_default();
    assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
    drop(slow);
    assert_eq!(server.client(1).plain(Method::GET, "/healthz").await.status, 204);
}
