//! Messages that must arrive within a time.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::frame::{self, FrameError};

/// Reads a message that must be complete within a time, however slowly its bytes arrive.
pub(crate) fn read<T: DeserializeOwned>(
    stream: &mut UnixStream,
    longest: usize,
    within: Duration,
) -> Result<Option<T>, FrameError> {
    frame::read(&mut Timed { stream, until: Instant::now() + within }, longest)
}

/// Reads a frame of bytes that must be complete within a time.
pub(crate) fn read_piece(
    stream: &mut UnixStream,
    longest: usize,
    within: Duration,
) -> Result<Option<Zeroizing<Vec<u8>>>, FrameError> {
    frame::read_bytes(&mut Timed { stream, until: Instant::now() + within }, longest)
}

struct Timed<'a> {
    stream: &'a mut UnixStream,
    until: Instant,
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(buffer)
    }
}
