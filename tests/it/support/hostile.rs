//! A server that lies: the real one behind connections and a key of its own, that answers requests as a test says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1 as outgoing;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1 as incoming;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PublicKeyData as _, date_time_ymd};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ALL_VERSIONS, ServerConfig, SupportedProtocolVersion};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use vault_server::http::{Server, router};
use vault_sync::Trust;
use vault_wire::ContentHash;
use vault_wire::message::Origin;

use super::reply::End;
use super::{Reached, Reply, TestServer};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Method and path without query, such as `GET /v1/events`.
    pub route: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

type Answer = dyn Fn(&Sent) -> Option<Reply> + Send + Sync;
type Change = dyn Fn(&Sent, &mut Reply) + Send + Sync;

/// What is done with the requests of some routes.
enum Lie {
    /// They are answered without the real server.
    Answer(Box<Answer>),
    /// The real server's answer is changed.
    Change(Box<Change>),
    /// The real server answers, and the answer is lost.
    Lose,
    /// They do not arrive, and are not answered.
    Swallow(Box<dyn Fn(&str) -> bool + Send + Sync>),
}

struct Plan {
    lies: Mutex<Vec<(String, Arc<Lie>)>>,
    seen: Mutex<Vec<Sent>>,
    arrived: Notify,
    /// The real server.
    upstream: Mutex<SocketAddr>,
}

/// The lying server. It ends with the handle.
pub struct HostileServer {
    pub address: SocketAddr,
    pub pin: ContentHash,
    /// The certificate of the authority that issued its certificate.
    pub authority: String,
    plan: Arc<Plan>,
    /// Ends with this value.
    running: Mutex<JoinSet<()>>,
}

type Answered = Response<BoxBody<Bytes, hyper::Error>>;

/// The connection ends without an answer.
#[derive(Debug)]
struct Lost;

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer is lost")
    }
}

impl std::error::Error for Lost {}

impl Reached for HostileServer {
    fn origin(&self) -> Origin {
        self.origin()
    }

    fn trust(&self) -> Trust {
        self.trust()
    }
}

impl HostileServer {
    /// Starts one in front of a server. It is honest until a test makes it lie.
    pub async fn before(server: &TestServer) -> Self {
        let (key, authority) = (KeyPair::generate().unwrap(), Authority::new());
        let certificate = authority.certify(&key, 2100);
        Self::with_certificate(server, &key, certificate, authority.pem, ALL_VERSIONS).await
    }

    /// Starts one whose certificate is no longer valid.
    pub async fn expired(server: &TestServer) -> Self {
        let (key, authority) = (KeyPair::generate().unwrap(), Authority::new());
        let certificate = authority.certify(&key, 2001);
        Self::with_certificate(server, &key, certificate, authority.pem, ALL_VERSIONS).await
    }

    /// Starts one that shows the server's own certificate and has another key.
    pub async fn impostor(server: &TestServer, version: &'static SupportedProtocolVersion) -> Self {
        let key = KeyPair::generate().unwrap();
        Self::with_certificate(server, &key, server.certificate.clone(), String::new(), &[version]).await
    }

    async fn with_certificate(
        server: &TestServer,
        key: &KeyPair,
        certificate: CertificateDer<'static>,
        authority: String,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::at(listener, server, key, (certificate, authority), versions).await
    }

    /// Replaces it by one with another key at the same address.
    pub async fn replaced(self, server: &TestServer) -> Self {
        let address = self.address;
        drop(self);
        // The listener is closed soon after.
        let listener = loop {
            match TcpListener::bind(address).await {
                Ok(listener) => break listener,
                Err(_) => tokio::task::yield_now().await,
            }
        };
        let (key, authority) = (KeyPair::generate().unwrap(), Authority::new());
        let certificate = authority.certify(&key, 2100);
        Self::at(listener, server, &key, (certificate, authority.pem), ALL_VERSIONS).await
    }

