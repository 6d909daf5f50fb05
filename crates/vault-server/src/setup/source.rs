//! Where a secret comes from that the configuration names and does not have in it.

use std::env;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use rustls::ClientConfig;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use vault_secrets::{Location, Surroundings, Unread, UriError};
use vault_wire::parse_hex;
use zeroize::Zeroizing;

use super::folder::{Folder, FolderError};
use crate::peer_tls;

/// The folder in which systemd puts the credentials of a unit.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Where container engines put secrets, which everybody in the container may read.
const CONTAINER: &str = "/run/secrets/";

/// The longest secret, in bytes.
const LONGEST: u64 = 16 * 1024;

/// A place of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, relative to the server's folder: `file:…`, or the path alone.
    File(PathBuf),
    /// An environment variable: `env:…`.
    Environment(String),
    /// A credential of the systemd unit: `credential:…`.
    Credential(String),
    /// A manager of secrets, which has a key: `vault:…` and the like.
    Manager(Location),
}

/// A secret cannot be read. The error quotes nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// There is no such variable.
    #[error("the environment variable {0} is not set, or not UTF-8")]
    Environment(String),
    /// There is no such credential.
    #[error("the credential {0} cannot be read: {1}")]
    Credential(String, io::Error),
    /// The secret is no key.
    #[error("the key in {0} is not 64 hexadecimal digits in lower case")]
    NoKey(Source),
    /// The manager gives no key.
    #[error("the key in {0} cannot be read: {1}")]
    Manager(Location, vault_secrets::Error),
    /// The secret is no key, and a manager gives nothing else.
    #[error("{0} is the place of a key, and here another secret is needed")]
    OnlyKeys(Location),
}

/// A text names no place of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSource {
    /// It begins otherwise.
    #[error("not file:, env: or credential: and a name, nor the URI of a secrets manager")]
    Kind,
    /// The name has another form.
    #[error("not a name of letters, digits, _, - and .")]
    Name,
    /// The URI of a manager has another form.
    #[error(transparent)]
    Uri(#[from] UriError),
}

impl Source {
    /// Reads the secret.
    ///
    /// # Errors
    /// See [`SourceError`].
    pub fn read(&self, folder: &Folder) -> Result<Zeroizing<String>, SourceError> {
        match self {
            Self::File(path) if path.starts_with(CONTAINER) => {
                Ok(read(path).map_err(|error| FolderError::Io(path.clone(), error))?)
            }
            Self::File(path) => Ok(folder.read(path)?),
            Self::Environment(name) => {
                env::var(name).map(Zeroizing::new).map_err(|_| SourceError::Environment(name.clone()))
            }
            Self::Credential(name) => {
                let of = |error| SourceError::Credential(name.clone(), error);
                let folder = env::var_os(CREDENTIALS).ok_or_else(|| of(io::ErrorKind::NotFound.into()))?;
                read(&PathBuf::from(folder).join(name)).map_err(of)
            }
            Self::Manager(location) => Err(SourceError::OnlyKeys(location.clone())),
        }
    }

    /// Reads a key of 32 bytes: 64 hexadecimal digits, or what a manager of secrets gives.
    ///
    /// # Errors
    /// See [`SourceError`].
    pub fn read_key(&self, folder: &Folder) -> Result<Zeroizing<[u8; 32]>, SourceError> {
        if let Self::Manager(location) = self {
            let key = location.read_key(&Here(folder));
            return key.map_err(|error| SourceError::Manager(location.clone(), error));
        }
        let text = self.read(folder)?;
        parse_hex(text.trim()).map(Zeroizing::new).map_err(|_| SourceError::NoKey(self.clone()))
    }
}

/// What a manager of secrets needs of this computer.
struct Here<'a>(&'a Folder);

impl Surroundings for Here<'_> {
    fn secret(&self, place: &str) -> Result<Zeroizing<String>, Unread> {
        let source: Source = place.parse().map_err(|error: NoSource| Unread(error.to_string()))?;
        source.read(self.0).map_err(|error| Unread(error.to_string()))
    }

    fn tls(&self, ca: Option<&str>) -> Result<ClientConfig, Unread> {
        let ca = ca.map(|name| self.0.path(name));
        peer_tls::client(ca.as_deref()).map_err(|error| Unread(error.to_string()))
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    if fs::metadata(path)?.len() > LONGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    fs::read_to_string(path).map(Zeroizing::new)
}

impl FromStr for Source {
    type Err = NoSource;

    fn from_str(text: &str) -> Result<Self, NoSource> {
        if Location::is_meant_by(text) {
            return Ok(Self::Manager(text.parse()?));
        }
        let name = |name: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
            let fits = !name.is_empty() && name.chars().all(plain) && !name.starts_with('.');
            if fits { Ok(name.to_owned()) } else { Err(NoSource::Name) }
        };
        match text.split_once(':') {
            Some(("env", rest)) => name(rest).map(Self::Environment),
            Some(("credential", rest)) => name(rest).map(Self::Credential),
            Some(("file", rest)) if !rest.is_empty() => Ok(Self::File(rest.into())),
            None if !text.is_empty() => Ok(Self::File(text.into())),
            _ => Err(NoSource::Kind),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::Credential(name) => write!(f, "credential:{name}"),
            Self::Manager(location) => write!(f, "{location}"),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_read_as_it_was_written_and_others_are_refused() {
        for text in
            ["file:/a/b", "file:a:b", "env:KEY", "credential:key.hex", "vault://h/s/data/a?token=env:T"]
        {
            assert_eq!(text.parse::<Source>().unwrap().to_string(), text);
        }
        assert_eq!("a/b".parse(), Ok(Source::File("a/b".into())));
        for text in ["", "file:", "env:", "credential:../x", "env:A B", "vault:x"] {
            assert!(text.parse::<Source>().is_err(), "{text}");
        }
    }
}
