//! The configuration: the file `server.toml` < the environment (`COFFER_…`) < flags.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};
use vault_wire::message::Origin;
use vault_wire::parse_hex;
use zeroize::Zeroizing;

use super::{Folder, FolderError, Network, SecretText};
use crate::store::SqlCipherKey;

/// Begins the names of environment variables: `COFFER_LISTEN` is `listen`.
const PREFIX: &str = "COFFER_";

/// Members whose values may look like numbers.
const TEXTS: [&str; 3] = ["database", "s3_access_key", "s3_secret_key"];

/// The configuration of a server. Secret members are of a type that prints nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The server's identity, which never changes.
    pub issuer: Origin,
    /// The addresses under which clients reach it.
    pub addresses: Vec<Origin>,
    /// Where it listens.
    pub listen: SocketAddr,
    /// A certificate with its chain, in PEM; relative to the folder. Without it, it is self-signed.
    pub certificate: Option<PathBuf>,
    /// The key of that certificate, in PEM.
    pub certificate_key: Option<PathBuf>,
    /// The address of a database in PostgreSQL, which has a password in it. Without it, the database is a file of the folder.
    pub database: Option<SecretText>,
    /// A file with the certificates that vouch for the database's, in PEM; else those of the system count.
    pub database_ca: Option<PathBuf>,
    /// The most connections to that database.
    #[serde(default = "Config::database_connections")]
    pub database_connections: usize,
    /// How long recovery lasts that the server enters because that database changed its timeline. 0: it enters none.
    #[serde(default = "Config::failover_recovery_minutes")]
    pub failover_recovery_minutes: u32,
    /// A file with the key of an encrypted database, 64 hexadecimal digits.
    pub database_key: Option<PathBuf>,
    /// Where the documents are: `s3://bucket/prefix`. Without it, they are files of the folder.
    pub blobs: Option<String>,
    /// The address of the store with that bucket; without it, that of AWS in the region.
    pub s3_endpoint: Option<String>,
    /// The region of the bucket.
    #[serde(default = "Config::s3_region")]
    pub s3_region: String,
    /// The name of the access key.
    pub s3_access_key: Option<String>,
    /// The secret of the access key.
    pub s3_secret_key: Option<SecretText>,
    /// A file with the certificates that vouch for the store's, in PEM; else those of the system count.
    pub s3_ca: Option<PathBuf>,
    /// Proxies whose header `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
    /// Connections at the same time. More wait.
    #[serde(default = "Config::connections")]
    pub connections: usize,
    /// Sign-in requests that an address (of IPv6: its first 64 bits) may send in a minute.
    #[serde(default = "Config::sign_in_per_minute")]
    pub sign_in_per_minute: u32,
    /// Time for a TLS handshake.
    #[serde(default = "Config::ten_seconds")]
    pub handshake_timeout_ms: u64,
    /// Time for the head of a request, from the end of the one before.
    #[serde(default = "Config::a_minute")]
    pub header_timeout_ms: u64,
    /// Time for the body of a request.
    #[serde(default = "Config::a_minute")]
    pub body_timeout_ms: u64,
    /// A connection on which nothing moves for so long is closed.
    #[serde(default = "Config::two_minutes")]
    pub idle_timeout_ms: u64,
    /// How long requests may take to end when the server stops.
    #[serde(default = "Config::ten_seconds")]
    pub drain_timeout_ms: u64,
}

impl Config {
    const fn connections() -> usize {
        12_000
    }

    const fn sign_in_per_minute() -> u32 {
        60
    }

    const fn database_connections() -> usize {
        16
    }

    fn s3_region() -> String {
        "us-east-1".to_owned()
    }

    const fn failover_recovery_minutes() -> u32 {
        60
    }

    const fn ten_seconds() -> u64 {
        10_000
    }

    const fn a_minute() -> u64 {
        60_000
    }

    const fn two_minutes() -> u64 {
        120_000
    }

