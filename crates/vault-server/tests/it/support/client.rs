//! A client that speaks HTTP/1.1 over TLS, one connection for each request.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use vault_wire::VaultId;
use vault_wire::cbor::Canonical;
use vault_wire::message::JsonMessage;

use super::tap::{Sent, Tap};
use super::{Device, ISSUER};

/// A client of one device.
pub struct Client {
    pub device: Device,
    /// The access token.
    pub access: Option<String>,
    /// The header `Coffer-Invitation`.
    pub invitation: Option<String>,
    address: SocketAddr,
    tls: Arc<ClientConfig>,
    nonce: Mutex<String>,
    tap: Option<Arc<dyn Tap>>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The message in it, after a success.
    pub fn json<T: JsonMessage>(&self) -> T {
        assert!(self.status.is_success(), "{} {}", self.status, String::from_utf8_lossy(&self.body));
        T::from_json(&self.body).unwrap()
    }

    /// The message in it, after a success.
    pub fn cbor<T: Canonical>(&self) -> T {
        assert!(self.status.is_success(), "{} {}", self.status, String::from_utf8_lossy(&self.body));
        assert_eq!(self.headers[CONTENT_TYPE], "application/cbor");
        T::decode(&self.body).unwrap()
    }

    /// The status and the code of a failure.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.headers[CONTENT_TYPE], "application/problem+json", "{self:?}");
        let problem: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem["status"], self.status.as_u16());
        (self.status.as_u16(), problem["code"].as_str().unwrap().to_owned())
    }
}

/// Opens a connection.
pub async fn connect(address: SocketAddr, tls: &Arc<ClientConfig>) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from(address.ip().to_string()).unwrap();
    TlsConnector::from(tls.clone()).connect(name, stream).await
}

/// A connection for one request after the other.
pub struct Line {
    sender: SendRequest<Body>,
    connection: JoinHandle<hyper::Result<()>>,
}

impl Line {
    pub async fn open(address: SocketAddr, tls: &Arc<ClientConfig>) -> Option<Self> {
        let stream = connect(address, tls).await.ok()?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        Some(Self { sender, connection: tokio::spawn(connection) })
    }

