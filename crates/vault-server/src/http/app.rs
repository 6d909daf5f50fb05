//! What all requests share.

use std::sync::Arc;

use vault_wire::message::Origin;

use super::limits::LIMITS;
use crate::account::decoy::Decoy;
use crate::account::refresh::Successor;
use crate::auth::{Limiter, Nonces, Replays, Sealer, Tokens};
use crate::clock::Clock;
use crate::log::Logs;
use crate::setup::{
    Certificate, CertificateError, Config, ConfigError, Folder, FolderError, Purpose, Secrets, SecretsError,
    StoresError,
};
use crate::store::{Store, block_on};

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
    /// The secrets.
    pub secrets: Secrets,
    /// Access tokens.
    pub tokens: Tokens,
    /// Nonces of proofs.
    pub nonces: Nonces,
    /// Proofs that were seen.
    pub replays: Replays,
    /// Seals states of a sign-in.
    pub states: Sealer,
    /// Seals secrets of second factors.
    pub factors: Sealer,
    /// Derives successors of refresh tokens.
    pub successor: Successor,
    /// Answers for names that do not exist.
    pub decoy: Decoy,
    /// The limit of sign-in requests by address.
    pub sign_ins: Limiter,
    /// The time.
    pub clock: Clock,
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
        let secrets = Secrets::parse(&folder.read(Folder::SECRETS)?)?;
        let store = config.open_store(folder)?;
        let logs = Logs::new(store.clone(), config.open_chunks(folder)?, LIMITS)
            .with_failover_recovery(u64::from(config.failover_recovery_minutes) * 60_000);
        block_on(logs.follow_timeline(clock.now())).map_err(StoresError::Store)?;
        Ok(Self(Arc::new(Parts {
            tokens: Tokens::new(&config.issuer, &secrets)?,
            nonces: Nonces::new(&secrets.derive(Purpose::Nonce)),
            replays: Replays::default(),
            decoy: Decoy::new(&secrets.derive(Purpose::Decoy)),
            successor: Successor::new(&secrets.derive(Purpose::Refresh)),
            states: Sealer::new(&secrets.derive(Purpose::State))?,
            factors: Sealer::new(&secrets.derive(Purpose::Factor))?,
            sign_ins: Limiter::per_minute(config.sign_in_per_minute),
            logs,
            config,
            store,
            secrets,
            clock,
        })))
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Origin {
        &self.config.issuer
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