    /// A configuration with these members and else the defaults.
    #[must_use]
    pub fn new(issuer: Origin, addresses: Vec<Origin>, listen: SocketAddr) -> Self {
        Self {
            issuer,
            addresses,
            listen,
            certificate: None,
            certificate_key: None,
            database: None,
            database_ca: None,
            database_connections: Self::database_connections(),
            failover_recovery_minutes: Self::failover_recovery_minutes(),
            database_key: None,
            blobs: None,
            s3_endpoint: None,
            s3_region: Self::s3_region(),
            s3_access_key: None,
            s3_secret_key: None,
            s3_ca: None,
            trusted_proxies: Vec::new(),
            connections: Self::connections(),
            sign_in_per_minute: Self::sign_in_per_minute(),
            handshake_timeout_ms: Self::ten_seconds(),
            header_timeout_ms: Self::a_minute(),
            body_timeout_ms: Self::a_minute(),
            idle_timeout_ms: Self::two_minutes(),
            drain_timeout_ms: Self::ten_seconds(),
        }
    }

    /// Reads the text of a file, with what overrides it.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn parse(text: &str, overrides: &Overrides) -> Result<Self, ConfigError> {
        let mut table: Table = toml::from_str(text).map_err(|error| {
            // Without the line itself, which may have a secret in it.
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            ConfigError(format!("{}, line {line}: {}", Folder::CONFIG, error.message()))
        })?;
        table.extend(overrides.0.clone());
        let config: Self =
            table.try_into().map_err(|error: toml::de::Error| ConfigError(error.message().to_owned()))?;
        config.check()?;
        Ok(config)
    }

    /// The text of a file.
    ///
    /// # Errors
    /// If a value cannot be written in TOML.
    pub fn to_text(&self) -> Result<String, ConfigError> {
        toml::to_string(self).map_err(|error| ConfigError(error.to_string()))
    }

    /// Reads the key of the database, if it has one.
    ///
    /// # Errors
    /// If the file cannot be read or has another form.
    pub fn database_key(&self, folder: &Folder) -> Result<Option<SqlCipherKey>, DatabaseKeyError> {
        let Some(name) = &self.database_key else { return Ok(None) };
        let key = parse_hex(folder.read(name)?.trim()).map_err(|_| DatabaseKeyError::Malformed)?;
        Ok(Some(SqlCipherKey::new(Zeroizing::new(key))))
    }

    fn check(&self) -> Result<(), ConfigError> {
        let refuse = |text: &str| Err(ConfigError(text.to_owned()));
        if self.addresses.is_empty() {
            return refuse("addresses: at least one is needed");
        }
        if self.certificate.is_some() != self.certificate_key.is_some() {
            return refuse("certificate and certificate_key: both or none");
        }
        if self.database.is_some() && self.database_key.is_some() {
            return refuse("database_key: a database in PostgreSQL is not encrypted by this server");
        }
        if self.blobs.is_some() && (self.s3_access_key.is_none() || self.s3_secret_key.is_none()) {
            return refuse("blobs: s3_access_key and s3_secret_key are needed");
        }
        let times =
            [self.handshake_timeout_ms, self.header_timeout_ms, self.body_timeout_ms, self.idle_timeout_ms];
        if times.contains(&0)
            || self.connections == 0
            || self.database_connections < 2
            || self.sign_in_per_minute == 0
        {
            return refuse("a time or number is 0, or database_connections below 2");
        }
        Ok(())
    }
}

/// The configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("configuration: {0}")]
pub struct ConfigError(String);

/// The database's key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseKeyError {
    /// The file cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// It is not 64 hexadecimal digits.
    #[error("the key of the database is not 64 hexadecimal digits in lower case")]
    Malformed,
}

/// Values that count instead of those of the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides(Table);

impl Overrides {
    /// Takes the variables with names that begin with `COFFER_`.
    ///
    /// # Errors
    /// If a value is not UTF-8.
    pub fn from_environment(
        variables: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
    ) -> Result<Self, ConfigError> {
        let mut overrides = Self::default();
        for (name, value) in variables {
            let Some(key) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { continue };
            let key = key.to_ascii_lowercase();
            // Names the folder with the file, so it cannot be in the file.
            if key == "data" {
                continue;
            }
            let value =
                value.into_string().map_err(|_| ConfigError(format!("{PREFIX}{key} is not UTF-8")))?;
            overrides.set(&key, &value);
        }
        Ok(overrides)
    }

