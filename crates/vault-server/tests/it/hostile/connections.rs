//! Bodies that are longer than they may be, or never end, byte for byte as they are sent.

use axum::http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use vault_server::http::{Content, ROUTES, Route};

use crate::support::{Account, Client, TestServer, connect};

/// A piece of a body in chunks.
const PIECE: usize = 64 * 1024;

/// More than the longest message, and what the systems of both ends buffer.
const MOST: usize = 32 << 20;

/// The head of a request with proof and token, and with these headers.
fn head(client: &Client, method: &str, path: &str, media_type: &str, more: &str) -> String {
    let request = client.request(&method.parse().unwrap(), path, Some(media_type), Vec::new());
    let mut head = format!("{method} {path} HTTP/1.1\r\n{more}");
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head + "\r\n"
}

/// Reads up to the end of a problem.
async fn read_problem(stream: &mut TlsStream<TcpStream>) -> String {
    let (mut answer, mut buffer) = (Vec::new(), [0; 4096]);
    while !answer.ends_with(b"}") {
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&buffer[..length]);
    }
    String::from_utf8(answer).unwrap()
}

async fn signed_in(server: &TestServer) -> Client {
    let account = Account::opened(server, 1).await;
    let mut client = server.client(1);
    account.sign_in(&mut client).await;
    client.get("/v1/sessions").await;
    client
}

/// The routes with a body: method, path with ids, and media type.
fn routes() -> impl Iterator<Item = (&'static str, String, &'static str)> {
    ROUTES.iter().filter_map(|Route(method, path, _, content, ..)| {
        let media_type = match content {
            Content::Json(_) => "application/json",
            Content::Cbor(_) => "application/cbor",
            Content::Chunk => "application/octet-stream",
            Content::None | Content::Events => return None,
        };
        let path = path.replace("{d}", &"0".repeat(64)).replace("{epoch}", "1").replace("{i}", "0");
        let path =
            ["{v}", "{b}", "{account}"].iter().fold(path, |path, id| path.replace(id, &"0".repeat(32)));
        Some((*method, path, media_type))
    })
}

#[tokio::test]
async fn t55_a_body_that_claims_a_gigabyte_is_refused_before_any_of_it_arrives() {
    let server = TestServer::start().await;
    let client = signed_in(&server).await;
    let mut open = Vec::new();
    for (method, path, media_type) in routes() {
        let head = head(&client, method, &path, media_type, "content-length: 1073741824\r\n");
        let mut stream = connect(server.address, &server.tls).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = read_problem(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"too-large\""), "{path}: {answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "a client does not use it again: {answer}");
        open.push(stream);
    }
    assert!(open.len() > 20);
    assert_eq!(server.client(2).plain(Method::GET, "/healthz").await.status, 204);
}

#[tokio::test]
async fn t55_a_body_without_end_is_refused_at_the_limit_and_others_are_served() {
    let server = TestServer::start().await;
    let client = signed_in(&server).await;
    let piece = [format!("{PIECE:x}\r\n").as_bytes(), &vec![b' '; PIECE], b"\r\n"].concat();
    for (method, path, media_type) in routes().filter(|(_, path, _)| {
        ["/v1/auth/logout", "/log", "/blobs/00000000000000000000000000000000/0"]
            .iter()
            .any(|end| path.ends_with(end))
    }) {
        let head = head(&client, method, &path, media_type, "transfer-encoding: chunked\r\n");
        let mut stream = connect(server.address, &server.tls).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let (mut reader, mut writer) = tokio::io::split(stream);
        let mut first = [0; 12];
        let mut sent = 0;
        let write = async {
            while writer.write_all(&piece).await.is_ok() {
                sent += PIECE;
                assert!(sent < MOST, "{path}");
                if sent == PIECE {
                    assert_eq!(server.client(2).plain(Method::GET, "/healthz").await.status, 204);
                }
            }
        };
        tokio::select! {
            () = write => {}
            read = reader.read_exact(&mut first) => drop(read.unwrap()),
        }
        if first[0] == 0 {
            reader.read_exact(&mut first).await.unwrap();
        }
        assert_eq!(&first, b"HTTP/1.1 413", "{path}");
    }
}

#[tokio::test]
async fn t55_what_follows_a_refused_body_is_no_request() {
    let server = TestServer::start().await;
    let client = signed_in(&server).await;
    let head = head(&client, "POST", "/v1/auth/logout", "application/json", "content-length: 1073741824\r\n");
    let next = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut stream = connect(server.address, &server.tls).await.unwrap();
    stream.write_all([head.as_str(), next].concat().as_bytes()).await.unwrap();
    let mut answers = Vec::new();
    // It closes, since the rest of the body may not be read as requests.
    let _ = stream.read_to_end(&mut answers).await;
    let answers = String::from_utf8(answers).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
}

#[tokio::test]
async fn t55_a_body_of_two_lengths_is_refused() {
    let server = TestServer::start().await;
    let client = signed_in(&server).await;
    for lengths in [
        "content-length: 16\r\ncontent-length: 17\r\n",
        "content-length: 16, 17\r\n",
        "content-length: -1\r\n",
        "content-length: +16\r\n",
        "content-length: 0x10\r\n",
        "content-length: 18446744073709551616\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: gzip\r\n",
        "content-length: 4\r\ntransfer-encoding: xchunked\r\n",
    ] {
        let head = head(&client, "POST", "/v1/auth/logout", "application/json", lengths);
        let mut stream = connect(server.address, &server.tls).await.unwrap();
        stream.write_all([&head, "{\"scope\":\"this\"}"].concat().as_bytes()).await.unwrap();
        let mut answers = Vec::new();
        let _ = stream.read_to_end(&mut answers).await;
        let answers = String::from_utf8(answers).unwrap();
        assert!(
            answers.starts_with("HTTP/1.1 4") && answers.matches("HTTP/1.1 ").count() == 1,
            "{lengths}{answers}"
        );
    }
    assert!(signed_in_still(client).await);
}

async fn signed_in_still(mut client: Client) -> bool {
    client.get("/v1/sessions").await.status.is_success()
}
