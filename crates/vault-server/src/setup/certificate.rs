//! The certificate: the operator's own, or one that the server signs itself with a key that stays.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rcgen::{CertificateParams, DnType, KeyPair, PublicKeyData as _};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};
use vault_wire::message::Origin;
use zeroize::Zeroizing;

use super::{CertificateParts, Config, Folder, Issued, Kept, KeptError, SecretFileError, SourceError};
use crate::swap::Swap;

/// A self-signed certificate that ends sooner is replaced.
const RENEWED: Duration = Duration::days(60);

/// The protocol in which an authority checks a name (RFC 8737). Nothing is said in it.
pub const CHALLENGE: &[u8] = b"acme-tls/1";

/// How long a self-signed certificate is valid.
const VALID: Duration = Duration::days(3650);

/// A certificate with its key.
pub struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    pin: Option<[u8; 32]>,
}

/// There is no usable certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file with the self-signed certificate's key cannot be used.
    #[error(transparent)]
    Files(#[from] SecretFileError),
    /// The key cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The certificate of an authority that was kept.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// A file is not PEM, or has no certificate or key.
    #[error("certificate: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// The self-signed certificate cannot be made.
    #[error("certificate: {0}")]
    SelfSigned(#[from] rcgen::Error),
    /// Certificate and key cannot be used together.
    #[error("certificate: {0}")]
    Tls(#[from] rustls::Error),
}

impl Certificate {
    /// Makes the text of a new key for self-signed certificates.
    ///
    /// # Errors
    /// If the cryptographic library fails.
    pub fn make_key() -> Result<Zeroizing<String>, CertificateError> {
        Ok(Zeroizing::new(KeyPair::generate()?.serialize_pem()))
    }

    /// Loads the operator's certificate, or makes a self-signed one for all addresses.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn load(folder: &Folder, config: &Config) -> Result<Self, CertificateError> {
        if let (Some(chain), Some(key)) = (&config.certificate, &config.certificate_key) {
            let chain = CertificateDer::pem_file_iter(folder.path(chain))?.collect::<Result<_, _>>()?;
            let key = PrivateKeyDer::from_pem_slice(key.read(folder)?.as_bytes())?;
            return Ok(Self { chain, key, pin: None });
        }
        let files = config.secret_files(folder)?;
        if let Some(directory) = &config.acme_directory {
            let kept = Kept::read(&files, directory)?.and_then(|kept| kept.issued);
            if let Some(issued) = kept.filter(|issued| issued.names == config.names()) {
                return Self::issued(&issued);
            }
        }
        let key = files.read(Folder::TLS_KEY)?;
        let own = Self::kept(folder, &key, &config.addresses, OffsetDateTime::now_utc())?;
        // Until there is a certificate of the authority. Clients do not pin what will be replaced.
        let pin = own.pin.filter(|_| config.acme_directory.is_none());
        Ok(Self { pin, ..own })
    }

    /// Takes a certificate that an authority has issued.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn issued(issued: &Issued) -> Result<Self, CertificateError> {
        let chain = CertificateDer::pem_slice_iter(issued.chain.as_bytes()).collect::<Result<_, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes())?;
        Ok(Self { chain, key, pin: None })
    }

    /// Takes the self-signed certificate that was made before, or makes one if there is none, it ends soon, or is of another
    /// key or other addresses.
    fn kept(
        folder: &Folder,
        key: &str,
        addresses: &[Origin],
        now: OffsetDateTime,
    ) -> Result<Self, CertificateError> {
        let covers: Vec<_> = addresses.iter().map(Origin::as_str).collect();
        let first = ["# coffer-server for ", &covers.join(" "), "\n"].concat();
        if let Some(kept) = Self::read_kept(folder, key, &first, now) {
            return Ok(kept);
        }
        let (certificate, pem) = Self::self_signed(key, addresses, now)?;
        if let Err(error) = folder.write(Folder::TLS_CERTIFICATE, &[first.as_str(), &pem].concat()) {
            tracing::warn!(%error, "the self-signed certificate is not kept");
        }
        Ok(certificate)
    }

    fn read_kept(folder: &Folder, key: &str, first: &str, now: OffsetDateTime) -> Option<Self> {
        let text = folder.read(Folder::TLS_CERTIFICATE).ok().filter(|text| text.starts_with(first))?;
        let certificate = CertificateDer::from_pem_slice(text.as_bytes()).ok()?;
        let parts = CertificateParts::parse(&certificate)?;
        let public = KeyPair::from_pem(key).ok()?.subject_public_key_info();
        if parts.key != public || now < parts.from || parts.until - now < RENEWED {
            return None;
        }
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).ok()?;
        Some(Self { chain: vec![certificate], key, pin: Some(Sha256::digest(public).into()) })
    }

    /// Makes a certificate, also as text.
    fn self_signed(
        key: &str,
        addresses: &[Origin],
        now: OffsetDateTime,
    ) -> Result<(Self, String), CertificateError> {
        let pair = KeyPair::from_pem(key)?;
        let hosts = addresses.iter().map(|address| address.host().to_owned()).collect::<Vec<_>>();
        let mut parameters = CertificateParams::new(hosts)?;
        parameters.distinguished_name.push(DnType::CommonName, "coffer-server");
        parameters.not_before = now - Duration::DAY;
        parameters.not_after = now + VALID;
        let certificate = parameters.self_signed(&pair)?;
        let pin = Sha256::digest(pair.subject_public_key_info()).into();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes())?;
        let pem = certificate.pem();
        Ok((Self { chain: vec![certificate.into()], key, pin: Some(pin) }, pem))
    }

    /// The certificate and those that vouch for it.
    #[must_use]
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The SHA-256 of the public key (SPKI) that clients pin. None if an authority vouches for it.
    #[must_use]
    pub const fn pin(&self) -> Option<[u8; 32]> {
        self.pin
    }

    /// The TLS configuration with this certificate, which stays.
    ///
    /// # Errors
    /// If certificate and key do not belong together.
    pub fn tls(self) -> Result<ServerConfig, CertificateError> {
        Presented::new(self)?.tls()
    }

    /// Certificate and key as the TLS library uses them.
    fn certified(self) -> Result<CertifiedKey, CertificateError> {
        Ok(CertifiedKey::from_der(self.chain, self.key, &aws_lc_rs::default_provider())?)
    }
}