    /// Whether the server has not closed it.
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Sends a request; `None` if the server closes.
    pub async fn send(&mut self, request: Request<Body>) -> Option<Answer> {
        self.sender.ready().await.ok()?;
        let response = self.sender.send_request(request).await.ok()?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        Some(Answer { status: parts.status, headers: parts.headers, body })
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// Sends one request over a connection of its own. Fails if the server ends.
async fn exchange(address: SocketAddr, tls: &Arc<ClientConfig>, request: Request<Body>) -> Option<Answer> {
    Line::open(address, tls).await?.send(request).await
}

/// A stream of events. Its connection ends with it.
pub struct Events {
    pub headers: HeaderMap,
    body: Incoming,
    text: String,
    connection: JoinHandle<hyper::Result<()>>,
}

impl Events {
    /// The next line that is not empty; `None` at the end.
    pub async fn line(&mut self) -> Option<String> {
        loop {
            while let Some((line, rest)) = self.text.split_once('\n') {
                let (line, rest) = (line.to_owned(), rest.to_owned());
                self.text = rest;
                if !line.is_empty() {
                    return Some(line);
                }
            }
            let data = self.body.frame().await?.ok()?.into_data().unwrap();
            self.text.push_str(str::from_utf8(&data).unwrap());
        }
    }

    /// The next hint: vault and head; `None` at the end.
    pub async fn next(&mut self) -> Option<(VaultId, u64)> {
        loop {
            let line = self.line().await?;
            let Some(data) = line.strip_prefix("data: ") else { continue };
            assert!(data.len() <= 128);
            let hint: Value = serde_json::from_str(data).unwrap();
            return Some((hint["vault"].as_str().unwrap().parse().unwrap(), hint["head"].as_u64().unwrap()));
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// Whether a request carries the proof alone.
fn is_sign_in(method: &Method, path: &str) -> bool {
    let with_token = ["/v1/auth/register/finish", "/v1/auth/logout"];
    path.starts_with("/v1/auth/") && !with_token.contains(&path)
        || path == "/v1/devices" && method == Method::POST
}

impl Client {
    pub fn new(address: SocketAddr, tls: Arc<ClientConfig>, number: u8) -> Self {
        Self {
            device: Device::new(number),
            access: None,
            invitation: None,
            address,
            tls,
            nonce: Mutex::default(),
            tap: None,
        }
    }

    /// The same client, of whose requests this learns.
    pub fn tapped(self, tap: Option<Arc<dyn Tap>>) -> Self {
        Self { tap, ..self }
    }

    fn nonce(&self) -> std::sync::MutexGuard<'_, String> {
        self.nonce.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        exchange(self.address, &self.tls, request).await.unwrap()
    }

    /// Sends a request without proof and token.
    pub async fn plain(&self, method: Method, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header(HOST, "x");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A request with a proof, and with the token if there is one.
    pub fn request(
        &self,
        method: &Method,
        path: &str,
        media_type: Option<&str>,
        body: Vec<u8>,
    ) -> Request<Body> {
        let htu = [ISSUER, path.split('?').next().unwrap()].concat();
        let access = self.access.clone().filter(|_| !is_sign_in(method, path));
        let proof = self.device.prove(method.as_str(), &htu, &self.nonce(), access.as_deref());
        let mut request = Request::builder().method(method).uri(path).header(HOST, "x").header("dpop", proof);
        if let Some(access) = &access {
            request = request.header(AUTHORIZATION, ["DPoP ", access].concat());
        }
        if let Some(invitation) = &self.invitation {
            request = request.header("coffer-invitation", invitation);
        }
        if let Some(media_type) = media_type {
            request = request.header(CONTENT_TYPE, media_type);
        }
        request.body(Body::from(body)).unwrap()
    }

    /// Sends a request with a proof, and once more with the server's nonce if it asks for it.
    pub async fn call(
        &mut self,
        method: Method,
        path: &str,
        media_type: Option<&str>,
        body: Vec<u8>,
    ) -> Answer {
        self.try_call(method, path, media_type, body).await.unwrap()
    }

    async fn try_call(
        &mut self,
        method: Method,
        path: &str,
        media_type: Option<&str>,
        body: Vec<u8>,
    ) -> Option<Answer> {
        let (path, media_type) = (path.to_owned(), media_type.map(str::to_owned));
        self.tapped_call(Sent { method, path, media_type, body, anonymous: false }).await
    }

    async fn tapped_call(&self, mut sent: Sent) -> Option<Answer> {
        let Some(tap) = self.tap.clone() else { return self.deliver(&sent).await };
        tap.before(self, &mut sent).await;
        let answer = self.deliver(&sent).await?;
        tap.after(&sent, &answer);
        Some(answer)
    }

    /// Sends a request as it is asked for, and once more if the server asks for another nonce.
    pub async fn deliver(&self, sent: &Sent) -> Option<Answer> {
        self.deliver_over(&mut None, sent).await
    }

    /// The same over a connection that is kept, and opened if it is closed.
    pub async fn deliver_over(&self, line: &mut Option<Line>, sent: &Sent) -> Option<Answer> {
        let answer = self.send_over(line, self.prepare(sent)).await?;
        if !self.needs_nonce(sent, &answer) {
            return Some(answer);
        }
        self.send_over(line, self.prepare(sent)).await
    }

    async fn send_over(&self, line: &mut Option<Line>, request: Request<Body>) -> Option<Answer> {
        if !line.as_ref().is_some_and(Line::is_open) {
            *line = Line::open(self.address, &self.tls).await;
        }
        line.as_mut()?.send(request).await
    }

    /// Whether a request is refused for its nonce. The new one is used from now on.
    fn needs_nonce(&self, sent: &Sent, answer: &Answer) -> bool {
        if sent.anonymous {
            return false;
        }
        answer.headers["dpop-nonce"].to_str().unwrap().clone_into(&mut *self.nonce());
        answer.status == StatusCode::UNAUTHORIZED && answer.problem().1 == "proof-nonce"
    }

    fn prepare(&self, sent: &Sent) -> Request<Body> {
        let Sent { method, path, media_type, body, anonymous } = sent;
        if !anonymous {
            return self.request(method, path, media_type.as_deref(), body.clone());
        }
        let request = Request::builder().method(method).uri(path).header(HOST, "x");
        let request = media_type.iter().fold(request, |request, value| request.header(CONTENT_TYPE, value));
        request.body(Body::from(body.clone())).unwrap()
    }

    /// Opens a stream of events.
    pub async fn events(&mut self) -> Events {
        self.get("/.well-known/coffer").await;
        let request = self.request(&Method::GET, "/v1/events", None, Vec::new());
        let stream = connect(self.address, &self.tls).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
        assert_eq!(parts.status, 200);
        Events { headers: parts.headers, body, text: String::new(), connection }
    }

    /// Uses the server at another address.
    pub fn move_to(&mut self, address: SocketAddr) {
        self.address = address;
    }

    /// Posts a message; `None` if the server is gone before it answers.
    pub async fn try_post_cbor(&mut self, path: &str, message: &impl Canonical) -> Option<Answer> {
        self.try_call(Method::POST, path, Some("application/cbor"), message.encode()).await
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.call(Method::GET, path, None, Vec::new()).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None, Vec::new()).await
    }

    pub async fn post(&mut self, path: &str, message: &impl JsonMessage) -> Answer {
        self.call(Method::POST, path, Some("application/json"), message.to_json().unwrap()).await
    }

    pub async fn put_cbor(&mut self, path: &str, message: &impl Canonical) -> Answer {
        self.call(Method::PUT, path, Some("application/cbor"), message.encode()).await
    }

    pub async fn put(&mut self, path: &str, message: &impl JsonMessage) -> Answer {
        self.call(Method::PUT, path, Some("application/json"), message.to_json().unwrap()).await
    }

    /// Sends a message without proof and token.
    pub async fn anonymous(&self, path: &str, message: &impl JsonMessage) -> Answer {
        self.try_anonymous(path, message).await.unwrap()
    }

    /// The same, to a server that may end.
    pub async fn try_anonymous(&self, path: &str, message: &impl JsonMessage) -> Option<Answer> {
        let (path, media_type) = (path.to_owned(), Some("application/json".to_owned()));
        let body = message.to_json().unwrap();
        self.tapped_call(Sent { method: Method::POST, path, media_type, body, anonymous: true }).await
    }

    pub async fn post_cbor(&mut self, path: &str, message: &impl Canonical) -> Answer {
        self.call(Method::POST, path, Some("application/cbor"), message.encode()).await
    }
}
