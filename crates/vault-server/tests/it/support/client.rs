//! A client that speaks HTTP/1.1 over TLS, one connection for each request.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::client::conn::http1;
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
    nonce: String,
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

/// Sends one request over a connection of its own. Fails if the server ends.
async fn exchange(address: SocketAddr, tls: &Arc<ClientConfig>, request: Request<Body>) -> Option<Answer> {
    let stream = connect(address, tls).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.ok()?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.ok()?.to_bytes();
    connection.abort();
    Some(Answer { status: parts.status, headers: parts.headers, body })
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
            nonce: String::new(),
        }
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
        let proof = self.device.prove(method.as_str(), &htu, &self.nonce, access.as_deref());
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
        let request = self.request(&method, path, media_type, body.clone());
        let answer = exchange(self.address, &self.tls, request).await?;
        self.nonce = answer.headers["dpop-nonce"].to_str().unwrap().to_owned();
        if answer.status != StatusCode::UNAUTHORIZED || answer.problem().1 != "proof-nonce" {
            return Some(answer);
        }
        let request = self.request(&method, path, media_type, body);
        exchange(self.address, &self.tls, request).await
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
        let request = Request::builder().method(Method::POST).uri(path).header(HOST, "x");
        let request = request.header(CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(message.to_json().unwrap())).unwrap();
        exchange(self.address, &self.tls, request).await
    }

    pub async fn post_cbor(&mut self, path: &str, message: &impl Canonical) -> Answer {
        self.call(Method::POST, path, Some("application/cbor"), message.encode()).await
    }
}
