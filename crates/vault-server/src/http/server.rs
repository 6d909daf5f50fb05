//! The loop that accepts connections. Every stage of a connection has a time limit that runs. It speaks HTTP/1.1 only: clients
//! have few requests at a time, and a connection that waits for events costs least so.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::Peer;
use super::idle::Idle;
use super::streaming::{Streaming, head, stream};
use crate::hints::EventStream;
use crate::setup::{CHALLENGE, Config};

/// The longest head of a request, in bytes, and its most headers.
const HEAD: usize = 16 * 1024;
const HEADERS: usize = 64;

/// What a connection buffers of a stream whose reader is slow, and of a body.
const BUFFER: usize = 64 * 1024;

/// The time that each stage of a connection has.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// The TLS handshake.
    pub handshake: Duration,
    /// The head of a request.
    pub header: Duration,
    /// Nothing moves.
    pub idle: Duration,
    /// Requests that run when the server stops.
    pub drain: Duration,
}

impl From<&Config> for Timeouts {
    fn from(config: &Config) -> Self {
        Self {
            handshake: Duration::from_millis(config.handshake_timeout_ms),
            header: Duration::from_millis(config.header_timeout_ms),
            idle: Duration::from_millis(config.idle_timeout_ms),
            drain: Duration::from_millis(config.drain_timeout_ms),
        }
    }
}

/// A server that listens.
pub struct Server {
    listener: TcpListener,
    /// None for the listener that only redirects.
    tls: Option<TlsAcceptor>,
    router: Router,
    timeouts: Timeouts,
    connections: usize,
}

impl Server {
    /// Binds the address of the configuration.
    ///
    /// # Errors
    /// If it is taken or not allowed.
    pub async fn bind(config: &Config, tls: rustls::ServerConfig, router: Router) -> io::Result<Self> {
        let tls = Some(TlsAcceptor::from(Arc::new(tls)));
        Self::listen(config, config.listen, tls, router).await
    }

    /// Binds an address without TLS.
    ///
    /// # Errors
    /// As [`Self::bind`].
    pub async fn bind_plain(config: &Config, address: SocketAddr, router: Router) -> io::Result<Self> {
        Self::listen(config, address, None, router).await
    }

    async fn listen(
        config: &Config,
        address: SocketAddr,
        tls: Option<TlsAcceptor>,
        router: Router,
    ) -> io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(address).await?,
            tls,
            router,
            timeouts: Timeouts::from(config),
            connections: config.connections,
        })
    }

    /// The address that is bound.
    ///
    /// # Errors
    /// If the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` is done, then lets requests end for a time.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let Self { listener, tls, router, timeouts, connections } = self;
        let slots = Arc::new(Semaphore::new(connections));
        let (stopping, stopped) = watch::channel(());
        let mut tasks = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            // Further clients wait in the system's queue.
            let accepted = async {
                let slot = slots.clone().acquire_owned().await;
                (slot, listener.accept().await)
            };
            let (slot, accepted) = tokio::select! {
                accepted = accepted => accepted,
                () = &mut stop => break,
            };
            while tasks.try_join_next().is_some() {}
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Such as too many open files: some will be closed.
                    tracing::warn!(%error, "no connection accepted");
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let service = Peered {
                router: TowerToHyperService::new(router.clone()),
                peer: Peer(peer.ip()),
                leaving: Arc::default(),
            };
            let (tls, stopped) = (tls.clone(), stopped.clone());
            tasks.spawn(async move {
                let _slot = slot;
                let _ = stream.set_nodelay(true);
                match tls {
                    Some(tls) => {
                        if let Some(stream) = Box::pin(handshake(&tls, stream, timeouts.handshake)).await {
                            serve_connection(stream, service, stopped, timeouts).await;
                        }
                    }
                    None => serve_connection(stream, service, stopped, timeouts).await,
                }
            });
        }
        drop(listener);
        drop(stopping);
        if timeout(timeouts.drain, async { while tasks.join_next().await.is_some() {} }).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
        tasks.shutdown().await;
    }
}

/// Serves a connection. What a waiting stream does not need is freed before it waits.
async fn serve_connection(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    service: Peered,
    stopped: watch::Receiver<()>,
    timeouts: Timeouts,
) {
    let io = Box::new(Idle::new(io, timeouts.idle));
    if let Some((io, Leaving { head, events })) =
        Box::pin(serve_requests(io, service, stopped, timeouts)).await
        && let Err(error) = stream(io, head, events).await
    {
        tracing::debug!(%error, "a stream ended");
    }
}

/// Serves the requests of a connection until it ends, or until one is answered by a stream of events.
async fn serve_requests<T: AsyncRead + AsyncWrite + Unpin + 'static>(
    io: Box<Idle<T>>,
    service: Peered,
    mut stopped: watch::Receiver<()>,
    timeouts: Timeouts,
) -> Option<(Box<Idle<T>>, Leaving)> {
    let (leaving, unsent) = (service.leaving.clone(), io.unsent());
    let leave = || {
        // The end of an answer before it may wait in hyper's buffer.
        if unsent.load(Ordering::Relaxed) { None } else { lock(&leaving).take() }
    };
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.header)
        .max_header_size(HEAD)
        .max_headers(HEADERS)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(io), service);
    let mut stopping = pin!(async move { while stopped.changed().await.is_ok() {} });
    let mut stops = false;
    let left = poll_fn(|cx| {
        if !stops && stopping.as_mut().poll(cx).is_ready() {
            stops = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
        let ended = Pin::new(&mut connection).poll(cx);
        match leave() {
            Some(left) => Poll::Ready(Some(left)),
            None => ended.map(|ended| {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended");
                }
                None
            }),
        }
    });
    let left = left.await?;
    Some((connection.into_parts().io.into_inner(), left))
}

/// Completes a TLS handshake in time.
async fn handshake(
    tls: &TlsAcceptor,
    stream: TcpStream,
    time: Duration,
) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    match timeout(time, tls.accept(stream)).await {
        Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(CHALLENGE) => None,
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a TLS handshake failed");
            None
        }
        Err(_) => None,
    }
}

/// The routes, with the other end of the connection.
#[derive(Clone)]
struct Peered {
    router: TowerToHyperService<Router>,
    peer: Peer,
    leaving: Arc<Mutex<Option<Leaving>>>,
}

/// An answer with which the connection leaves hyper.
struct Leaving {
    head: Vec<u8>,
    events: EventStream,
}

impl Service<Request<Incoming>> for Peered {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        let has_body = request.method() == Method::GET;
        let (answer, leaving) = (self.router.call(request), self.leaving.clone());
        Box::pin(async move {
            let mut response = answer.await?;
            match Streaming::take(&mut response) {
                Some(events) if has_body => {
                    let left = Leaving { head: head(&response), events };
                    *lock(&leaving) = Some(left);
                    // It is dropped with hyper's part of the connection.
                    pending().await
                }
                _ => Ok(response),
            }
        })
    }
}

fn lock(leaving: &Mutex<Option<Leaving>>) -> MutexGuard<'_, Option<Leaving>> {
    leaving.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
