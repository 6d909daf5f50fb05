//! A way to the database on which answers are lost, or which is cut.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What is lost, together with the connection.
#[derive(Clone, Copy)]
pub enum Lose {
    /// The next commit does not arrive.
    Commit = 1,
    /// The next commit is done, its answer does not arrive.
    Answer = 2,
}

/// A proxy. It ends with the runtime of the test.
pub struct Proxy {
    pub port: u16,
    lose: Arc<AtomicU8>,
    open: watch::Sender<bool>,
}

impl Proxy {
    pub async fn start(database: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let lose = Arc::new(AtomicU8::new(0));
        let shared = lose.clone();
        let (open, is_open) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (lose, mut is_open) = (shared.clone(), is_open.clone());
                if !*is_open.borrow() {
                    continue;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", database)).await else { continue };
                tokio::spawn(async move {
                    tokio::select! {
                        () = forward(client, server, lose) => {}
                        _ = is_open.wait_for(|open| !open) => {}
                    }
                });
            }
        });
        Self { port, lose, open }
    }

    /// Cuts all connections, and makes none.
    pub fn cut(&self) {
        self.open.send_replace(false);
    }

    /// Makes connections again.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    pub fn lose_next(&self, what: Lose) {
        self.lose.store(what as u8, Ordering::SeqCst);
    }
}

/// Forwards until one side ends or something is lost.
async fn forward(mut client: TcpStream, mut server: TcpStream, lose: Arc<AtomicU8>) {
    let (mut from_client, mut from_server) = ([0; 8192], [0; 8192]);
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let bytes = &from_client[..read.unwrap_or(0)];
                // A simple query: `Q`, its length, the text.
                let commits = bytes.windows(8).any(|part| part[..7] == *b"COMMIT\0" || part[1..] == *b"COMMIT\0");
                let lost = if commits { lose.swap(0, Ordering::SeqCst) } else { 0 };
                if bytes.is_empty() || lost == Lose::Commit as u8 {
                    return;
                }
                if server.write_all(bytes).await.is_err() {
                    return;
                }
                if lost == Lose::Answer as u8 {
                    // It is done when the answer is here.
                    let _ = server.read(&mut from_server).await;
                    return;
                }
            }
            read = server.read(&mut from_server) => {
                let bytes = &from_server[..read.unwrap_or(0)];
                if bytes.is_empty() || client.write_all(bytes).await.is_err() {
                    return;
                }
            }
        }
    }
}
