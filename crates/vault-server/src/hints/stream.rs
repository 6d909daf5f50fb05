//! An open stream.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::hub::{Hub, OpenError, Reader, StreamId};
use super::mailbox::Mailbox;

/// An open stream. It leaves the hub when it is dropped.
pub struct EventStream {
    hub: Hub,
    id: StreamId,
    mailbox: Arc<Mailbox>,
}

impl EventStream {
    /// Opens a stream. What its reader waits for is looked up afterwards.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(hub: Hub, reader: Reader) -> Result<Self, OpenError> {
        let (id, mailbox) = hub.open(reader)?;
        Ok(Self { hub, id, mailbox })
    }

    /// Takes the next piece; `None` at the end.
    pub fn poll_take(&self, cx: &Context<'_>) -> Poll<Option<String>> {
        self.mailbox.poll_take(cx)
    }

    /// Waits for the end, while a piece is sent.
    pub fn poll_end(&self, cx: &Context<'_>) -> Poll<()> {
        self.mailbox.poll_end(cx)
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.hub.end(self.id);
    }
}
