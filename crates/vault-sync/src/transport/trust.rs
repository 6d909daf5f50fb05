//! Whom a client believes that it speaks with the server.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::version::{TLS12, TLS13};
use rustls::{
    CertificateError, ClientConfig, ConfigBuilder, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme, WantsVerifier,
};
use rustls_platform_verifier::Verifier;
use vault_wire::ContentHash;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// What vouches for a server.
#[derive(Clone, Debug)]
pub enum Trust {
    /// The authorities that the system trusts.
    System,
    /// These, and authorities of the user's own.
    Authorities(Authorities),
    /// The server's key: the SHA-256 of its SPKI. Nothing else counts: no authority, no name, no date.
    Key(ContentHash),
}

/// Certificates of authorities, from a file.
#[derive(Clone, Debug)]
pub struct Authorities(Arc<[CertificateDer<'static>]>);

/// The certificate of an authority, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Whom it names. It was not verified, and may be any text.
    pub name: String,
    /// The SHA-256 of the certificate.
    pub fingerprint: ContentHash,
    /// Until when it is valid, in seconds since 1970.
    pub until: i64,
}

/// The certificates of authorities cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The file has no certificate, one that cannot be read, one that is not of an authority, or too many.
    #[error("the file has no usable certificate of an authority")]
    NoCertificate,
    /// The system has no authorities.
    #[error("the system has no trusted authorities")]
    NoSystemAuthorities,
}

impl Authorities {
    /// Longest file, in bytes.
    pub const MAX_LEN: usize = 64 * 1024;
    /// Most certificates in a file.
    pub const MAX_COUNT: usize = 16;

    /// Reads the certificates of a PEM file. Each must be one of an authority; what else is in the file is ignored.
    ///
    /// # Errors
    /// [`TrustError::NoCertificate`].
    pub fn from_pem(pem: &[u8]) -> Result<Self, TrustError> {
        const UNUSABLE: TrustError = TrustError::NoCertificate;
        if pem.len() > Self::MAX_LEN {
            return Err(UNUSABLE);
        }
        let mut found = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem).take(Self::MAX_COUNT + 1) {
            let certificate = certificate.map_err(|_| UNUSABLE)?;
            RootCertStore::empty().add(certificate.clone()).map_err(|_| UNUSABLE)?;
            parts(&certificate).ok_or(UNUSABLE)?;
            found.push(certificate);
        }
        if (1..=Self::MAX_COUNT).contains(&found.len()) { Ok(Self(found.into())) } else { Err(UNUSABLE) }
    }

    /// The certificates, for people.
    #[must_use]
    pub fn list(&self) -> Vec<Authority> {
        self.0.iter().filter_map(|certificate| parts(certificate)).collect()
    }
}

/// What is shown of a certificate; none if it is malformed or not of an authority.
fn parts(certificate: &CertificateDer<'_>) -> Option<Authority> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    if !parsed.is_ca() {
        return None;
    }
    let common = parsed.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
    Some(Authority {
        name: common.map_or_else(|| parsed.subject().to_string(), str::to_owned),
        fingerprint: ContentHash::of(certificate),
        until: parsed.validity().not_after.timestamp(),
    })
}

impl Trust {
    /// The configuration of TLS: 1.3, or 1.2 with forward secrecy and AEAD, which are all that `rustls` has.
    pub(super) fn tls(&self) -> Result<ClientConfig, TrustError> {
        const NONE: TrustError = TrustError::NoSystemAuthorities;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match self {
            Self::Authorities(Authorities(own)) => {
                let own = own.iter().cloned();
                Arc::new(Verifier::new_with_extra_roots(own, provider.clone()).map_err(|_| NONE)?)
            }
            Self::System => Arc::new(Verifier::new(provider.clone()).map_err(|_| NONE)?),
            Self::Key(pin) => {
                Arc::new(KeyVerifier { pin: Some(*pin), seen: Arc::default(), provider: provider.clone() })
            }
        };
        with(verifier, provider)
    }
}

/// A configuration of TLS that trusts nobody: the key that the server shows is noted, and the handshake fails.
pub(super) fn noting_key(seen: Arc<OnceLock<ContentHash>>) -> Result<ClientConfig, TrustError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    with(Arc::new(KeyVerifier { pin: None, seen, provider: provider.clone() }), provider)
}

fn with(
    verifier: Arc<dyn ServerCertVerifier>,
    provider: Arc<CryptoProvider>,
) -> Result<ClientConfig, TrustError> {
    let builder = builder(provider)?.dangerous().with_custom_certificate_verifier(verifier);
    Ok(builder.with_no_client_auth())
}

