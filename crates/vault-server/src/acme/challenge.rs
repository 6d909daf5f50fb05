//! The certificate that proves a name (RFC 8737).

use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;

use crate::setup::CertificateError;

/// Makes it, of the hash of what the authority and this account know.
pub fn certificate(name: &str, digest: &[u8; 32]) -> Result<CertifiedKey, CertificateError> {
    let key = KeyPair::generate()?;
    let mut parameters = CertificateParams::new(vec![name.to_owned()])?;
    parameters.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let chain = vec![parameters.self_signed(&key)?.into()];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let key = default_provider().key_provider.load_private_key(key)?;
    // Not `from_der`, which refuses critical extensions that it does not know.
    Ok(CertifiedKey::new(chain, key))
}
