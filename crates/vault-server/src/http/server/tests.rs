use axum::body::Bytes;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use vault_wire::message::Origin;
use vault_wire::{AccountId, DeviceId, SessionId};

use super::*;
use crate::hints::{Hub, Reader};

/// More than the system buffers of a connection.
const LONG: usize = 32 << 20;

/// Sends requests at once and reads all answers to the end of the connection.
async fn answers(hub: &Hub, requests: &[u8]) -> Vec<u8> {
    let origin = Origin::new("https://a.test").unwrap();
    let config = Config::new(origin.clone(), vec![origin], "127.0.0.1:0".parse().unwrap());
    let (long, own) = (Bytes::from(vec![b'x'; LONG]), hub.clone());
    let events = move || {
        let reader = Reader {
            account: AccountId::from_bytes([1; 16]),
            session: SessionId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([1; 32]),
            factor: false,
        };
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Streaming::new(EventStream::open(own.clone(), reader).unwrap()));
        std::future::ready(response)
    };
    let router = Router::new().route("/long", get(|| async { long })).route("/events", get(events));
    let server = Server::bind_plain(&config, config.listen, router).await.unwrap();
    let address = server.address().unwrap();
    let serving = tokio::spawn(server.serve(pending()));
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(requests).await.unwrap();
    let mut answers = Vec::new();
    while !answers.ends_with(b"\n\n") {
        assert!(client.read_buf(&mut answers).await.unwrap() > 0);
    }
    hub.close();
    client.read_to_end(&mut answers).await.unwrap();
    serving.abort();
    answers
}

#[tokio::test]
async fn a_stream_follows_a_long_answer_and_ends_with_the_hub() {
    let hub = Hub::new(1);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    let answers = answers(&hub, [get("/long"), get("/events")].concat().as_bytes()).await;
    let body = answers.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
    let (long, stream) = answers[body..].split_at(LONG);
    assert!(long.iter().all(|byte| *byte == b'x'));
    let stream = str::from_utf8(stream).unwrap();
    assert!(stream.starts_with("HTTP/1.1 200 OK\r\nconnection: close\r\ndate: "), "{stream}");
    assert!(stream.contains(" GMT\r\n\r\nretry: "), "{stream}");
    assert_eq!(hub.count(), 0);
}
