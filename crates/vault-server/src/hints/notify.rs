//! Messages over PostgreSQL's NOTIFY.

use std::path::PathBuf;

use super::link::{Link, LinkError, Receiver, Sender};
use crate::store::{DatabaseUrl, NotifyReceiver, NotifySender, connect_to_notify};

/// Messages over a connection of its own to the database. A pooler between gives it to others after each transaction, so
/// there must be none.
pub struct Notify {
    /// Where the database is, and as whom the server signs in there.
    pub url: DatabaseUrl,
    /// A file with the certificates that vouch for the database's; else those of the system count.
    pub ca: Option<PathBuf>,
}

impl Link for Notify {
    type Sender = NotifySender;
    type Receiver = NotifyReceiver;

    async fn connect(&self) -> Result<(NotifySender, NotifyReceiver), LinkError> {
        Ok(connect_to_notify(&self.url, self.ca.as_deref()).await?)
    }
}

impl Sender for NotifySender {
    async fn send(&self, message: String) -> Result<(), LinkError> {
        Ok(self.notify(message).await?)
    }
}

impl Receiver for NotifyReceiver {
    async fn next(&mut self) -> Result<Vec<u8>, LinkError> {
        Ok(self.notified().await?.into_bytes())
    }
}
