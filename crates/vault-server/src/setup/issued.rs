//! What is kept of an authority that issues certificates: the account there, and the certificate with its key.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{CertificateParts, Folder, FolderError, SecretFileError, SecretFiles};

/// The file. It has secrets.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The authority.
    pub directory: String,
    /// The account's credentials, in JSON.
    pub account: Zeroizing<String>,
    /// The certificate, once there is one.
    pub issued: Option<Issued>,
}

/// A certificate.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// What it is for.
    pub names: Vec<String>,
    /// Its key, in PEM.
    pub key: Zeroizing<String>,
    /// It, and those that vouch for it, in PEM.
    pub chain: String,
}

/// What is kept cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The file.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// Its content.
    #[error("{} is malformed: delete it, and a new account at the authority is made", Folder::ACME)]
    Malformed,
}

impl Kept {
    /// Reads what is kept for an authority; `None` if there is nothing.
    ///
    /// # Errors
    /// See [`KeptError`].
    pub fn read(files: &SecretFiles, directory: &str) -> Result<Option<Self>, KeptError> {
        let text = match files.read(Folder::ACME) {
            Ok(text) => text,
            Err(SecretFileError::Folder(FolderError::Io(_, error)))
                if error.kind() == std::io::ErrorKind::NotFound =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let kept: Self = toml::from_str(&text).map_err(|_| KeptError::Malformed)?;
        Ok((kept.directory == directory).then_some(kept))
    }

    /// Writes it.
    ///
    /// # Errors
    /// See [`KeptError`].
    pub fn write(&self, files: &SecretFiles) -> Result<(), KeptError> {
        let text = Zeroizing::new(toml::to_string(self).map_err(|_| KeptError::Malformed)?);
        Ok(files.write(Folder::ACME, &text)?)
    }
}

impl Issued {
    /// When to renew it: after two thirds of its time. `None` if it is for other names, or malformed.
    #[must_use]
    pub fn renewal(&self, names: &[String]) -> Option<OffsetDateTime> {
        let certificate = CertificateDer::from_pem_slice(self.chain.as_bytes()).ok()?;
        let parts = CertificateParts::parse(&certificate)?;
        (self.names == names).then(|| parts.from + (parts.until - parts.from) * 2 / 3)
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use time::Duration;

    use super::*;

    #[test]
    fn a_certificate_is_renewed_in_time_or_for_other_names() {
        let key = KeyPair::generate().unwrap();
        let names = vec!["a.test".to_owned()];
        let mut parameters = CertificateParams::new(names.clone()).unwrap();
        let from = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        (parameters.not_before, parameters.not_after) = (from, from + Duration::days(90));
        let chain = parameters.self_signed(&key).unwrap().pem();
        let mut issued = Issued { names, key: Zeroizing::default(), chain };
        assert_eq!(issued.renewal(&issued.names), Some(from + Duration::days(60)));
        assert_eq!(issued.renewal(&["b.test".to_owned()]), None);
        issued.chain.clear();
        assert_eq!(issued.renewal(&issued.names), None);
    }
}
