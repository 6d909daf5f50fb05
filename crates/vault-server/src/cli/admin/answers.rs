//! Answers on the socket.

use std::io;

use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::{Answer, TIME};

/// The lines of an answer as they are written.
pub struct Answers<'a>(&'a mut UnixStream);

impl<'a> Answers<'a> {
    /// Writes to this stream.
    pub const fn new(stream: &'a mut UnixStream) -> Self {
        Self(stream)
    }

    /// Writes a line.
    ///
    /// # Errors
    /// If the other end is gone, or does not read for a time.
    pub async fn write(&mut self, answer: &Answer) -> io::Result<()> {
        let mut text = serde_json::to_vec(answer)?;
        text.push(b'\n');
        timeout(TIME, self.0.write_all(&text)).await?
    }

    /// Writes a row.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn row(&mut self, row: &impl serde::Serialize) -> io::Result<()> {
        self.write(&Answer::Row(serde_json::to_value(row)?)).await
    }
}
