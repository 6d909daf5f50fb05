use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::{CipherSuite, NamedGroup, ProtocolVersion, version};

use crate::support::{TestServer, client_tls, connect};

/// Connects with these suites and versions and returns what was agreed.
async fn agree(
    server: &TestServer,
    provider: rustls::crypto::CryptoProvider,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Option<(ProtocolVersion, CipherSuite, NamedGroup)> {
    let tls = client_tls(&server.roots, provider, versions);
    let stream = connect(server.address, &Arc::new(tls)).await.ok()?;
    let connection = stream.get_ref().1;
    Some((
        connection.protocol_version()?,
        connection.negotiated_cipher_suite()?.suite(),
        connection.negotiated_key_exchange_group()?.name(),
    ))
}

#[tokio::test]
async fn tls_prefers_1_3_with_the_hybrid_key_exchange_and_accepts_1_2_with_aead() {
    let server = TestServer::start().await;
    let provider = aws_lc_rs::default_provider;
    let (version, _, group) = agree(&server, provider(), rustls::ALL_VERSIONS).await.unwrap();
    assert_eq!((version, group), (ProtocolVersion::TLSv1_3, NamedGroup::X25519MLKEM768));
    let (version, suite, _) = agree(&server, provider(), &[&version::TLS12]).await.unwrap();
    assert_eq!(version, ProtocolVersion::TLSv1_2);
    let name = format!("{suite:?}");
    assert!(name.contains("ECDHE") && (name.contains("GCM") || name.contains("POLY1305")), "{name}");
}

#[tokio::test]
async fn a_client_without_trust_in_the_key_does_not_connect() {
    let server = TestServer::start().await;
    let other = TestServer::start().await;
    assert!(connect(server.address, &server.tls).await.is_ok());
    assert!(connect(server.address, &other.tls).await.is_err());
}
