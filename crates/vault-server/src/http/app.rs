//! What all requests share.

use std::sync::{Arc, Mutex, PoisonError};

use vault_login::ServerSetup;
use vault_wire::message::Origin;

use super::limits::LIMITS;
use crate::account::decoy::Decoy;
use crate::account::refresh::Successor;
use crate::auth::{Limiter, Nonces, Replays, Sealer, Tokens};
use crate::clock::Clock;
use crate::events::Events;
use crate::hints::Hints;
use crate::log::Logs;
use crate::mail::{Mail, Mailer, Orders};
use crate::metrics::{Metrics, Now};
use crate::setup::{
    Certificate, CertificateError, Config, ConfigError, Folder, FolderError, KeyEncryptionKey,
    MailConfigError, NodesError, Passing, Purpose, Replaced, SecretFileError, SecretFiles, Secrets,
    SecretsError, Source, SourceError, StoresError,
};
use crate::store::{Store, block_on};
use crate::swap::Swap;
use crate::upkeep::{Lease, Upkeep};

/// Mails with codes to one login, and by requests from one address, in a day; half of them at once.
const MAILS_TO_A_LOGIN: u32 = 6;
const MAILS_BY_AN_ADDRESS: u32 = 60;

/// The parts of a running server. A clone is another handle to them.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts.
pub struct Parts {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// The logs of vaults in it.
    pub logs: Logs,
    /// OPAQUE's keys.
    pub opaque: ServerSetup,
    /// Access tokens.
    pub tokens: Swap<Tokens>,
    /// Nonces of proofs.
    pub nonces: Swap<Nonces>,
    /// Proofs that were seen.
    pub replays: Replays,
    /// Seals states of a sign-in.
    pub states: Swap<Sealer>,
    /// Seals secrets of second factors.
    pub factors: Sealer,
    /// Derives successors of refresh tokens.
    pub successor: Successor,
    /// Answers for names that do not exist.
    pub decoy: Decoy,
    /// Hints of changes, and the streams that get them.
    pub hints: Hints,
    /// Counters for the operator.
    pub metrics: Arc<Metrics>,
    /// The way to a collector of traces, if there is one.
    #[cfg(feature = "otel")]
    pub spans: Option<crate::telemetry::Spans>,
    /// Where mails are ordered.
    pub mail: Mail,
    /// The limits of mailed codes by login and by address.
    pub mails_by_login: Limiter,
    /// The same by address.
    pub mails_by_address: Limiter,
    mailer: Mutex<Option<(Mailer, Orders)>>,
    /// The limit of sign-in requests by address.
    pub sign_ins: Limiter,
    /// The time.
    pub clock: Clock,
    /// The folder. One change of its secrets at a time.
    folder: Mutex<Folder>,
}

