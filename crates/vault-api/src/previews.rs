//! The program that draws previews of documents.

use std::sync::Arc;

use tokio::sync::Semaphore;
use vault_preview::Renderer;

/// The renderer of previews, and the turn to use it.
pub(crate) struct Previews {
    /// None if the path of this program is unknown.
    pub(crate) renderer: Option<Renderer>,
    /// One preview at a time: each may take half a gigabyte.
    pub(crate) turn: Arc<Semaphore>,
}

impl Previews {
    pub(crate) fn installed() -> Self {
        Self { renderer: Renderer::installed().ok(), turn: Arc::new(Semaphore::new(1)) }
    }

    pub(crate) fn with(renderer: Renderer) -> Self {
        Self { renderer: Some(renderer), turn: Arc::new(Semaphore::new(1)) }
    }
}
