//! The HTTP client below the S3 client: `hyper`, with a limit for everything that the other side sends, and for its time.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Uri;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsConnector;
use tower_service::Service;

/// The time to connect, TLS included.
const CONNECT: Duration = Duration::from_secs(5);
/// The time from the beginning of a request to the head of its answer, and then to each further part.
const ANSWER: Duration = Duration::from_secs(15);
/// Connections that are kept for the next request: how many, and how long.
const IDLE_CONNECTIONS: usize = 32;
const IDLE: Duration = Duration::from_secs(30);
/// The longest answer: a chunk has 4 MiB, a page of a listing less.
const LONGEST: usize = 8 << 20;

/// Makes HTTP clients with a TLS configuration.
#[derive(Debug)]
pub struct Connector(Arc<ClientConfig>);

impl Connector {
    /// Wraps the configuration.
    #[must_use]
    pub const fn new(tls: Arc<ClientConfig>) -> Self {
        Self(tls)
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build(Connect(self.0.clone()));
        Ok(HttpClient::new(Requests(client)))
    }
}

/// Sends requests.
#[derive(Debug)]
struct Requests(Client<Connect, HttpRequestBody>);

impl HttpService for Requests {
    fn call<'a, 'b>(
        &'a self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let answer = timeout(ANSWER, self.0.request(request)).await;
            let answer = answer.map_err(|error| HttpError::new(HttpErrorKind::Timeout, error))?;
            let answer = answer.map_err(|error| {
                let kind = if error.is_connect() { HttpErrorKind::Connect } else { kind_of(&error) };
                HttpError::new(kind, error)
            })?;
            Ok(answer.map(|body| {
                HttpResponseBody::new(Limited { body, left: LONGEST, time: Box::pin(sleep(ANSWER)) })
            }))
        })
    }
}

/// What failed, by the causes. Whatever is not a violation of the protocol may be tried again.
fn kind_of(error: &(dyn Error + 'static)) -> HttpErrorKind {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let hyper: Option<&hyper::Error> = error.downcast_ref();
        if hyper.is_some_and(|error| error.is_parse() || error.is_user()) {
            return HttpErrorKind::Decode;
        }
        cause = error.source();
    }
    HttpErrorKind::Interrupted
}

/// A body that ends with an error when it is too long or too slow.
struct Limited {
    body: Incoming,
    left: usize,
    time: Pin<Box<Sleep>>,
}

impl Body for Limited {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
            ready!(self.time.as_mut().poll(cx));
            let error = io::Error::from(io::ErrorKind::TimedOut);
            return Poll::Ready(Some(Err(HttpError::new(HttpErrorKind::Timeout, error))));
        };
        self.time.as_mut().reset(Instant::now() + ANSWER);
        let len = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, Bytes::len);
        let Some(left) = self.left.checked_sub(len) else {
            let error = io::Error::from(io::ErrorKind::FileTooLarge);
            return Poll::Ready(Some(Err(HttpError::new(HttpErrorKind::Decode, error))));
        };
        self.left = left;
        Poll::Ready(frame.map(|frame| frame.map_err(|error| HttpError::new(kind_of(&error), error))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Opens connections: encrypted unless the address says `http`.
#[derive(Clone, Debug)]
struct Connect(Arc<ClientConfig>);

/// A connection.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Connection for Box<dyn Stream> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Service<Uri> for Connect {
    type Response = TokioIo<Box<dyn Stream>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let tls = self.0.clone();
        Box::pin(async move { timeout(CONNECT, open(&address, tls)).await?.map(TokioIo::new) })
    }
}

async fn open(address: &Uri, tls: Arc<ClientConfig>) -> io::Result<Box<dyn Stream>> {
    let malformed = || io::Error::from(io::ErrorKind::InvalidInput);
    let host = address.host().ok_or_else(malformed)?.trim_matches(['[', ']']);
    let encrypted = address.scheme_str() != Some("http");
    let port = address.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    if !encrypted {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(host.to_owned()).map_err(|_| malformed())?;
    Ok(Box::new(TlsConnector::from(tls).connect(name, stream).await?))
}
