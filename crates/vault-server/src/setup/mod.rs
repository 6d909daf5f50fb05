//! What a server is set up with: its folder, configuration, secrets and certificate.

mod certificate;
mod config;
mod folder;
mod issued;
mod network;
mod nodes;
mod seal;
mod sealed;
mod secret;
mod secrets;
mod source;
mod stores;
mod x509;

pub use certificate::{CHALLENGE, Certificate, CertificateError, Presented};
pub use config::{Config, ConfigError, MailConfigError, Overrides};
pub use folder::{Folder, FolderError};
pub use issued::{Issued, Kept, KeptError};
pub use network::{Network, prefix};
pub use nodes::NodesError;
pub use seal::Sealer;
pub use sealed::{KeyEncryptionKey, SecretFileError, SecretFiles, is_sealed, open, seal};
pub use secret::SecretText;
pub use secrets::{Passing, Purpose, Replaced, Secrets, SecretsError, TokenKey};
pub use source::{Source, SourceError};
pub use stores::StoresError;
pub use x509::CertificateParts;

/// Writes secrets, key and configuration of a new server into its folder.
///
/// # Errors
/// If the randomness or the disk fails. The configuration is written last, so a set-up that failed can be repeated.
pub fn create(folder: &Folder, config: &Config) -> Result<(), CreateError> {
    let files = config.secret_files(folder)?;
    files.write(Folder::SECRETS, &Secrets::make()?.to_text()?)?;
    files.write(Folder::TLS_KEY, &Certificate::make_key()?)?;
    Ok(folder.write(Folder::CONFIG, &config.to_text()?)?)
}

/// A server cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The disk.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The secrets.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The key-encryption key.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The files with the secrets.
    #[error(transparent)]
    Files(#[from] SecretFileError),
    /// The certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
}