    /// Sets a member, as text: a list as in TOML, a number, or a text. What is secret, or names a key, is a text.
    pub fn set(&mut self, key: &str, text: &str) {
        let number = text.parse().map(Value::Integer).ok().filter(|_| !TEXTS.contains(&key));
        let list = || toml::from_str::<Table>(&["value = ", text].concat()).ok()?.remove("value");
        let value = number.or_else(|| if text.starts_with('[') { list() } else { None });
        self.0.insert(key.to_owned(), value.unwrap_or_else(|| Value::String(text.to_owned())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "issuer = 'https://a'\naddresses = ['https://b:1']\nlisten = '127.0.0.1:1'\n";

    fn environment(variables: &[(&str, &str)]) -> Overrides {
        let pairs = variables.iter().map(|(name, value)| (name.into(), value.into()));
        Overrides::from_environment(pairs).unwrap()
    }

    #[test]
    fn flags_override_the_environment_and_that_the_file() {
        let mut overrides = environment(&[
            ("COFFER_LISTEN", "127.0.0.1:2"),
            ("COFFER_CONNECTIONS", "5"),
            ("COFFER_TRUSTED_PROXIES", "['10.0.0.0/8']"),
            ("COFFER_DATA", "/x"),
            ("HOME", "/y"),
        ]);
        let config = Config::parse(FILE, &overrides).unwrap();
        assert_eq!((config.listen.port(), config.connections, config.trusted_proxies.len()), (2, 5, 1));
        overrides.set("listen", "127.0.0.1:3");
        assert_eq!(Config::parse(FILE, &overrides).unwrap().listen.port(), 3);
        assert_eq!(Config::parse(FILE, &Overrides::default()).unwrap().listen.port(), 1);
    }

    #[test]
    fn unknown_keys_are_refused_in_the_file_and_in_the_environment() {
        let file = [FILE, "lisen = 1"].concat();
        assert!(Config::parse(&file, &Overrides::default()).unwrap_err().to_string().contains("lisen"));
        assert!(Config::parse(FILE, &environment(&[("COFFER_ISUER", "x")])).is_err());
    }

    #[test]
    fn a_configuration_is_read_as_it_was_written() {
        let config = Config::parse(FILE, &Overrides::default()).unwrap();
        assert_eq!(Config::parse(&config.to_text().unwrap(), &Overrides::default()).unwrap(), config);
    }

    #[test]
    fn the_address_of_the_database_is_not_printed() {
        let text = [FILE, "database = 'postgres://a:canary@db.test/x'"].concat();
        let config = Config::parse(&text, &Overrides::default()).unwrap();
        assert!(config.to_text().unwrap().contains("database = \"(hidden)\""));
        assert!(!format!("{config:?}").contains("canary"));
        // An error does not quote the line.
        let unquoted = [FILE, "database = postgres://a:canary@db.test/x"].concat();
        let error = Config::parse(&unquoted, &Overrides::default()).unwrap_err().to_string();
        assert!(error.contains("line 4") && !error.contains("canary"), "{error}");
        let digits = environment(&[("COFFER_DATABASE", "1234567")]);
        assert_eq!(Config::parse(FILE, &digits).unwrap().database, Some(SecretText::new("1234567")));
        let file = Config::parse(FILE, &environment(&[("COFFER_DATABASE", "file:database.url")])).unwrap();
        assert!(file.to_text().unwrap().contains("file:database.url"));
        assert!(Config::parse(&[&text, "\ndatabase_key = 'k'"].concat(), &Overrides::default()).is_err());
    }

    #[test]
    fn values_that_cannot_work_are_refused() {
        for line in
            ["connections = 0", "idle_timeout_ms = 0", "certificate = 'x.pem'", "sign_in_per_minute = 0"]
        {
            assert!(Config::parse(&[FILE, line].concat(), &Overrides::default()).is_err(), "{line}");
        }
        assert!(Config::parse(&[FILE, "blobs = 's3://bucket'"].concat(), &Overrides::default()).is_err());
        assert!(Config::parse(&FILE.replace("'https://b:1'", ""), &Overrides::default()).is_err());
        assert!(
            Config::parse(&FILE.replace("https://b:1", "https://b/path"), &Overrides::default()).is_err()
        );
    }
}
