//! The server's secrets in a backup.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::BackupError;
use super::manifest::SECRETS;
use crate::setup::{Folder, KeyEncryptionKey, SecretFiles, Source, open, seal};

/// What happens to the secrets.
#[derive(Clone, Debug)]
pub enum SecretsOption {
    /// They are sealed under the configured key-encryption key.
    Configured,
    /// They are sealed under this key.
    Key(Source),
    /// They are left out.
    LeftOut,
}

/// The files with secrets.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Secrets {
    secrets: String,
    tls_key: String,
}

impl Drop for Secrets {
    fn drop(&mut self) {
        self.secrets.zeroize();
        self.tls_key.zeroize();
    }
}

/// Seals the secrets of a server.
///
/// # Errors
/// If they cannot be read.
pub fn seal_secrets(files: &SecretFiles, key: &KeyEncryptionKey) -> Result<String, BackupError> {
    let read = |name| files.read(name).map(|text| text.as_str().to_owned());
    let secrets = Secrets { secrets: read(Folder::SECRETS)?, tls_key: read(Folder::TLS_KEY)? };
    let text = toml::to_string(&secrets).map(Zeroizing::new).map_err(|_| BackupError::Malformed(SECRETS))?;
    Ok(seal(&text, &[key])?)
}

/// Opens the secrets of a backup and writes them into the folder of a server.
///
/// # Errors
/// [`BackupError::OtherKey`], and if they cannot be written.
pub fn open_secrets(text: &str, key: &KeyEncryptionKey, files: &SecretFiles) -> Result<(), BackupError> {
    let text = open(text, key).ok_or(BackupError::OtherKey)?;
    let secrets: Secrets = toml::from_str(&text).map_err(|_| BackupError::Malformed(SECRETS))?;
    files.write(Folder::SECRETS, &secrets.secrets)?;
    Ok(files.write(Folder::TLS_KEY, &secrets.tls_key)?)
}
