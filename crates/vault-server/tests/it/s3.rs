//! Documents in S3: the suite of documents over it, and what may go wrong on the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use axum::body::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use vault_server::chunks::{ChunkError, ChunkPlace};
use vault_wire::blob::chunk_hash;
use vault_wire::{BlobId, VaultId};

use crate::support::Documents;
use crate::support::s3::S3;

/// What goes wrong with the next request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Nothing.
    None = 0,
    /// It is answered by 503.
    Fails = 1,
    /// It is carried out, its answer is lost.
    Answer = 2,
    /// The connection ends in the middle of the answer's body.
    Cut = 3,
    /// The second half of the body is missing, and the head agrees.
    Half = 4,
    /// All requests are answered by 500, until the next fault is chosen.
    Down = 5,
}

/// A way to a store on which something goes wrong.
struct Proxy {
    port: u16,
    fault: Arc<AtomicU8>,
    requests: Arc<AtomicUsize>,
}

impl Proxy {
    async fn start(store: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (fault, requests) = (Arc::new(AtomicU8::new(0)), Arc::new(AtomicUsize::new(0)));
        let (shared, count) = (fault.clone(), requests.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let next = shared.load(Ordering::SeqCst);
                if next != Fault::Down as u8 {
                    shared.store(Fault::None as u8, Ordering::SeqCst);
                }
                tokio::spawn(exchange(client, store, next));
            }
        });
        Self { port, fault, requests }
    }

    /// Chooses the fault of the next request. Returns the number of requests since the last choice.
    fn choose(&self, fault: Fault) -> usize {
        self.fault.store(fault as u8, Ordering::SeqCst);
        self.requests.swap(0, Ordering::SeqCst)
    }
}

/// Forwards one request and its answer; the connection ends with it.
async fn exchange(mut client: TcpStream, store: u16, fault: u8) {
    let request = read_message(&mut client).await;
    if fault == Fault::Fails as u8 || fault == Fault::Down as u8 {
        let status = if fault == Fault::Down as u8 { "500 Down" } else { "503 Slow Down" };
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let _ = client.write_all(answer.as_bytes()).await;
        return;
    }
    let mut server = TcpStream::connect(("127.0.0.1", store)).await.unwrap();
    let (line, rest) = request.split_at(request.iter().position(|byte| *byte == b'\n').unwrap() + 1);
    server.write_all(&[line, b"Connection: close\r\n", rest].concat()).await.unwrap();
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await.unwrap();
    let head = head_len(&answer).unwrap();
    let half = head + (answer.len() - head) / 2;
    if fault == Fault::Answer as u8 {
        return;
    }
    if fault == Fault::Cut as u8 {
        answer.truncate(half);
    }
    if fault == Fault::Half as u8 {
        let text = String::from_utf8(answer[..head].to_vec()).unwrap();
        let len = (answer.len() - head).to_string();
        let shorter = text.replace(&format!("ength: {len}"), &format!("ength: {}", half - head));
        assert_ne!(shorter, text);
        answer = [shorter.as_bytes(), &answer[head..half]].concat();
    }
    let _ = client.write_all(&answer).await;
}

async fn read_message(stream: &mut TcpStream) -> Vec<u8> {
    let (mut message, mut part) = (Vec::new(), vec![0; 65_536]);
    loop {
        if let Some(head) = head_len(&message) {
            let text = String::from_utf8_lossy(&message[..head]).to_lowercase();
            let len = text.split("\r\ncontent-length: ").nth(1).and_then(|rest| rest.split('\r').next());
            if message.len() >= head + len.map_or(0, |len| len.parse().unwrap()) {
                return message;
            }
        }
        let read = stream.read(&mut part).await.unwrap();
        assert_ne!(read, 0);
        message.extend(&part[..read]);
    }
}

fn head_len(message: &[u8]) -> Option<usize> {
    message.windows(4).position(|part| part == b"\r\n\r\n").map(|at| at + 4)
}

#[tokio::test]
async fn a_store_that_fails_loses_and_truncates_loses_no_chunk_and_serves_none_that_is_damaged() {
    let s3 = S3::seaweed();
    let proxy = Proxy::start(s3.port).await;
    let documents = Documents::at(format!("http://127.0.0.1:{}", proxy.port));
    let chunks = documents.open();
    let (vault, document) = (VaultId::from_bytes([1; 16]), BlobId::from_bytes([2; 16]));
    let place = |number| ChunkPlace { vault, document, number };
    let chunk = Bytes::from((0..4_194_320_u32).map(|number| (number % 251) as u8).collect::<Vec<_>>());
    let hash = chunk_hash(&chunk);
    // Each is stored by the second attempt, also what was stored by the first.
    for (number, fault) in [(0, Fault::None), (1, Fault::Fails), (2, Fault::Answer)] {
        proxy.choose(fault);
        assert_eq!(chunks.put(place(number), &hash, chunk.clone()).await, Ok(()));
        assert_eq!(proxy.choose(Fault::None), if fault == Fault::None { 1 } else { 2 });
    }
    assert_eq!(documents.count().await, 3);
    for fault in [Fault::None, Fault::Fails, Fault::Answer, Fault::Cut] {
        proxy.choose(fault);
        assert!(chunks.get(place(1), &hash).await.unwrap() == chunk);
    }
    proxy.choose(Fault::Half);
    assert_eq!(chunks.get(place(1), &hash).await.map(drop), Err(ChunkError::Damaged));
    assert_eq!(chunks.get(place(9), &hash).await.map(drop), Err(ChunkError::Damaged));
    proxy.choose(Fault::Down);
    assert_eq!(chunks.put(place(3), &hash, chunk.clone()).await, Err(ChunkError::Unavailable));
    assert_eq!(chunks.get(place(1), &hash).await.map(drop), Err(ChunkError::Unavailable));
    assert_eq!(chunks.delete(place(1), &hash).await, Err(ChunkError::Unavailable));
    // The collection, which deletes, comes again.
    proxy.choose(Fault::Answer);
    assert_eq!(chunks.delete(place(1), &hash).await, Err(ChunkError::Unavailable));
    assert_eq!(chunks.delete(place(1), &hash).await, Ok(()));
    assert_eq!(chunks.delete_document(vault, document).await, Ok(()));
    assert_eq!(documents.count().await, 0);
}