    async fn at(
        listener: TcpListener,
        server: &TestServer,
        key: &KeyPair,
        (certificate, authority): (CertificateDer<'static>, String),
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let pin = ContentHash::of(&key.subject_public_key_info());
        let config = tls(key, certificate, versions);
        let address = listener.local_addr().unwrap();
        let mut running = JoinSet::new();
        let upstream = Mutex::new(upstream(server, &mut running).await);
        let (lies, seen, arrived) = (Mutex::default(), Mutex::default(), Notify::new());
        let plan = Arc::new(Plan { lies, seen, arrived, upstream });
        running.spawn(serve(listener, config, plan.clone()));
        Self { address, pin, authority, plan, running: Mutex::new(running) }
    }

    /// Is in front of another server from now on.
    pub async fn moves_to(&self, server: &TestServer) {
        let mut running = JoinSet::new();
        let upstream = upstream(server, &mut running).await;
        *lock(&self.plan.upstream) = upstream;
        lock(&self.running).spawn(async move { drop(running.join_all().await) });
    }

    pub fn origin(&self) -> Origin {
        Origin::new(&format!("https://{}", self.address)).unwrap()
    }

    pub const fn trust(&self) -> Trust {
        Trust::Key(self.pin)
    }

    fn lie(&self, routes: &str, lie: Lie) {
        lock(&self.plan.lies).push((routes.to_owned(), Arc::new(lie)));
    }

    /// Answers these routes itself: a method and a path, which may end with `*`, or `*` for all.
    pub fn answers(&self, routes: &str, answer: impl Fn(&Sent) -> Reply + Send + Sync + 'static) {
        self.answers_some(routes, move |sent| Some(answer(sent)));
    }

    /// The same, but only if there is an answer.
    pub fn answers_some(
        &self,
        routes: &str,
        answer: impl Fn(&Sent) -> Option<Reply> + Send + Sync + 'static,
    ) {
        self.lie(routes, Lie::Answer(Box::new(answer)));
    }

    /// Changes the answers of these routes.
    pub fn changes(&self, routes: &str, change: impl Fn(&Sent, &mut Reply) + Send + Sync + 'static) {
        self.lie(routes, Lie::Change(Box::new(change)));
    }

    /// Loses the answers of these routes, after the server did what they ask for.
    pub fn loses(&self, routes: &str) {
        self.lie(routes, Lie::Lose);
    }

    /// Leaves requests without an answer. The real server does not get them.
    pub fn swallows(&self, route: impl Fn(&str) -> bool + Send + Sync + 'static) {
        self.lie("*", Lie::Swallow(Box::new(route)));
    }

    /// Is honest from now on.
    pub fn reforms(&self) {
        lock(&self.plan.lies).clear();
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Sent> {
        lock(&self.plan.seen).clone()
    }

    /// Waits until the requests so far are as wanted.
    pub async fn until(&self, holds: impl Fn(&[Sent]) -> bool) {
        loop {
            let arrived = self.plan.arrived.notified();
            if holds(&lock(&self.plan.seen)) {
                return;
            }
            arrived.await;
        }
    }

    /// The routes of all requests so far.
    pub fn routes(&self) -> Vec<String> {
        self.seen().into_iter().map(|sent| sent.route).collect()
    }

    /// How many requests there were to a route.
    pub fn count(&self, route: &str) -> usize {
        self.routes().iter().filter(|seen| *seen == route).count()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        lock(&self.plan.seen).clear();
    }
}

/// A door of a server for requests without TLS.
async fn upstream(server: &TestServer, running: &mut JoinSet<()>) -> SocketAddr {
    let plain = "127.0.0.1:0".parse().unwrap();
    let real = Server::bind_plain(&server.app.config, plain, router(server.app.clone())).await.unwrap();
    let address = real.address().unwrap();
    running.spawn(real.serve(std::future::pending()));
    address
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An authority of certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate.
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = parameters.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(parameters, key), pem }
    }

    /// A certificate for the loopback address, valid until a year.
    fn certify(&self, key: &KeyPair, until: i32) -> CertificateDer<'static> {
        let mut parameters = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        parameters.not_after = date_time_ymd(until, 1, 1);
        parameters.signed_by(key, &self.issuer).unwrap().into()
    }
}

/// The configuration of TLS. Whether certificate and key belong together is not checked.
fn tls(
    key: &KeyPair,
    certificate: CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let certified = CertifiedKey::new(vec![certificate], any_supported_type(&private).unwrap());
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)))
}

async fn serve(listener: TcpListener, config: ServerConfig, plan: Arc<Plan>) {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, plan) = (acceptor.clone(), plan.clone());
        connections.spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(|request| answer(request, &plan));
            drop(incoming::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(request: Request<Incoming>, plan: &Plan) -> Result<Answered, Lost> {
    let (parts, body) = request.into_parts();
    let sent = Sent {
        route: format!("{} {}", parts.method, parts.uri.path()),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers.clone(),
        body: body.collect().await.map_err(|_| Lost)?.to_bytes(),
    };
    lock(&plan.seen).push(sent.clone());
    plan.arrived.notify_waiters();
    let lies: Vec<_> = {
        let lies = lock(&plan.lies);
        let all = lies.iter().filter(|(routes, _)| matches(routes, &sent.route));
        all.map(|(_, lie)| lie.clone()).collect()
    };
    if lies.iter().any(|lie| matches!(&**lie, Lie::Swallow(route) if route(&sent.route))) {
        return std::future::pending().await;
    }
    let own = lies.iter().find_map(|lie| match &**lie {
        Lie::Answer(answer) => answer(&sent),
        _ => None,
    });
    if let Some(reply) = own {
        return Ok(reply.into_response());
    }
    let request = Request::from_parts(parts, Full::new(sent.body.clone()));
    let upstream = *lock(&plan.upstream);
    let (head, body) = forward(upstream, request).await.ok_or(Lost)?.into_parts();
    let stream = head.headers.get(CONTENT_TYPE).is_some_and(|media| media == "text/event-stream");
    if stream && lies.is_empty() {
        return Ok(Response::from_parts(head, body.boxed()));
    }
    let body = body.collect().await.map_err(|_| Lost)?.to_bytes();
    let mut reply = Reply { status: head.status.as_u16(), headers: head.headers, body, end: End::Proper };
    for lie in lies {
        match &*lie {
            Lie::Change(change) => change(&sent, &mut reply),
            Lie::Lose => return Err(Lost),
            Lie::Answer(_) | Lie::Swallow(_) => {}
        }
    }
    Ok(reply.into_response())
}

/// Sends a request to the real server, over a connection of its own.
async fn forward(upstream: SocketAddr, request: Request<Full<Bytes>>) -> Option<Response<Incoming>> {
    let stream = TcpStream::connect(upstream).await.ok()?;
    let (mut sender, connection) = outgoing::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    sender.send_request(request).await.ok()
}

/// Whether a route is one of those that a pattern names.
fn matches(routes: &str, route: &str) -> bool {
    match routes.strip_suffix('*') {
        Some(prefix) => route.starts_with(prefix),
        None => route == routes,
    }
}
