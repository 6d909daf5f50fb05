//! Clients that are slow at each stage. Waiting is for the server to close, never for a time.

use axum::http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{TestServer, connect};

/// Longer than a test may last.
const LONG: u64 = 24 * 60 * 60 * 1000;

/// A server on which this stage alone ends at all, with room for one connection.
async fn server(change: fn(&mut vault_server::setup::Config)) -> TestServer {
    TestServer::start_with(|config| {
        config.connections = 1;
        config.handshake_timeout_ms = LONG;
        config.header_timeout_ms = LONG;
        config.idle_timeout_ms = LONG;
        change(config);
    })
    .await
}

#[tokio::test]
async fn t55_a_client_that_never_finishes_the_handshake_is_closed_and_others_are_served() {
    let server = server(|config| config.handshake_timeout_ms = 50).await;
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(&[0x16, 0x03, 0x01]).await.unwrap();
    // The one connection is taken; this waits until the server closes the slow one.
    assert_eq!(server.client(1).plain(Method::GET, "/healthz").await.status, 204);
    assert_eq!(slow.read(&mut [0; 16]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn t55_a_client_that_never_finishes_the_head_is_closed_and_others_are_served() {
    let server = server(|config| config.header_timeout_ms = 50).await;
    let mut slow = connect(server.address, &server.tls).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
    assert_eq!(server.client(1).plain(Method::GET, "/healthz").await.status, 204);
    let mut rest = Vec::new();
    let _ = slow.read_to_end(&mut rest).await;
    assert!(!rest.starts_with(b"HTTP/1.1 2"));
}

#[tokio::test]
async fn t55_a_client_that_says_nothing_after_the_handshake_is_closed() {
    for change in [
        |config: &mut vault_server::setup::Config| config.idle_timeout_ms = 50,
        |config: &mut vault_server::setup::Config| config.header_timeout_ms = 50,
    ] {
        let server = server(change).await;
        let slow = connect(server.address, &server.tls).await.unwrap();
        assert_eq!(server.client(1).plain(Method::GET, "/healthz").await.status, 204);
        drop(slow);
    }
}

#[tokio::test]
async fn t55_a_head_beyond_the_limits_is_refused() {
    let server = TestServer::start().await;
    for head in [
        ["GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ", &"x".repeat(20_000), "\r\n\r\n"].concat(),
        ["GET /healthz HTTP/1.1\r\nhost: x\r\n", &"x-many: x\r\n".repeat(100), "\r\n"].concat(),
        ["GET /", &"x".repeat(70_000), " HTTP/1.1\r\nhost: x\r\n\r\n"].concat(),
    ] {
        let mut stream = connect(server.address, &server.tls).await.unwrap();
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = [0; 12];
        if stream.read_exact(&mut answer).await.is_ok() {
            assert!(answer.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&answer));
        }
    }
    assert_eq!(server.client(1).plain(Method::GET, "/healthz").await.status, 204);
}
