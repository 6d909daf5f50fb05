//! The ways over which nodes send each other messages.

use std::future::Future;

use crate::store::StoreError;

/// A way over which each node hears the messages of all, its own, too.
pub trait Link: Send + Sync + 'static {
    /// Its side that sends.
    type Sender: Sender;
    /// Its side that receives.
    type Receiver: Receiver;

    /// Makes a connection.
    fn connect(&self) -> impl Future<Output = Result<(Self::Sender, Self::Receiver), LinkError>> + Send;
}

/// The side of a connection that sends.
pub trait Sender: Send + Sync {
    /// Sends a message. The other side must be waited for at the same time.
    fn send(&self, message: String) -> impl Future<Output = Result<(), LinkError>> + Send;
}

/// The side of a connection that receives.
pub trait Receiver: Send {
    /// Waits for the next message, from anybody who can use the link. What is not waited for to the end loses nothing.
    fn next(&mut self) -> impl Future<Output = Result<Vec<u8>, LinkError>> + Send;
}

/// There is no connection to other nodes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The database does not give one, or it was cut.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be made, or the other side does not accept who the server is.
    #[error("not accepted")]
    Refused,
    /// It was cut.
    #[error("cut")]
    Cut,
    /// No answer in time.
    #[error("no answer in time")]
    Silent,
    /// Messages are taken and not delivered.
    #[error("messages do not arrive; is the address that of a pooler?")]
    Unheard,
}
