//! Requests as a client sends them, one connection for each.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::HOST;
use axum::http::request::Builder;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use vault_wire::message::Origin;

use crate::setup::CertificateParts;

/// Time for an answer.
const TIME: Duration = Duration::from_secs(30);

/// The longest answer that is read.
const LONGEST: usize = 64 * 1024;

/// What a certificate is checked by.
#[derive(Clone, Debug)]
pub enum Trust {
    /// The hash of the public key, of a connect code.
    Pin([u8; 32]),
    /// Authorities.
    Roots(Arc<RootCertStore>),
}

/// The way to a server.
pub struct Way {
    host: String,
    port: u16,
    tls: TlsConnector,
    seen: Arc<Seen>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// This end of the connection.
    pub local: SocketAddr,
    /// The other end.
    pub remote: SocketAddr,
}

/// A request got no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The connection.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// HTTP.
    #[error("{0}")]
    Http(#[from] hyper::Error),
    /// The answer is too long, or is cut.
    #[error("the answer cannot be read: {0}")]
    Body(String),
    /// The request cannot be made.
    #[error("{0}")]
    Request(#[from] axum::http::Error),
    /// It took too long.
    #[error("no answer in {} seconds", .0.as_secs())]
    Late(Duration),
}

impl Way {
    /// Prepares connections to an address.
    ///
    /// # Errors
    /// If there are no roots to verify with.
    pub fn new(address: &Origin, trust: Trust) -> io::Result<Self> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let inner = match &trust {
            Trust::Pin(_) => None,
            Trust::Roots(roots) => Some(
                WebPkiServerVerifier::builder_with_provider(roots.clone(), provider.clone())
                    .build()
                    .map_err(io::Error::other)?,
            ),
        };
        let seen = Arc::new(Seen { trust, inner, provider: provider.clone(), parts: Mutex::default() });
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(seen.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let (host, port) = (address.host().to_owned(), address.port().unwrap_or(443));
        Ok(Self { host, port, tls: TlsConnector::from(Arc::new(config)), seen })
    }

    /// What the certificate of the last connection says.
    pub fn certificate(&self) -> Option<CertificateParts> {
        self.seen.parts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// See [`NoAnswer`].
    pub async fn send(&self, request: Builder, body: impl Into<Body>) -> Result<Answer, NoAnswer> {
        let body = body.into();
        let answer = async {
            let (status, headers, incoming, local, remote) = self.open(request, body).await?;
            let read = Limited::new(incoming, LONGEST).collect().await;
            let body = read.map_err(|error| NoAnswer::Body(error.to_string()))?.to_bytes();
            Ok(Answer { status, headers, body, local, remote })
        };
        timeout(TIME, answer).await.map_err(|_| NoAnswer::Late(TIME))?
    }

    /// Sends a request and reads the first bytes of the answer, which must arrive before the answer ends.
    ///
    /// # Errors
    /// See [`NoAnswer`].
    pub async fn first(&self, request: Builder, time: Duration) -> Result<(StatusCode, Bytes), NoAnswer> {
        let first = async {
            let (status, _, mut incoming, ..) = self.open(request, Body::empty()).await?;
            let frame = incoming.frame().await.transpose()?;
            Ok((status, frame.and_then(|frame| frame.into_data().ok()).unwrap_or_default()))
        };
        timeout(time, first).await.map_err(|_| NoAnswer::Late(time))?
    }

    async fn open(
        &self,
        request: Builder,
        body: Body,
    ) -> Result<(StatusCode, HeaderMap, Incoming, SocketAddr, SocketAddr), NoAnswer> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        let (local, remote) = (stream.local_addr()?, stream.peer_addr()?);
        let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
        let stream = self.tls.connect(name, stream).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let host = if self.host.contains(':') { ["[", &self.host, "]"].concat() } else { self.host.clone() };
        let request = request.header(HOST, format!("{host}:{}", self.port)).body(body)?;
        let (parts, incoming) = sender.send_request(request).await?.into_parts();
        Ok((parts.status, parts.headers, incoming, local, remote))
    }
}

/// Verifies a certificate, and remembers what it says.
#[derive(Debug)]
struct Seen {
    trust: Trust,
    inner: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    parts: Mutex<Option<CertificateParts>>,
}

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let parts = CertificateParts::parse(end_entity).ok_or(CertificateError::BadEncoding)?;
        *self.parts.lock().unwrap_or_else(PoisonError::into_inner) = Some(parts.clone());
        match (&self.trust, &self.inner) {
            (Trust::Pin(pin), _) if <[u8; 32]>::from(Sha256::digest(&parts.key)) == *pin => {
                Ok(ServerCertVerified::assertion())
            }
            (Trust::Roots(_), Some(inner)) => {
                inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            _ => Err(rustls::Error::General("the public key is not that of the connect code".into())),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
