//! The way to other nodes that a configuration names.

use std::time::Duration;

use super::{Config, Folder, FolderError};
use crate::hints::{Alone, Hints, Hub, Linked, Nats, NatsError, Notify, Polling};
use crate::store::{DatabaseUrl, UrlError};

/// How often a node looks by itself that has a connection to others but not this moment, unless the configuration says.
const POLL: u64 = 1000;

/// The way to other nodes cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NodesError {
    /// A file with a secret cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The address of the database has another form.
    #[error("configuration: listen_database: {0}")]
    Url(#[from] UrlError),
    /// The address of NATS cannot be used.
    #[error("configuration: nats: {0}")]
    Nats(#[from] NatsError),
    /// The system has no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
}

impl Config {
    /// The hints of a node, to its own streams and to other nodes.
    ///
    /// # Errors
    /// See [`NodesError`].
    pub fn open_hints(&self, folder: &Folder) -> Result<Hints, NodesError> {
        let hub = Hub::new(self.streams);
        let every = Duration::from_millis(if self.poll_nodes_ms == 0 { POLL } else { self.poll_nodes_ms });
        if let Some(url) = &self.listen_database {
            let url = DatabaseUrl::parse(&url.read(folder)?)?;
            let ca = self.database_ca.as_ref().map(|name| folder.path(name));
            return Ok(Hints::new(hub, Linked::new(Notify { url, ca }, every)?));
        }
        if let Some(url) = &self.nats {
            let ca = self.nats_ca.as_ref().map(|name| folder.path(name));
            let nats = Nats::new(&url.read(folder)?, ca.as_deref(), self.issuer.as_str())?;
            return Ok(Hints::new(hub, Linked::new(nats, every)?));
        }
        Ok(match self.poll_nodes_ms {
            0 => Hints::new(hub, Alone),
            _ => Hints::new(hub, Polling::new(every)),
        })
    }
}
