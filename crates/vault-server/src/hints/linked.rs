//! Nodes that send each other messages.
//!
//! Messages may be lost: a node that is killed has not told its last changes, and a connection that is cut has not
//! delivered its last ones. So a node without a connection polls, and one with a connection looks at everything when it is
//! made and from then on 60 times less often. A connection counts only while the node hears its own messages over it.

use std::convert::Infallible;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::change::Change;
use super::hub::Hub;
use super::link::{Link, LinkError, Receiver as _, Sender as _};
use super::message::{Message, NodeId};
use super::nodes::{Listening, Nodes};
use super::outgoing::Outgoing;

/// Changes wait so long for others that go with the same message.
const GATHER: Duration = Duration::from_millis(20);
/// The longest wait for a connection, for a message to be taken, and until it is heard.
const WAIT: Duration = Duration::from_secs(10);
/// How much less often a node looks by itself while it has a connection.
const LESS_OFTEN: u32 = 60;

/// Nodes that tell each other their changes over a link.
pub struct Linked<L> {
    link: L,
    node: NodeId,
    outgoing: Outgoing,
    every: Duration,
}

impl<L: Link> Linked<L> {
    /// Uses a link, and without a connection polls so often.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn new(link: L, every: Duration) -> Result<Self, getrandom::Error> {
        let mut node = [0; 8];
        getrandom::fill(&mut node)?;
        let node = NodeId(u64::from_be_bytes(node));
        Ok(Self { link, node, outgoing: Outgoing::default(), every })
    }

    async fn run(&self, hub: &Hub) {
        let heard = AtomicBool::new(false);
        let poll = async {
            loop {
                sleep(self.every).await;
                if !heard.load(Ordering::Relaxed) {
                    hub.note_all();
                }
            }
        };
        let connect = async {
            let mut last = None;
            loop {
                let Err(error) = self.connection(hub, &heard).await;
                let was_heard = heard.swap(false, Ordering::Relaxed);
                // The same failure again and again is logged once.
                if was_heard || last.as_ref() != Some(&error) {
                    tracing::warn!(%error, "no connection to other nodes: polling");
                }
                last = Some(error);
                sleep(self.every).await;
            }
        };
        tokio::join!(poll, connect);
    }

    /// Makes a connection and uses it while it lasts.
    async fn connection(&self, hub: &Hub, heard: &AtomicBool) -> Result<Infallible, LinkError> {
        let (sender, mut receiver) = within(self.link.connect()).await?;
        let own = Notify::new();
        let receive = async {
            loop {
                match Message::parse(&receiver.next().await?) {
                    Some(Message { from, changes }) if from != self.node => {
                        changes.into_iter().for_each(|change| hub.note(change));
                    }
                    Some(Message { changes, .. }) if changes.is_empty() => own.notify_one(),
                    Some(_) => {}
                    None => tracing::debug!("a message that is not one of a node is ignored"),
                }
            }
        };
        let tell = async {
            loop {
                self.outgoing.some().await;
                sleep(GATHER).await;
                let batch = self.outgoing.take();
                self.send(&sender, batch.changes()).await?;
                batch.sent();
            }
        };
        let look = async {
            loop {
                self.send(&sender, &[]).await?;
                timeout(WAIT, own.notified()).await.map_err(|_| LinkError::Unheard)?;
                if !heard.swap(true, Ordering::Relaxed) {
                    tracing::info!("connected to other nodes");
                }
                // What was lost before, and what others could not tell.
                hub.note_all();
                sleep(self.every.saturating_mul(LESS_OFTEN)).await;
            }
        };
        tokio::select! {
            end = receive => end,
            end = tell => end,
            end = look => end,
        }
    }

    async fn send(&self, sender: &L::Sender, changes: &[Change]) -> Result<(), LinkError> {
        let message = Message { from: self.node, changes: changes.to_vec() };
        within(sender.send(message.encode())).await
    }
}

async fn within<T>(work: impl Future<Output = Result<T, LinkError>>) -> Result<T, LinkError> {
    timeout(WAIT, work).await.unwrap_or(Err(LinkError::Silent))
}

impl<L: Link> Nodes for Linked<L> {
    fn tell(&self, change: Change) {
        self.outgoing.put(change);
    }

    fn listen(&self, hub: Hub) -> Listening<'_> {
        Box::pin(async move { self.run(&hub).await })
    }
}
