//! TLS of the connections that the server makes: to its database, and to the store of its documents.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// There are no usable certificates of authorities.
#[derive(Debug, thiserror::Error)]
#[error("the certificates of the authorities cannot be read")]
pub struct NoAuthorities;

/// A configuration that trusts the certificates in a PEM file, or those of the system.
///
/// # Errors
/// [`NoAuthorities`].
pub fn client(ca: Option<&Path>) -> Result<ClientConfig, NoAuthorities> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(file) => {
            for certificate in CertificateDer::pem_file_iter(file).map_err(|_| NoAuthorities)? {
                roots.add(certificate.map_err(|_| NoAuthorities)?).map_err(|_| NoAuthorities)?;
            }
            if roots.is_empty() {
                return Err(NoAuthorities);
            }
        }
        // What of them is unreadable vouches for nothing.
        None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
    }
    Ok(ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| NoAuthorities)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