/// A server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Its secrets cannot be used.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// Its certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Its database or the store of its documents cannot be used.
    #[error(transparent)]
    Stores(#[from] StoresError),
    /// The way to other nodes cannot be used.
    #[error(transparent)]
    Nodes(#[from] NodesError),
    /// Its mail server cannot be used.
    #[error(transparent)]
    Mail(#[from] MailConfigError),
    /// A secret that the configuration names cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Traces cannot be sent.
    #[cfg(feature = "otel")]
    #[error(transparent)]
    Spans(#[from] crate::telemetry::SpansError),
    /// A file with secrets cannot be used.
    #[error(transparent)]
    Files(#[from] SecretFileError),
    /// It cannot listen.
    #[error("cannot listen: {0}")]
    Listen(std::io::Error),
}

impl App {
    /// Opens the database and the secrets of a folder.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn open(folder: &Folder, config: Config, clock: Clock) -> Result<Self, StartError> {
        if config.database.is_none() {
            folder.refuse_network()?;
        }
        let secrets = Secrets::parse(&config.secret_files(folder)?.read(Folder::SECRETS)?)?;
        let store = config.open_store(folder)?;
        let hints = config.open_hints(folder)?;
        let logs = Logs::new(store.clone(), config.open_chunks(folder)?, LIMITS)
            .announcing(hints.clone())
            .with_failover_recovery(u64::from(config.failover_recovery_minutes) * 60_000);
        block_on(logs.follow_timeline(clock.now())).map_err(StoresError::Store)?;
        let metrics = Arc::new(Metrics::default());
        let (mail, mailer) = match config.mail(folder)? {
            None => (Mail::off(), None),
            Some(sender) => {
                let (mail, orders) = Mail::new();
                let mailer = Mailer {
                    sender,
                    language: config.mail_language,
                    issuer: config.issuer.clone(),
                    store: store.clone(),
                    metrics: metrics.clone(),
                    clock: clock.clone(),
                };
                (mail, Some((mailer, orders)))
            }
        };
        #[cfg(feature = "otel")]
        let spans = config.spans(folder)?;
        Ok(Self(Arc::new(Parts {
            metrics,
            #[cfg(feature = "otel")]
            spans,
            mail,
            mailer: Mutex::new(mailer),
            mails_by_login: Limiter::per_day(MAILS_TO_A_LOGIN),
            mails_by_address: Limiter::per_day(MAILS_BY_AN_ADDRESS),
            tokens: Swap::new(Tokens::new(&config.issuer, &secrets)?),
            nonces: Swap::new(Nonces::new(&secrets.passing(Passing::Nonce))),
            replays: Replays::default(),
            decoy: Decoy::new(&secrets.derive(Purpose::Decoy)),
            successor: Successor::new(&secrets.derive(Purpose::Refresh)),
            states: Swap::new(Sealer::new(&secrets.passing(Passing::State))?),
            factors: Sealer::new(&[secrets.derive(Purpose::Factor)])?,
            sign_ins: Limiter::per_minute(config.sign_in_per_minute),
            logs,
            hints,
            config,
            store,
            opaque: secrets.into_opaque(),
            clock,
            folder: Mutex::new(folder.clone()),
        })))
    }

    /// Does what no request waits for, until it is dropped.
    pub async fn work(self) {
        let Parts { hints, store, logs, clock, .. } = &*self;
        let events =
            Events { hints: hints.clone(), store: store.clone(), logs: logs.clone(), clock: clock.clone() };
        let mailer = self.mailer.lock().unwrap_or_else(PoisonError::into_inner).take();
        match mailer {
            None => events.run().await,
            Some((mailer, orders)) => drop(tokio::join!(events.run(), mailer.run(orders))),
        }
    }

    /// The metrics, as Prometheus reads them.
    #[must_use]
    pub fn metrics_text(&self) -> String {
        self.metrics.text(Now { streams: self.hints.hub().count(), store_queue: self.store.queue() })
    }

    /// The upkeep of the database, for this node.
    ///
    /// # Errors
    /// [`SecretsError::Randomness`].
    pub fn upkeep(&self) -> Result<Upkeep, SecretsError> {
        let Parts { store, logs, clock, .. } = &**self;
        let lease = Lease::new("upkeep")?;
        Ok(Upkeep { store: store.clone(), logs: logs.clone(), clock: clock.clone(), lease })
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Origin {
        &self.config.issuer
    }

    /// Puts new keys of tokens, nonces and states in place of those in use: in the file first, then for the next request.
    ///
    /// # Errors
    /// If the file cannot be read or written; then nothing changes.
    pub fn rotate_keys(&self, replaced: Replaced) -> Result<(), StartError> {
        self.with_files(|files| {
            let mut secrets = Secrets::parse(&files.read(Folder::SECRETS)?)?;
            secrets.rotate(replaced)?;
            let states = Sealer::new(&secrets.passing(Passing::State))?;
            let tokens = Tokens::new(&self.config.issuer, &secrets)?;
            files.write(Folder::SECRETS, &secrets.to_text()?)?;
            self.nonces.set(Nonces::new(&secrets.passing(Passing::Nonce)));
            self.states.set(states);
            self.tokens.set(tokens);
            Ok(())
        })
    }

    /// Seals the files with secrets again, under the present key-encryption key and the next one, if there is one.
    ///
    /// # Errors
    /// If a file or a key cannot be read, or a file not written. What was sealed opens with the present key in any case.
    pub fn seal_secrets(&self, next: Option<&Source>) -> Result<(), StartError> {
        self.with_files(|files| {
            let folder = files.folder();
            let next: Option<KeyEncryptionKey> = next.map(|source| source.read_key(folder)).transpose()?;
            let acme = folder.path(Folder::ACME).exists().then_some(Folder::ACME);
            for name in [Folder::SECRETS, Folder::TLS_KEY].into_iter().chain(acme) {
                match &next {
                    Some(next) => files.seal_for_next(name, next)?,
                    None => files.write(name, &files.read(name)?)?,
                }
            }
            Ok(())
        })
    }

    fn with_files<T>(
        &self,
        work: impl FnOnce(&SecretFiles) -> Result<T, StartError>,
    ) -> Result<T, StartError> {
        let folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        work(&self.config.secret_files(&folder)?)
    }

    /// The certificate of a folder.
    ///
    /// # Errors
    /// See [`CertificateError`].
    pub fn certificate(&self, folder: &Folder) -> Result<Certificate, CertificateError> {
        Certificate::load(folder, &self.config)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
