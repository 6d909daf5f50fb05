//! Hints: what changed, for the streams of those who may know.
//!
//! A [`Change`] says only where to look; [`Hub`] has the open streams and what they wait for, in bounded
//! memory. [`Nodes`] is the way to other nodes, with or without a [`Link`] to them. Nothing here reads the database:
//! [`crate::events`] does.

mod announce;
mod change;
mod hub;
mod link;
mod linked;
mod mailbox;
mod message;
mod nats;
mod nodes;
mod notify;
mod outgoing;
mod stream;
#[cfg(test)]
mod tests;

pub use announce::Hints;
pub use change::Change;
pub use hub::{Hub, OpenError, Position, Reader, StreamId, Subscriber, VAULTS};
pub use link::{Link, LinkError, Receiver, Sender};
pub use linked::Linked;
pub use nats::{Nats, NatsError};
pub use nodes::{Alone, Listening, Nodes, Polling};
pub use notify::Notify;
pub use stream::EventStream;
