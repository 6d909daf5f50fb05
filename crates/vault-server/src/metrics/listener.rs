//! Where the operator's monitoring reads: a listener of its own, in plain HTTP, for a private network.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

const TEXT: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Connections at the same time. More wait.
const CONNECTIONS: usize = 8;
/// How long a connection lasts.
const TIME: Duration = Duration::from_secs(60);
/// The time for the head of a request.
const HEAD: Duration = Duration::from_secs(10);

/// A listener for `GET /metrics`.
pub struct Listener(TcpListener);

impl Listener {
    /// Binds an address.
    ///
    /// # Errors
    /// If it is taken or not allowed.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        TcpListener::bind(address).await.map(Self)
    }

    /// The address that is bound.
    ///
    /// # Errors
    /// If the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// Answers with what `text` returns, until it is dropped.
    pub async fn serve(self, text: impl Fn() -> String + Send + Sync + 'static) {
        let text = Arc::new(text);
        let slots = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let slot = slots.clone().acquire_owned().await;
            let Ok((stream, _)) = self.0.accept().await else {
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let text = text.clone();
            let service = service_fn(move |request| {
                let response = answer(&request, &*text);
                async { Ok::<_, Infallible>(response) }
            });
            tokio::spawn(async move {
                let _slot = slot;
                let connection = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEAD)
                    .serve_connection(TokioIo::new(stream), service);
                let _ = timeout(TIME, connection).await;
            });
        }
    }
}

fn answer(request: &Request<Incoming>, text: impl Fn() -> String) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    if request.method() == Method::GET && request.uri().path() == "/metrics" {
        response.headers_mut().insert(CONTENT_TYPE, TEXT);
        *response.body_mut() = Body::from(text());
    } else {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
