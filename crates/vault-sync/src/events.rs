//! The stream of a server's hints that logs have grown.

use std::collections::VecDeque;
use std::time::Duration;

use vault_wire::message::{EventReader, ServerEvent, VaultChanged};

use crate::error::Error;
use crate::session::Session;
use crate::transport::{Answer, EVENTS, Request};

/// When to open the next stream, unless the server says when.
const RETRY: Duration = Duration::from_secs(10);

/// A stream of hints. Each is a reason to ask for a log, and nothing more.
pub struct Events {
    answer: Answer,
    reader: EventReader,
    waiting: VecDeque<ServerEvent>,
    retry: Duration,
}

impl Session {
    /// Opens a stream. It begins with the heads of the vaults that the session may read.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn events(&self) -> Result<Events, Error> {
        let answer = self.open(&Request::get("/v1/events"), EVENTS).await?;
        Ok(Events { answer, reader: EventReader::default(), waiting: VecDeque::new(), retry: RETRY })
    }
}

impl Events {
    /// Waits for the next hint; none when the server has ended the stream.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the connection broke, or nothing arrived for too long.
    pub async fn next(&mut self) -> Result<Option<VaultChanged>, Error> {
        loop {
            match self.waiting.pop_front() {
                Some(ServerEvent::Changed(hint)) => return Ok(Some(hint)),
                Some(ServerEvent::Retry(after)) => self.retry = after,
                None => {
                    let Some(piece) = self.answer.piece().await? else { return Ok(None) };
                    self.reader.read(&piece, |event| self.waiting.push_back(event));
                }
            }
        }
    }

    /// How long to wait before the next stream is opened.
    #[must_use]
    pub const fn retry(&self) -> Duration {
        self.retry
    }
}
