//! What `check --url` says of a server behind proxies that are set up wrongly.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, DATE, STRICT_TRANSPORT_SECURITY};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use time::OffsetDateTime;
use tokio::net::TcpSocket;
use tokio_rustls::TlsConnector;
use vault_server::http::Server;
use vault_server::outside::{Trust, Way, check};
use vault_server::setup::{Certificate, Config, Folder};
use vault_wire::message::{ConnectCode, Origin};

use crate::cli::{self, init_with, program, serve};
use crate::support::{ISSUER, TestServer};

/// What a proxy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    /// What it must do.
    Right,
    /// Refuses bodies above a megabyte.
    CutsBodies,
    /// Sends an answer when it has all of it.
    Buffers,
    /// Does not say who connects.
    HidesAddress,
    /// Passes on what clients say of themselves.
    PassesClaims,
    /// Changes paths.
    Rewrites,
    /// Changes the path of one route only.
    RewritesOne,
    /// Removes a header.
    DropsHeader,
    /// Has another time.
    OldDate,
    /// Sends clients elsewhere.
    Redirects,
}

#[derive(Clone)]
struct Proxy {
    habit: Habit,
    to: SocketAddr,
    tls: Arc<ClientConfig>,
}

/// Forwards a request, from another address than the client's.
async fn forward(State(proxy): State<Proxy>, mut request: Request) -> Response {
    let Proxy { habit, to, tls } = proxy;
    let length =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if habit == Habit::CutsBodies && length.is_some_and(|length| length > 1_000_000) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    if habit == Habit::Redirects {
        return (StatusCode::FOUND, [("location", "https://elsewhere.test/")]).into_response();
    }
    let path = request.uri().path().to_owned();
    let changed = match habit {
        Habit::Rewrites => path.replace("/v1/", "/vault/v1/"),
        Habit::RewritesOne => path.replace("/login/params", "/login/start"),
        _ => path,
    };
    *request.uri_mut() = Uri::from(changed.parse::<PathAndQuery>().unwrap());
    let claimed = request.headers_mut().remove("x-forwarded-for");
    let peer = HeaderValue::from_static("127.0.0.1");
    match (habit, claimed) {
        (Habit::HidesAddress, _) => {}
        (Habit::PassesClaims, claimed) => {
            drop(claimed.map(|claimed| request.headers_mut().insert("x-forwarded-for", claimed)));
        }
        _ => drop(request.headers_mut().insert("x-forwarded-for", peer)),
    }
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let stream = socket.connect(to).await.unwrap();
    let stream =
        TlsConnector::from(tls).connect(ServerName::try_from("127.0.0.1").unwrap(), stream).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (mut parts, body) = sender.send_request(request).await.unwrap().into_parts();
    match habit {
        Habit::DropsHeader => drop(parts.headers.remove(STRICT_TRANSPORT_SECURITY)),
        Habit::OldDate => {
            drop(parts.headers.insert(DATE, HeaderValue::from_static("Mon, 06 Nov 2000 08:49:37 GMT")));
        }
        _ => {}
    }
    let body = match habit {
        Habit::Buffers => Body::from(body.collect().await.unwrap().to_bytes()),
        _ => Body::new(body),
    };
    Response::from_parts(parts, body)
}

/// What is found wrong behind a proxy of this habit: the names, and the texts.
async fn wrong(habit: Habit, trusted: bool, issuer: &str) -> Vec<(&'static str, String)> {
    let server = TestServer::start_with(|config| {
        if trusted {
            config.trusted_proxies.push("127.0.0.2".parse().unwrap());
        }
    });
    let server = server.await;
    let proxy = Proxy { habit, to: server.address, tls: server.tls.clone() };
    let router = Router::new().fallback(forward).with_state(proxy);
    let temporary = tempfile::tempdir().unwrap();
    let folder = Folder::create(&temporary.path().join("data")).unwrap();
    let mut config: Config = server.app.config.clone();
    config.listen = "127.0.0.1:0".parse().unwrap();
    vault_server::setup::create(&folder, &config).unwrap();
    let certificate = Certificate::load(&folder, &config).unwrap();
    let pin = certificate.pin().unwrap();
    let listening = Server::bind(&config, certificate.tls().unwrap(), router).await.unwrap();
    let address = Origin::new(&format!("https://{}", listening.address().unwrap())).unwrap();
    tokio::spawn(listening.serve(std::future::pending()));
    let way = Way::new(&address, Trust::Pin(pin)).unwrap();
    let findings = check(&way, Some(&Origin::new(issuer).unwrap()), OffsetDateTime::now_utc()).await;
    assert!(findings.len() >= 7, "{findings:?}");
    findings.into_iter().filter_map(|(name, found)| Some((name, found.err()?))).collect()
}

