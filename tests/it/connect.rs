//! The first contact with a server.

use std::time::Duration;

use rustls::version::{TLS12, TLS13};
use tokio::net::TcpListener;
use vault_sync::{
    Authorities, Connection, Error, Network, Proxy, ProxyAddress, ServerPins, Timeouts, Trust, Unreachable,
    Untrusted,
};
use vault_wire::ContentHash;
use vault_wire::message::{ConnectCode, Origin, RatchetError, VersionRatchet};

use crate::support::{HostileServer, ISSUER, Reply, TestProxy, TestServer, connection, discovered};

#[tokio::test]
async fn a_connect_code_leads_to_the_server_that_it_names() {
    let server = TestServer::start().await;
    let code: ConnectCode = server.connect_code().await.parse().unwrap();
    let connection = connection(code.address, &Trust::Key(code.key.unwrap()));
    let pins = ServerPins { issuer: Some(code.issuer), api: VersionRatchet::at(0) };
    let found = connection.discover(&pins).await.unwrap();
    assert_eq!(found.discovery.issuer.as_str(), ISSUER);
    assert_eq!(found.api.used(), 1);
}

#[tokio::test]
async fn t43_another_key_is_refused_though_an_authority_vouches_for_it() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    // The certificate is good for whom trusts its authority.
    let authorities = Authorities::from_pem(hostile.authority.as_bytes()).unwrap();
    let trusting = connection(hostile.origin(), &Trust::Authorities(authorities));
    discovered(&trusting).await.unwrap();
    let seen = hostile.seen().len();
    let pinned = connection(hostile.origin(), &server.trust());
    assert!(matches!(discovered(&pinned).await, Err(Error::KeyChanged)));
    assert_eq!(hostile.seen().len(), seen, "nothing is sent to it");
    // The right pin opens it.
    discovered(&connection(hostile.origin(), &hostile.trust())).await.unwrap();
}

#[tokio::test]
async fn t43_a_certificate_of_no_trusted_authority_is_refused() {
    let server = TestServer::start().await;
    let (one, other) = (HostileServer::before(&server).await, HostileServer::before(&server).await);
    let authorities = Trust::Authorities(Authorities::from_pem(other.authority.as_bytes()).unwrap());
    let distrust = async |address: Origin, trust: &Trust, expected: Untrusted| {
        let error = discovered(&connection(address, trust)).await.unwrap_err();
        assert!(matches!(error, Error::Untrusted(found) if found == expected), "{error:?}");
    };
    for trust in [authorities, Trust::System] {
        distrust(one.origin(), &trust, Untrusted::Authority).await;
    }
    // The loopback address is in the certificate, this name is not.
    let named = Origin::new(&one.origin().as_str().replace("127.0.0.1", "localhost")).unwrap();
    let trust = Trust::Authorities(Authorities::from_pem(one.authority.as_bytes()).unwrap());
    distrust(named, &trust, Untrusted::Name).await;
    let expired = HostileServer::expired(&server).await;
    let trust = Trust::Authorities(Authorities::from_pem(expired.authority.as_bytes()).unwrap());
    distrust(expired.origin(), &trust, Untrusted::Date).await;
    assert!(one.seen().is_empty() && expired.seen().is_empty());
    // A pinned key needs no date.
    discovered(&connection(expired.origin(), &expired.trust())).await.unwrap();
}

#[tokio::test]
async fn t43_the_right_certificate_without_its_key_is_refused() {
    let server = TestServer::start().await;
    for version in [&TLS12, &TLS13] {
        let impostor = HostileServer::impostor(&server, version).await;
        let pinned = connection(impostor.origin(), &server.trust());
        let error = discovered(&pinned).await.unwrap_err();
        assert!(matches!(error, Error::Untrusted(Untrusted::Authority)), "{error:?}");
        assert!(impostor.seen().is_empty());
    }
}

#[tokio::test]
async fn key_is_noted_and_nothing_is_sent() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let key = Connection::key_of(hostile.origin(), &Network::default()).await.unwrap();
    let Trust::Key(expected) = hostile.trust() else { panic!() };
    assert_eq!(key, expected);
    assert!(hostile.seen().is_empty());
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nobody = Origin::new(&format!("https://{closed}")).unwrap();
    let error = Connection::key_of(nobody, &Network::default()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(Unreachable::Refused)), "{error:?}");
}

