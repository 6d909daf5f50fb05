//! What a server is set up with: its folder, configuration, secrets and certificate.

mod certificate;
mod config;
mod folder;
mod network;
mod secret;
mod secrets;
mod stores;

pub use certificate::{Certificate, CertificateError};
pub use config::{Config, ConfigError, DatabaseKeyError, MailConfigError, Overrides};
pub use folder::{Folder, FolderError};
pub use network::{Network, prefix};
pub use secret::SecretText;
pub use secrets::{Purpose, Secrets, SecretsError, TokenKey};
pub use stores::StoresError;

/// Writes secrets, key and configuration of a new server into its folder.
///
/// # Errors
/// If the randomness or the disk fails. The configuration is written last, so a set-up that failed can be repeated.
pub fn create(folder: &Folder, config: &Config) -> Result<(), CreateError> {
    folder.write(Folder::SECRETS, &Secrets::make()?.to_text()?)?;
    folder.write(Folder::TLS_KEY, &Certificate::make_key()?)?;
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
    /// The certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
}