#[tokio::test]
async fn each_fault_of_a_proxy_is_named_and_a_right_one_has_none() {
    assert_eq!(wrong(Habit::Right, true, ISSUER).await, []);
    let faults = [
        (Habit::CutsBodies, true, "bodies", "2000000 bytes do not arrive (413"),
        (Habit::Buffers, true, "events", "held back"),
        (Habit::HidesAddress, true, "client address", "sends no X-Forwarded-For"),
        (Habit::PassesClaims, true, "client address", "everybody may claim any address"),
        (Habit::Right, false, "client address", "add it to trusted_proxies"),
        (Habit::HidesAddress, false, "client address", "add it to trusted_proxies"),
        (Habit::PassesClaims, false, "client address", "the server sees 127.0.0.2 for every client"),
        (Habit::RewritesOne, true, "proofs", "the path or the header DPoP is changed"),
        (Habit::DropsHeader, true, "headers", "strict-transport-security"),
        (Habit::OldDate, true, "clock", "differ by"),
    ];
    for (habit, trusted, name, text) in faults {
        let found = wrong(habit, trusted, ISSUER).await;
        assert_eq!(found.len(), 1, "{habit:?}: {found:?}");
        assert!(found[0].0 == name && found[0].1.contains(text), "{habit:?}: {found:?}");
    }
    let found = wrong(Habit::Rewrites, true, ISSUER).await;
    assert!(found.iter().any(|(name, text)| *name == "proofs" && text.contains("404")), "{found:?}");
    let found = wrong(Habit::Redirects, true, ISSUER).await;
    assert!(
        found.iter().any(|(name, text)| *name == "issuer" && text.contains("to another address")),
        "{found:?}"
    );
    let found = wrong(Habit::Right, true, "https://other.test").await;
    assert!(found.len() == 1 && found[0].1.contains("this is another server"), "{found:?}");
}

#[test]
fn the_program_checks_a_server_by_its_connect_code() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let running = serve(&data);
    let code = cli::command(&data, &["user", "invite"]);
    let url = format!("https://{}", running.address);
    let ask = |arguments: &[&str]| cli::output(program(&data).args(["check", "--url", &url]).args(arguments));
    let (success, text, error) = ask(&["--connect-code", code.trim()]);
    assert!(success && text.lines().count() == 9, "{text}{error}");
    // A self-signed certificate without its code.
    let (success, text, _) = ask(&["--authorities", data.join("none.pem").to_str().unwrap()]);
    assert!(!success, "{text}");
    let other = temporary.path().join("other");
    let stranger = init_with(&other, ISSUER);
    let stranger = stranger.lines().find(|line| line.starts_with("coffer:")).unwrap();
    let (success, text, _) = ask(&["--connect-code", stranger]);
    assert!(!success && text.contains("not that of the connect code"), "{text}");
    drop(running);
    let (success, text, _) = ask(&["--connect-code", code.trim()]);
    assert!(!success && text.contains("wrong  connection"), "{text}");
    // Of its own folder.
    let text = cli::command(&data, &["check"]);
    let key = code.trim().parse::<ConnectCode>().unwrap().key.unwrap();
    assert!(text.contains(&vault_wire::server_words(&key).join(" ")), "{text}");
    for name in ["disk", "clock", "modes", "certificate"] {
        assert!(text.contains(&format!("ok     {name}")), "{text}");
    }
}
