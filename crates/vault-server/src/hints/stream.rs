//! A stream as the body of an answer.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame};

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
}

impl Body for EventStream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.mailbox.poll_take(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.hub.end(self.id);
    }
}
