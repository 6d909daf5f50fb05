//! A proxy, of HTTP and of SOCKS, that makes connections for those who have its password.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// `name:password` in base64.
const CREDENTIALS: &str = "proxy-authorization: basic bmftztpwyxnzd29yza==";

/// The proxy. All names are of one server. It ends with the handle.
pub struct TestProxy {
    pub address: SocketAddr,
    made: Arc<AtomicUsize>,
    running: JoinHandle<()>,
}

impl TestProxy {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let made = Arc::new(AtomicUsize::new(0));
        let counted = made.clone();
        let running = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(connect(stream, server, counted.clone()));
            }
        });
        Self { address, made, running }
    }

    /// How many connections it has made.
    pub fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }
}

impl Drop for TestProxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// Reads a request to connect, and passes on what follows.
async fn connect(mut stream: TcpStream, server: SocketAddr, made: Arc<AtomicUsize>) -> std::io::Result<()> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    let accepted = if first == [5] { socks(&mut stream).await? } else { http(&mut stream).await? };
    if !accepted {
        return Ok(());
    }
    let mut other = TcpStream::connect(server).await?;
    made.fetch_add(1, Ordering::Relaxed);
    copy_bidirectional(&mut stream, &mut other).await.map(drop)
}

/// RFC 9110, section 9.3.6.
async fn http(stream: &mut TcpStream) -> std::io::Result<bool> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(stream.read_u8().await?.into());
    }
    let head = head.to_ascii_lowercase();
    let accepted = head.starts_with("connect server.test:443 ") && head.contains(CREDENTIALS);
    let answer = if accepted { "200 OK" } else { "407 Proxy Authentication Required" };
    stream.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await?;
    Ok(accepted)
}

/// RFC 1928 and 1929: by name and password, to a name and not to an address.
async fn socks(stream: &mut TcpStream) -> std::io::Result<bool> {
    let mut methods = vec![0; usize::from(read_two(stream).await?)];
    stream.read_exact(&mut methods).await?;
    if !methods.contains(&2) {
        stream.write_all(&[5, 0xFF]).await?;
        return Ok(false);
    }
    stream.write_all(&[5, 2]).await?;
    let mut name = vec![0; usize::from(read_two(stream).await?)];
    stream.read_exact(&mut name).await?;
    let mut password = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut password).await?;
    let known = (&*name, &*password) == (b"name", b"password");
    stream.write_all(&[1, u8::from(!known)]).await?;
    if !known {
        return Ok(false);
    }
    let mut request = [0; 5];
    stream.read_exact(&mut request).await?;
    let [5, 1, 0, 3, length] = request else { return Ok(false) };
    let mut target = vec![0; usize::from(length) + 2];
    stream.read_exact(&mut target).await?;
    let accepted = target == b"server.test\x01\xBB";
    stream.write_all(&[5, u8::from(!accepted), 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok(accepted)
}

/// Reads a version and a length.
async fn read_two(stream: &mut TcpStream) -> std::io::Result<u8> {
    stream.read_u8().await?;
    stream.read_u8().await
}
