//! An HTTP proxy that makes connections for those who have its password.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// `name:password` in base64.
const CREDENTIALS: &str = "proxy-authorization: basic bmftztpwyxnzd29yza==";

/// The proxy. All names are of one server. It ends with the handle.
pub struct TestProxy {
    pub address: SocketAddr,
    running: JoinHandle<()>,
}

impl TestProxy {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let running = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(connect(stream, server));
            }
        });
        Self { address, running }
    }
}

impl Drop for TestProxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// Reads a request to connect, and passes on what follows.
async fn connect(mut stream: TcpStream, server: SocketAddr) -> std::io::Result<()> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(stream.read_u8().await?.into());
    }
    let head = head.to_ascii_lowercase();
    if !head.starts_with("connect server.test:443 ") || !head.contains(CREDENTIALS) {
        return stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await;
    }
    let mut other = TcpStream::connect(server).await?;
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    copy_bidirectional(&mut stream, &mut other).await.map(drop)
}
