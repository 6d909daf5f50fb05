//! Short texts that programs with connections to the same database send each other: LISTEN and NOTIFY, over a connection of
//! its own. They are in no transaction of ours: one that notifies takes a lock of the whole database when it commits.

use std::future::poll_fn;
use std::path::Path;

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, Connection, Socket};

use super::connection::failure;
use super::hosts::Hosts;
use super::shared::WAIT;
use super::tls::{Stream, Tls};
use super::url::DatabaseUrl;
use crate::store::StoreError;

const CHANNEL: &str = "coffer_changes";
const RECEIVE: &str = "LISTEN coffer_changes";
const SEND: &str = "SELECT pg_notify('coffer_changes', $1)";

/// Sends texts. It needs [`NotifyReceiver::notified`] to be waited for at the same time.
pub struct NotifySender(Client);

/// Receives texts.
pub struct NotifyReceiver(Connection<Socket, Stream<Socket>>);

/// Connects to the database and listens.
///
/// # Errors
/// See [`StoreError`].
pub async fn connect_to_notify(
    url: &DatabaseUrl,
    ca: Option<&Path>,
) -> Result<(NotifySender, NotifyReceiver), StoreError> {
    let connected = Hosts::new(&url.config(WAIT), Tls::new(ca)?, WAIT).connect().await;
    let (client, connection) = connected.map_err(|error| failure(&error))?;
    let mut receiver = NotifyReceiver(connection);
    // Nobody relies on what arrives meanwhile.
    let receive = async { while receiver.notified().await.is_ok() {} };
    tokio::select! {
        listens = client.batch_execute(RECEIVE) => listens.map_err(|error| failure(&error))?,
        () = receive => return Err(StoreError::Unavailable),
    }
    Ok((NotifySender(client), receiver))
}

impl NotifySender {
    /// Sends a text of less than 8,000 bytes.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn notify(&self, text: String) -> Result<(), StoreError> {
        let text: (&(dyn ToSql + Sync), Type) = (&text, Type::TEXT);
        self.0.query_typed(SEND, &[text]).await.map(drop).map_err(|error| failure(&error))
    }
}

impl NotifyReceiver {
    /// Waits for the next text.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] at the end of the connection.
    pub async fn notified(&mut self) -> Result<String, StoreError> {
        loop {
            match poll_fn(|context| self.0.poll_message(context)).await {
                Some(Ok(AsyncMessage::Notification(text))) if text.channel() == CHANNEL => {
                    return Ok(text.payload().to_owned());
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(failure(&error)),
                None => return Err(StoreError::Unavailable),
            }
        }
    }
}
