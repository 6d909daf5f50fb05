//! The configuration: the file `server.toml` < the environment (`COFFER_…`) < flags.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};
use vault_wire::message::{Origin, SignUp};

use super::{Folder, FolderError, Network, SecretFiles, SecretText, Source, SourceError};
use crate::mail::{Language, MailError, Sender};
use crate::store::SqlCipherKey;

/// Begins the names of environment variables: `COFFER_LISTEN` is `listen`.
const PREFIX: &str = "COFFER_";

/// Members that are a secret, or name its place.
const SECRETS: [&str; 7] = [
    "certificate_key",
    "database",
    "database_key",
    "key_encryption_key",
    "listen_database",
    "nats",
    "s3_secret_key",
];

/// Other members whose values may look like numbers.
const TEXTS: [&str; 1] = ["s3_access_key"];

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
    pub certificate_key: Option<Source>,
    /// The directory of an authority that issues a certificate by ACME; else there is none.
    pub acme_directory: Option<String>,
    /// A mail address that the authority may write to.
    pub acme_contact: Option<String>,
    /// A file with the certificate that vouches for the authority's own, in PEM; else those of the system count.
    pub acme_ca: Option<PathBuf>,
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
    /// The key of an encrypted database, 64 hexadecimal digits.
    pub database_key: Option<Source>,
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
    /// The key under which the server's own secrets are sealed, 64 hexadecimal digits. Without it they are plain.
    pub key_encryption_key: Option<Source>,
    /// Where it listens without TLS, only to send browsers and clients to HTTPS.
    pub redirect_listen: Option<SocketAddr>,
    /// Whether the log names the network address of a sign-in that was refused.
    #[serde(default)]
    pub log_refused_addresses: bool,
    /// Proxies whose header `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
    /// Connections at the same time. More wait.
    #[serde(default = "Config::connections")]
    pub connections: usize,
    /// Streams of events at the same time. More are refused.
    #[serde(default = "Config::streams")]
    pub streams: usize,
    /// How often to look for changes by other nodes that use the same database; 0 if there are none.
    #[serde(default)]
    pub poll_nodes_ms: u64,
    /// The address of that database without a pooler: over a connection there nodes tell each other what changed.
    pub listen_database: Option<SecretText>,
    /// The addresses of NATS servers, over which nodes tell each other the same; with user and password, or a token.
    pub nats: Option<SecretText>,
    /// A file with the certificates that vouch for those servers, in PEM; else those of the system count.
    pub nats_ca: Option<PathBuf>,
    /// Whether a code for a new account comes from the operator, or is mailed to anybody.
    #[serde(default = "Config::sign_up")]
    pub sign_up: SignUp,
    /// A file with the address of the mail server, which may have a password; relative to the folder.
    pub mail_server: Option<PathBuf>,
    /// Who mails are from.
    pub mail_from: Option<String>,
    /// The language of mails.
    #[serde(default)]
    pub mail_language: Language,
    /// Where Prometheus reads metrics, in plain HTTP. Not in public.
    pub metrics_listen: Option<SocketAddr>,
    /// Where a collector takes traces, by OTLP over HTTP.
    pub otel_endpoint: Option<String>,
    /// A file with the certificates that vouch for the collector's, in PEM; else those of the system count.
    pub otel_ca: Option<PathBuf>,
    /// For how many days at most network addresses in the audit can be found again; 0: there are none in it.
    #[serde(default = "Config::audit_address_days")]
    pub audit_address_days: u32,
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

    const fn streams() -> usize {
        10_000
    }

    const fn sign_up() -> SignUp {
        SignUp::Code
    }

    const fn audit_address_days() -> u32 {
        90
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
            acme_directory: None,
            acme_contact: None,
            acme_ca: None,
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
            key_encryption_key: None,
            redirect_listen: None,
            log_refused_addresses: false,
            trusted_proxies: Vec::new(),
            connections: Self::connections(),
            streams: Self::streams(),
            poll_nodes_ms: 0,
            listen_database: None,
            nats: None,
            nats_ca: None,
            sign_up: Self::sign_up(),
            mail_server: None,
            mail_from: None,
            mail_language: Language::En,
            metrics_listen: None,
            otel_endpoint: None,
            otel_ca: None,
            audit_address_days: Self::audit_address_days(),
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
    /// If it cannot be read or has another form.
    pub fn database_key(&self, folder: &Folder) -> Result<Option<SqlCipherKey>, SourceError> {
        let key = self.database_key.as_ref().map(|source| source.read_key(folder)).transpose()?;
        Ok(key.map(SqlCipherKey::new))
    }

    /// The files with the server's secrets. Reads the key-encryption key.
    ///
    /// # Errors
    /// If it cannot be read or has another form.
    pub fn secret_files(&self, folder: &Folder) -> Result<SecretFiles, SourceError> {
        let key = self.key_encryption_key.as_ref().map(|source| source.read_key(folder)).transpose()?;
        Ok(SecretFiles::new(folder.clone(), key))
    }

    /// The names among the addresses, each once. Authorities do not vouch for numbers.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let hosts = self.addresses.iter().map(Origin::host).filter(|host| host.parse::<IpAddr>().is_err());
        hosts.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The mail server, if there is one.
    ///
    /// # Errors
    /// If the file cannot be read, or an address has another form.
    pub fn mail(&self, folder: &Folder) -> Result<Option<Sender>, MailConfigError> {
        let (Some(name), Some(from)) = (&self.mail_server, &self.mail_from) else { return Ok(None) };
        Ok(Some(Sender::new(&folder.read(name)?, from)?))
    }

    fn check(&self) -> Result<(), ConfigError> {
        let refuse = |text: &str| Err(ConfigError(text.to_owned()));
        if self.addresses.is_empty() {
            return refuse("addresses: at least one is needed");
        }
        if self.certificate.is_some() != self.certificate_key.is_some() {
            return refuse("certificate and certificate_key: both or none");
        }
        let unfit = |directory: &String| {
            self.certificate.is_some() || self.names().is_empty() || !directory.starts_with("https://")
        };
        if self.acme_directory.as_ref().is_some_and(unfit) {
            return refuse(
                "acme_directory: https://, with a name among the addresses, and without certificate",
            );
        }
        if self.mail_server.is_some() != self.mail_from.is_some() {
            return refuse("mail_server and mail_from: both or none");
        }
        if self.sign_up == SignUp::Open && self.mail_server.is_none() {
            return refuse("sign_up: open needs mail_server");
        }
        if (1..30).contains(&self.audit_address_days) {
            return refuse("audit_address_days: 0, or at least 30");
        }
        if self.database.is_some() && self.database_key.is_some() {
            return refuse("database_key: a database in PostgreSQL is not encrypted by this server");
        }
        if self.listen_database.is_some() && self.database.is_none() {
            return refuse("listen_database: only nodes with a database in PostgreSQL listen to each other");
        }
        if self.listen_database.is_some() && self.nats.is_some() {
            return refuse("listen_database and nats: one of them");
        }
        if self.blobs.is_some() && (self.s3_access_key.is_none() || self.s3_secret_key.is_none()) {
            return refuse("blobs: s3_access_key and s3_secret_key are needed");
        }
        if self.otel_endpoint.is_some() && !cfg!(feature = "otel") {
            return refuse("otel_endpoint: this program is built without the feature otel");
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

/// The mail server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailConfigError {
    /// The file cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// An address in it cannot be used.
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// Values that count instead of those of the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides(Table);

impl Overrides {
    /// Takes the variables with names that begin with `COFFER_`. That of a secret may end with `_FILE` and name a file.
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
            match key.strip_suffix("_file").filter(|key| SECRETS.contains(key)) {
                Some(key) => overrides.set(key, &["file:", &value].concat()),
                None => overrides.set(&key, &value),
            }
        }
        Ok(overrides)
    }

    /// Sets a member, as text: a list as in TOML, a number, or a text. What is secret, or names a key, is a text.
    pub fn set(&mut self, key: &str, text: &str) {
        let text_only = SECRETS.contains(&key) || TEXTS.contains(&key);
        let value = text.parse().map(Value::Integer).or_else(|_| text.parse().map(Value::Boolean));
        let number = value.ok().filter(|_| !text_only);
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
    fn the_place_of_a_secret_may_be_given_as_a_file() {
        let config = Config::parse(FILE, &environment(&[("COFFER_KEY_ENCRYPTION_KEY_FILE", "/k")])).unwrap();
        assert_eq!(config.key_encryption_key, Some(Source::File("/k".into())));
        let config = Config::parse(FILE, &environment(&[("COFFER_DATABASE_KEY", "credential:db")])).unwrap();
        assert_eq!(config.database_key, Some(Source::Credential("db".into())));
        assert!(Config::parse(FILE, &environment(&[("COFFER_LISTEN_FILE", "/k")])).is_err());
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
        for line in [
            "connections = 0",
            "idle_timeout_ms = 0",
            "certificate = 'x.pem'",
            "sign_in_per_minute = 0",
            "sign_up = 'open'",
            "mail_from = 'a@b'",
            "audit_address_days = 29",
            #[cfg(not(feature = "otel"))]
            "otel_endpoint = 'http://127.0.0.1:4318/v1/traces'",
        ] {
            assert!(Config::parse(&[FILE, line].concat(), &Overrides::default()).is_err(), "{line}");
        }
        assert!(Config::parse(&[FILE, "blobs = 's3://bucket'"].concat(), &Overrides::default()).is_err());
        assert!(Config::parse(&FILE.replace("'https://b:1'", ""), &Overrides::default()).is_err());
        assert!(
            Config::parse(&FILE.replace("https://b:1", "https://b/path"), &Overrides::default()).is_err()
        );
    }
}
