//! A connection of a client, and what a session sends over it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use rustls::pki_types::ServerName;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use vault_wire::cbor::Canonical;

use crate::bench::{Bench, ISSUER};

/// How many proofs were made: each one has another `jti`.
static PROOFS: AtomicU64 = AtomicU64::new(1);

/// A session of a device, or a device without one.
#[derive(Clone)]
pub struct Session(Arc<Parts>);

struct Parts {
    key: Arc<Ed25519KeyPair>,
    /// Without its last part, the signature, a proof begins with this.
    header: String,
    token: Option<(String, String)>,
}

fn b64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

impl Session {
    pub fn new(key: Ed25519KeyPair, token: Option<String>) -> Self {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(key.public_key().as_ref()) });
        let header = b64(json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk }).to_string().as_bytes());
        let token = token.map(|token| (b64(&Sha256::digest(&token)), token));
        Self(Arc::new(Parts { key: Arc::new(key), header, token }))
    }

    /// The same device before it has signed in.
    pub fn without_token(&self) -> Self {
        let Parts { key, header, .. } = &*self.0;
        Self(Arc::new(Parts { key: key.clone(), header: header.clone(), token: None }))
    }

    fn headers(&self, method: &str, path: &str, nonce: &str) -> String {
        let Parts { key, header, token } = &*self.0;
        let htu = [ISSUER, path.split('?').next().unwrap()].concat();
        let jti = PROOFS.fetch_add(1, Ordering::Relaxed).to_string();
        let mut claims = json!({ "jti": jti, "htm": method, "htu": htu, "iat": 1, "nonce": nonce });
        let mut authorization = String::new();
        if let Some((hash, token)) = token {
            claims["ath"] = json!(hash);
            authorization = format!("authorization: DPoP {token}\r\n");
        }
        let text = [header, ".", &b64(claims.to_string().as_bytes())].concat();
        let signature = b64(key.sign(text.as_bytes()).as_ref());
        format!("{authorization}dpop: {text}.{signature}\r\n")
    }
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn cbor<T: Canonical>(&self) -> T {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        T::decode(&self.body).unwrap()
    }
}

/// A connection that stays open.
pub struct Connection {
    stream: TlsStream<TcpStream>,
    session: Session,
    nonce: String,
    read: Vec<u8>,
}

impl Connection {
    /// Connects and learns a nonce.
    pub async fn open(bench: &Bench, session: &Session) -> Self {
        let mut connection = Self::open_with(bench, session, String::new()).await.unwrap();
        connection.send("GET", "/healthz", None, &[]).await;
        connection
    }

    /// Connects with a nonce that is known.
    pub async fn open_with(bench: &Bench, session: &Session, nonce: String) -> std::io::Result<Self> {
        let stream = TcpStream::connect(bench.address()).await?;
        stream.set_nodelay(true)?;
        let stream = bench.tls.connect(ServerName::try_from("127.0.0.1").unwrap(), stream).await?;
        Ok(Self { stream, session: session.clone(), nonce, read: Vec::new() })
    }

    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None, &[]).await
    }

    pub async fn send(&mut self, method: &str, path: &str, media_type: Option<&str>, body: &[u8]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\n");
        if path.starts_with("/v1/") {
            request.push_str(&self.session.headers(method, path, &self.nonce));
        }
        if let Some(media_type) = media_type {
            request.push_str(&format!("content-type: {media_type}\r\ncontent-length: {}\r\n", body.len()));
        }
        let mut request = [request.as_bytes(), b"\r\n"].concat();
        request.extend_from_slice(body);
        self.stream.write_all(&request).await.unwrap();
        self.stream.flush().await.unwrap();
        self.answer().await
    }

    async fn answer(&mut self) -> Answer {
        let head = self.read_until(b"\r\n\r\n").await.unwrap();
        let head = str::from_utf8(&head).unwrap();
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let length: usize = header("content-length:").map_or(0, |length| length.parse().unwrap());
        if let Some(nonce) = header("dpop-nonce:") {
            nonce.clone_into(&mut self.nonce);
        }
        let status = head.get(9..12).unwrap().parse().unwrap();
        while self.read.len() < length {
            assert!(self.stream.read_buf(&mut self.read).await.unwrap() > 0);
        }
        let rest = self.read.split_off(length);
        Answer { status, body: std::mem::replace(&mut self.read, rest) }
    }

    /// Reads as much as ends with these bytes. Fails if the server ends before.
    async fn read_until(&mut self, end: &[u8]) -> std::io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.read.windows(end.len()).position(|bytes| bytes == end) {
                let rest = self.read.split_off(at + end.len());
                return Ok(std::mem::replace(&mut self.read, rest));
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                let text = String::from_utf8_lossy(&self.read).into_owned();
                return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, text));
            }
        }
    }

    /// Opens a stream of events and reads the first one. Returns the seconds after which to try again, if it is refused.
    pub async fn stream(&mut self) -> std::io::Result<Result<(), u64>> {
        let headers = self.session.headers("GET", "/v1/events", &self.nonce);
        let request = format!("GET /v1/events HTTP/1.1\r\nhost: x\r\n{headers}\r\n");
        self.stream.write_all(request.as_bytes()).await?;
        self.stream.flush().await?;
        let head = self.read_until(b"\r\n\r\n").await?;
        if !head.starts_with(b"HTTP/1.1 200") {
            let head = String::from_utf8_lossy(&head).into_owned();
            let later = head.lines().find_map(|line| line.strip_prefix("retry-after: "));
            return Ok(Err(later.and_then(|later| later.parse().ok()).unwrap_or(1)));
        }
        self.read_until(b"\"head\":1}\n\n").await?;
        self.read = Vec::new();
        Ok(Ok(()))
    }
}
