//! The connection to the collector. What it answers changes nothing but what the log says.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{HttpClient, HttpError};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::error::SpansError;
use crate::peer_tls;

/// The longest answer that is read.
const LONGEST: usize = 64 * 1024;

type Inner = hyper_util::client::legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Sends messages from a thread that has no runtime, each over a connection of its own.
#[derive(Debug)]
pub struct Client {
    inner: Inner,
    time: Duration,
    runtime: Mutex<Runtime>,
    /// Whether the last message was not taken.
    failing: AtomicBool,
}

impl Client {
    /// A client that trusts the certificates in a PEM file, or those of the system.
    ///
    /// # Errors
    /// If they cannot be read, or the system gives nothing to wait with.
    pub fn new(ca: Option<&Path>, time: Duration) -> Result<Self, SpansError> {
        let tls = peer_tls::client(ca)?;
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let mut builder = hyper_util::client::legacy::Client::builder(TokioExecutor::new());
        let inner = builder.pool_max_idle_per_host(0).build(connector);
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|_| SpansError::System)?;
        Ok(Self { inner, time, runtime: Mutex::new(runtime), failing: AtomicBool::new(false) })
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let exchange = async {
            let (head, body) = self.inner.request(request.map(Full::new)).await?.into_parts();
            let body = Limited::new(body, LONGEST).collect().await?.to_bytes();
            Ok(Response::from_parts(head, body))
        };
        let runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        runtime.block_on(async { timeout(self.time, exchange).await? })
    }

    /// Says once that the collector takes nothing, and once that it does again.
    fn note(&self, fails: bool) {
        match (self.failing.swap(fails, Ordering::Relaxed), fails) {
            (false, true) => tracing::warn!("the collector of traces does not take them; they are dropped"),
            (true, false) => tracing::info!("the collector takes traces again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.send(request);
        self.note(!answer.as_ref().is_ok_and(|answer| answer.status().is_success()));
        answer
    }
}