#[tokio::test]
async fn another_issuer_under_a_known_address_is_refused() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    hostile.changes("GET /.well-known/coffer", |_, reply| {
        reply.change_json(|discovery| discovery["issuer"] = "https://other.test".into());
    });
    let connection = connection(hostile.origin(), &hostile.trust());
    let Err(Error::OtherIssuer(issuer)) = discovered(&connection).await else { panic!() };
    assert_eq!(issuer.as_str(), "https://other.test");
}

#[tokio::test]
async fn t18_an_older_api_than_the_one_that_was_used_is_refused() {
    let server = TestServer::start().await;
    let hostile = HostileServer::before(&server).await;
    let connection = connection(hostile.origin(), &hostile.trust());
    let used = |used| ServerPins { issuer: None, api: VersionRatchet::at(used) };
    let older = RatchetError::Older { offered: 1, used: 2 };
    assert!(matches!(connection.discover(&used(2)).await, Err(Error::Versions(error)) if error == older));
    hostile.changes("GET /.well-known/coffer", |_, reply| {
        reply.change_json(|discovery| discovery["versions"]["api"] = vec![7].into());
    });
    let unknown = RatchetError::Unknown(7);
    assert!(matches!(connection.discover(&used(1)).await, Err(Error::Versions(error)) if error == unknown));
}

#[tokio::test]
async fn each_way_of_having_no_connection_is_an_error_of_its_own() {
    let trust = Trust::Key(ContentHash::from_bytes([7; 32]));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listening = listener.local_addr().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let expect = async |address: &str, network: Network, expected: Unreachable| {
        let connection = Connection::new(Origin::new(address).unwrap(), &trust, &network).unwrap();
        let error = discovered(&connection).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable(found) if found == expected), "{address}: {error:?}");
    };
    expect("https://no-such-name.invalid", Network::default(), Unreachable::Name).await;
    expect(&format!("https://{closed}"), Network::default(), Unreachable::Refused).await;
    // It accepts and says nothing.
    let timeouts = Timeouts { connect: Duration::from_millis(50), ..Timeouts::default() };
    let network = Network { timeouts, ..Network::default() };
    expect(&format!("https://{listening}"), network, Unreachable::Timeout).await;
    // It speaks something else.
    let plain = plain_text(listener);
    expect(&format!("https://{listening}"), Network::default(), Unreachable::Tls).await;
    // As a proxy it makes no connection.
    let proxy = ProxyAddress::new(&format!("http://{listening}").as_str().into()).unwrap();
    let network = Network { proxy: Proxy::At(proxy), ..Network::default() };
    expect("https://server.test", network, Unreachable::Proxy).await;
    plain.abort();
}

/// Answers everything with a page, without TLS.
fn plain_text(listener: TcpListener) -> tokio::task::JoinHandle<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut ignored = [0; 1024];
            drop(stream.read(&mut ignored).await);
            drop(stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await);
        }
    })
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let server = TestServer::start().await;
    let (hostile, other) = (HostileServer::before(&server).await, HostileServer::before(&server).await);
    let elsewhere = format!("{}/.well-known/coffer", other.origin().as_str());
    hostile.answers("*", move |_| {
        let mut reply = Reply::html(302);
        reply.headers.insert("location", elsewhere.parse().unwrap());
        reply
    });
    let connection = connection(hostile.origin(), &hostile.trust());
    assert!(matches!(discovered(&connection).await, Err(Error::NotCoffer { status: 302 })));
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn connections_go_through_the_proxy_that_the_user_names() {
    let server = TestServer::start().await;
    let proxy = TestProxy::to(server.address).await;
    let through = |password: &str| {
        let text = format!("http://name:{password}@{}", proxy.address);
        let network = Network {
            proxy: Proxy::At(ProxyAddress::new(&text.as_str().into()).unwrap()),
            ..Network::default()
        };
        // Only the proxy knows the name.
        let address = Origin::new("https://server.test").unwrap();
        Connection::new(address, &server.trust(), &network).unwrap()
    };
    discovered(&through("password")).await.unwrap();
    let error = discovered(&through("other")).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(Unreachable::Proxy)), "{error:?}");
    let other = Trust::Key(ContentHash::from_bytes([7; 32]));
    let text = format!("http://name:password@{}", proxy.address);
    let proxy = Proxy::At(ProxyAddress::new(&text.as_str().into()).unwrap());
    let network = Network { proxy, ..Network::default() };
    let connection = Connection::new(Origin::new("https://server.test").unwrap(), &other, &network).unwrap();
    assert!(
        matches!(discovered(&connection).await, Err(Error::KeyChanged)),
        "nor does a proxy replace the server"
    );
}