fn builder(provider: Arc<CryptoProvider>) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, TrustError> {
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|_| TrustError::NoSystemAuthorities)
}

/// Accepts one key, or none.
#[derive(Debug)]
struct KeyVerifier {
    pin: Option<ContentHash>,
    /// The first key that a server showed.
    seen: Arc<OnceLock<ContentHash>>,
    provider: Arc<CryptoProvider>,
}

/// A server has another key than the pinned one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server has another key")]
pub(super) struct OtherKey;

impl ServerCertVerifier for KeyVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let key = ParsedCertificate::try_from(end_entity)?.subject_public_key_info();
        let key = ContentHash::of(&key);
        let _ = self.seen.set(key);
        if Some(key) == self.pin {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::Other(OtherError(Arc::new(OtherKey))).into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{
        BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, PublicKeyData as _, date_time_ymd,
    };

    use super::*;

    const NOW: u64 = 1_900_000_000;
    const TEN_YEARS: u64 = 10 * 365 * 24 * 60 * 60;

    fn certificate(key: &KeyPair, name: &str) -> CertificateDer<'static> {
        CertificateParams::new([name.to_owned()]).unwrap().self_signed(key).unwrap().into()
    }

    fn pinned(key: &KeyPair) -> KeyVerifier {
        let pin = Some(ContentHash::of(&key.subject_public_key_info()));
        KeyVerifier { pin, seen: Arc::default(), provider: Arc::new(aws_lc_rs::default_provider()) }
    }

    fn check(
        verifier: &KeyVerifier,
        certificate: &CertificateDer<'_>,
        now: u64,
    ) -> Result<(), rustls::Error> {
        let name = ServerName::try_from("server.test").unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
        verifier.verify_server_cert(certificate, &[], &name, &[], now).map(drop)
    }

    #[test]
    fn a_pinned_key_counts_whatever_name_and_time_are() {
        let key = KeyPair::generate().unwrap();
        let verifier = pinned(&key);
        for now in [0, NOW - TEN_YEARS, NOW, NOW + TEN_YEARS, NOW * 100] {
            for name in ["server.test", "other.test"] {
                assert_eq!(check(&verifier, &certificate(&key, name), now), Ok(()));
            }
        }
    }

    #[test]
    fn another_key_is_refused_by_an_error_of_its_own() {
        let verifier = pinned(&KeyPair::generate().unwrap());
        let other = certificate(&KeyPair::generate().unwrap(), "server.test");
        let rustls::Error::InvalidCertificate(CertificateError::Other(error)) =
            check(&verifier, &other, NOW).unwrap_err()
        else {
            panic!("another error");
        };
        assert!(error.0.is::<OtherKey>());
    }

    /// The certificate of an authority for some years.
    fn authority(name: &str, until: i32) -> String {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.not_after = date_time_ymd(until, 1, 2);
        parameters.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()
    }

    #[test]
    fn authorities_of_a_file_are_shown_by_name_and_end() {
        let (one, two) = (authority("Example CA", 2060), authority("Zweite Stelle", 2031));
        let file = Authorities::from_pem([&*one, "text between\n", &two].concat().as_bytes()).unwrap();
        let list = file.list();
        assert_eq!(
            list.iter().map(|found| &*found.name).collect::<Vec<_>>(),
            ["Example CA", "Zweite Stelle"]
        );
        assert_eq!(list[1].until, date_time_ymd(2031, 1, 2).unix_timestamp());
        let der = CertificateDer::pem_slice_iter(one.as_bytes()).next().unwrap().unwrap();
        assert_eq!(list[0].fingerprint, ContentHash::of(&der));
    }

    #[test]
    fn a_file_of_authorities_without_a_usable_certificate_is_refused() {
        let key = KeyPair::generate().unwrap();
        let good = authority("CA", 2060);
        // The certificate of a server: its key is pinned by words instead.
        let of_server =
            CertificateParams::new(["a.test".to_owned()]).unwrap().self_signed(&key).unwrap().pem();
        let many = good.repeat(Authorities::MAX_COUNT + 1);
        let long = [&*good, &"x".repeat(Authorities::MAX_LEN)].concat();
        let mixed = [&*good, &of_server].concat();
        assert!(Authorities::from_pem(good.repeat(Authorities::MAX_COUNT).as_bytes()).is_ok());
        for text in
            ["", "text", &key.serialize_pem(), &good.replace("MII", "XII"), &of_server, &mixed, &many, &long]
        {
            assert_eq!(Authorities::from_pem(text.as_bytes()).map(drop), Err(TrustError::NoCertificate));
        }
    }
}