/// The certificate that a server presents, until another one takes its place.
#[derive(Debug)]
pub struct Presented {
    certificate: Swap<CertifiedKey>,
    /// Answers to an authority that checks a name, by name.
    challenges: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

impl Presented {
    /// Presents a certificate.
    ///
    /// # Errors
    /// If certificate and key do not belong together.
    pub fn new(certificate: Certificate) -> Result<Arc<Self>, CertificateError> {
        Ok(Arc::new(Self { certificate: Swap::new(certificate.certified()?), challenges: Mutex::default() }))
    }

    /// Presents another certificate from the next connection on.
    ///
    /// # Errors
    /// If certificate and key do not belong together; the one before stays.
    pub fn replace(&self, certificate: Certificate) -> Result<(), CertificateError> {
        self.certificate.set(certificate.certified()?);
        Ok(())
    }

    /// Answers an authority that checks this name, until [`Self::forget_challenges`].
    pub fn answer_challenge(&self, name: &str, answer: CertifiedKey) {
        self.challenges().insert(name.to_owned(), Arc::new(answer));
    }

    /// Answers no authority any more.
    pub fn forget_challenges(&self) {
        self.challenges().clear();
    }

    fn challenges(&self) -> MutexGuard<'_, HashMap<String, Arc<CertifiedKey>>> {
        self.challenges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The TLS configuration: 1.3, and 1.2 with forward secrecy and AEAD, which is all that the library has.
    ///
    /// # Errors
    /// If the library refuses it.
    pub fn tls(self: Arc<Self>) -> Result<ServerConfig, CertificateError> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(self);
        config.alpn_protocols = vec![b"http/1.1".to_vec(), CHALLENGE.to_vec()];
        Ok(config)
    }
}

impl ResolvesServerCert for Presented {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if hello.alpn().is_some_and(|mut offered| offered.any(|protocol| protocol == CHALLENGE)) {
            return self.challenges().get(hello.server_name()?).cloned();
        }
        Some(self.certificate.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pin_stays_when_the_certificate_is_renewed() {
        let key = Certificate::make_key().unwrap();
        let addresses = ["https://a.example", "https://10.0.0.1:8443", "https://[::1]:1"];
        let addresses: Vec<_> = addresses.iter().map(|text| Origin::new(text).unwrap()).collect();
        let now = OffsetDateTime::UNIX_EPOCH;
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::create(&temporary.path().join("data")).unwrap();
        let load = |addresses: &[Origin], now| Certificate::kept(&folder, &key, addresses, now).unwrap();
        let first = load(&addresses, now);
        assert_eq!(load(&addresses, now + Duration::DAY).chain, first.chain);
        let other = load(&addresses[..1], now);
        assert!(other.chain != first.chain && other.pin() == first.pin());
        let second = load(&addresses[..1], now + VALID);
        assert_ne!(second.chain, other.chain);
        assert_eq!(first.pin(), second.pin());
        assert_ne!(first.chain, second.chain);
        first.tls().unwrap();
    }
}
