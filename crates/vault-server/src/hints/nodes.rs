//! How the nodes of one server learn of each other's changes.

use std::future::{Future, pending};
use std::pin::Pin;
use std::time::Duration;

use tokio::time::sleep;

use super::change::Change;
use super::hub::Hub;

/// The future that listens.
pub type Listening<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// The way between nodes. A lost message delays hints until the next one, so it may lose some and repeat some.
pub trait Nodes: Send + Sync + 'static {
    /// Tells the other nodes of a change that is committed. It does not wait.
    fn tell(&self, change: Change);

    /// Notes in the hub what other nodes tell, until it is dropped.
    fn listen(&self, hub: Hub) -> Listening<'_>;
}

/// There are no other nodes.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Nodes for Alone {
    fn tell(&self, _: Change) {}

    fn listen(&self, _: Hub) -> Listening<'_> {
        Box::pin(pending())
    }
}

/// Nodes that tell each other nothing: each looks again and again at what its streams wait for.
#[derive(Clone, Copy, Debug)]
pub struct Polling {
    every: Duration,
}

impl Polling {
    /// Looks so often.
    #[must_use]
    pub const fn new(every: Duration) -> Self {
        Self { every }
    }
}

impl Nodes for Polling {
    fn tell(&self, _: Change) {}

    fn listen(&self, hub: Hub) -> Listening<'_> {
        Box::pin(async move {
            loop {
                sleep(self.every).await;
                hub.note_all();
            }
        })
    }
}
