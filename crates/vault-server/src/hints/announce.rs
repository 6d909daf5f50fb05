//! Announcing changes.

use std::sync::Arc;

use super::change::Change;
use super::hub::Hub;
use super::nodes::{Alone, Nodes};

/// Announces changes. A clone is another handle.
#[derive(Clone)]
pub struct Hints {
    hub: Hub,
    nodes: Arc<dyn Nodes>,
}

impl Hints {
    /// Announces to the streams of this node, and to other nodes.
    pub fn new(hub: Hub, nodes: impl Nodes) -> Self {
        Self { hub, nodes: Arc::new(nodes) }
    }

    /// Announces a change. To be called after the commit; it does not wait.
    pub fn announce(&self, change: Change) {
        self.hub.note(change);
        self.nodes.tell(change);
    }

    /// The streams of this node.
    #[must_use]
    pub const fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The other nodes.
    #[must_use]
    pub fn nodes(&self) -> &dyn Nodes {
        &*self.nodes
    }
}

impl Default for Hints {
    /// Announces to nobody.
    fn default() -> Self {
        Self::new(Hub::new(0), Alone)
    }
}
