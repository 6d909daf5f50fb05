//! One request over TLS, and its answer, within fixed bounds of time and memory.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::http::request::Builder;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::runtime::{Handle, Runtime, RuntimeFlavor};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::uri::Uri;

/// Time for the whole: name, connection, request and answer.
const TIME: Duration = Duration::from_secs(10);

/// The longest answer, in bytes. A key is short.
const LONGEST: usize = 64 * 1024;

/// An answer.
pub struct Answer {
    pub status: u16,
    pub body: Zeroizing<Vec<u8>>,
}

/// Sends a request to the host of a URI and waits for the answer, wherever it is called. Redirections are not followed, and
/// nothing is tried again.
///
/// # Errors
/// If there is no answer, or a longer one.
pub fn send(uri: &Uri, tls: ClientConfig, request: Builder, body: Vec<u8>) -> Result<Answer, Error> {
    let wait = || {
        // A runtime does not wait inside another one, so a thread of its own waits.
        thread::scope(|scope| scope.spawn(|| run(uri, tls, request, body)).join())
            .unwrap_or_else(|_| Err(Error::Unreachable("the request failed".to_owned())))
    };
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
        _ => wait(),
    }
}

fn run(uri: &Uri, tls: ClientConfig, request: Builder, body: Vec<u8>) -> Result<Answer, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime: Runtime = runtime.map_err(unreachable)?;
    let answer = runtime.block_on(async { timeout(TIME, exchange(uri, tls, request, body)).await });
    // A name that still resolves is not waited for.
    runtime.shutdown_background();
    answer.map_err(|_| Error::Late(TIME))?
}

async fn exchange(uri: &Uri, tls: ClientConfig, request: Builder, body: Vec<u8>) -> Result<Answer, Error> {
    let stream = TcpStream::connect((uri.host.as_str(), uri.port)).await.map_err(unreachable)?;
    let name = ServerName::try_from(uri.host.clone()).map_err(unreachable)?;
    let stream = TlsConnector::from(Arc::new(tls)).connect(name, stream).await.map_err(unreachable)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
    tokio::spawn(connection);
    let request = request.header(HOST, authority(uri)).body(Full::new(Bytes::from(body)));
    let request = request.map_err(|_| Error::Malformed("the URI or the credentials have another form"))?;
    let (parts, incoming) = sender.send_request(request).await.map_err(unreachable)?.into_parts();
    Ok(Answer { status: parts.status.as_u16(), body: collect(incoming).await? })
}

/// The host and port, as the request names them.
pub fn authority(uri: &Uri) -> String {
    let Uri { host, port, .. } = uri;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    if *port == 443 { host } else { format!("{host}:{port}") }
}

async fn collect(mut incoming: Incoming) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Its room is enough for all, so no copy stays behind when it grows.
    let mut body = Zeroizing::new(Vec::with_capacity(LONGEST));
    while let Some(frame) = incoming.frame().await {
        if let Ok(data) = frame.map_err(unreachable)?.into_data() {
            if body.len() + data.len() > LONGEST {
                return Err(Error::Malformed("its answer is too long"));
            }
            body.extend_from_slice(&data);
        }
    }
    Ok(body)
}

fn unreachable(error: impl std::fmt::Display) -> Error {
    Error::Unreachable(error.to_string())
}
