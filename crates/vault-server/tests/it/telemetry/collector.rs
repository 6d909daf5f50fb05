//! A collector on the loopback interface.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::protobuf::{Span, spans};

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    Well,
    /// After [`Collector::release`].
    WhenReleased,
    Never,
    Nonsense,
    /// A body without an end.
    Endlessly,
}

pub struct Collector {
    port: u16,
    received: Arc<Mutex<Vec<Vec<u8>>>>,
    changed: watch::Receiver<usize>,
    release: watch::Sender<bool>,
}

impl Collector {
    pub async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let (count, changed) = watch::channel(0);
        let (release, released) = watch::channel(answers != Answers::WhenReleased);
        let (into, count) = (received.clone(), Arc::new(count));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (into, count, mut released) = (into.clone(), count.clone(), released.clone());
                tokio::spawn(async move {
                    let mut stream = stream;
                    let Some(body) = read(&mut stream).await else { return };
                    let _ = released.wait_for(|released| *released).await;
                    into.lock().unwrap().push(body);
                    count.send_modify(|count| *count += 1);
                    answer(stream, answers).await;
                });
            }
        });
        Self { port, received, changed, release }
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/v1/traces", self.port)
    }

    pub fn release(&self) {
        self.release.send(true).unwrap();
    }

    /// Waits for a span, and returns all that have arrived, and all bytes.
    pub async fn until(&self, wanted: impl Fn(&Span) -> bool) -> (Vec<Span>, Vec<u8>) {
        let mut changed = self.changed.clone();
        loop {
            changed.mark_unchanged();
            let bodies = self.received.lock().unwrap().clone();
            let all: Vec<_> = bodies.iter().flat_map(|body| spans(body)).collect();
            if all.iter().any(&wanted) {
                return (all, bodies.concat());
            }
            changed.changed().await.unwrap();
        }
    }
}

/// Reads a message; `None` if the connection ends before.
async fn read(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_ascii_lowercase();
    assert!(
        head.starts_with("post /v1/traces http/1.1") && head.contains("application/x-protobuf"),
        "{head}"
    );
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).unwrap();
    let length: usize = length.trim().parse().unwrap();
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(bytes.split_off(end))
}

async fn answer(mut stream: TcpStream, answers: Answers) {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\n";
    match answers {
        Answers::Well | Answers::WhenReleased => {
            let _ = stream.write_all(&[head.as_slice(), b"content-length: 0\r\n\r\n"].concat()).await;
        }
        Answers::Never => std::future::pending().await,
        Answers::Nonsense => {
            let _ = stream
                .write_all(&[head.as_slice(), b"content-length: 4\r\n\r\n\xff\xff\xff\xff"].concat())
                .await;
        }
        Answers::Endlessly => {
            let _ = stream.write_all(&[head.as_slice(), b"\r\n"].concat()).await;
            while stream.write_all(&[7; 1 << 16]).await.is_ok() {}
        }
    }
}
