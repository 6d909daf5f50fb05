//! Metrics, read as Prometheus reads them.

use axum::http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use vault_server::metrics::Listener;

use crate::http::vaults::{found, path, push};
use crate::log::Account;
use crate::support::{Account as SignedIn, TestServer};

/// Starts the listener of a server and returns what it answers.
async fn listen(server: &TestServer) -> std::net::SocketAddr {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address().unwrap();
    let app = server.app.clone();
    tokio::spawn(listener.serve(move || app.metrics_text()));
    address
}

async fn read(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn requests_pushes_streams_and_sign_ins_are_counted_without_names() {
    let server = TestServer::start().await;
    let address = listen(&server).await;
    let owner = Account::new(1);
    let (mut peer, mut client) = found(&server, &owner).await;
    let entries = vec![peer.put(1), peer.put(1), peer.put(2)];
    push(&mut peer, &mut client, entries).await;
    let mut events = client.events().await;
    events.next().await;
    let account = SignedIn::opened(&server, 2).await;
    let mut other = server.client(2);
    account.sign_in(&mut other).await;
    let stranger = SignedIn { password: [9; 32], ..SignedIn::new(2) };
    stranger.log_in(&mut other).await.problem();

    let text = read(address, "/metrics").await;
    assert!(text.contains("application/openmetrics-text"), "{text}");
    for line in [
        r#"coffer_requests_total{route="/v1/vaults/{v}/log",method="POST",status="2xx"} 1"#,
        r#"coffer_request_seconds_count{route="/v1/vaults/{v}/log"} 2"#,
        "coffer_pushes_total 1",
        r#"coffer_entries_total{result="Accepted"} 2"#,
        r#"coffer_entries_total{result="Conflict"} 1"#,
        r#"coffer_sign_ins_total{outcome="Done"} 1"#,
        r#"coffer_sign_ins_total{outcome="Continued"} 1"#,
        r#"coffer_sign_ins_total{outcome="Refused"} 1"#,
        "coffer_streams 1",
        "coffer_store_queue 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in {text}");
    }
    for name in [
        peer.vault.to_string(),
        owner.id().to_string(),
        account.login.as_str().to_owned(),
        "127.0.0.1".into(),
    ] {
        assert!(!text.contains(&name), "{name}");
    }
    drop(events);
}

#[tokio::test]
async fn what_strangers_send_adds_no_series() {
    let server = TestServer::start().await;
    let address = listen(&server).await;
    let client = server.client(1);
    let send = async |number: u8| {
        client.plain(Method::GET, &format!("/{number}")).await;
        client.plain(Method::GET, &format!("/v1/vaults/{number:032x}/head")).await;
        client.plain(format!("M{number}").parse().unwrap(), "/healthz").await;
    };
    send(0).await;
    let before = read(address, "/metrics").await.lines().count();
    for number in 1..50 {
        send(number).await;
    }
    assert_eq!(read(address, "/metrics").await.lines().count(), before);
}

#[tokio::test]
async fn metrics_are_read_at_their_own_listener_only() {
    let server = TestServer::start().await;
    let address = listen(&server).await;
    assert_eq!(server.client(1).plain(Method::GET, "/metrics").await.status, 404);
    assert!(read(address, "/metrics").await.starts_with("HTTP/1.1 200"));
    assert!(read(address, "/v1/vaults").await.starts_with("HTTP/1.1 404"));
    let owner = Account::new(1);
    let (peer, _) = found(&server, &owner).await;
    assert!(read(address, &path(&peer, "head")).await.starts_with("HTTP/1.1 404"));
}
