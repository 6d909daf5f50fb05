//! Connections on which nothing moves.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// A stream that fails if it neither reads nor writes anything for a time.
pub struct Idle<S> {
    stream: S,
    limit: Duration,
    sleep: Pin<Box<Sleep>>,
    unsent: Arc<AtomicBool>,
}

impl<S> Idle<S> {
    /// Limits a stream.
    pub fn new(stream: S, limit: Duration) -> Self {
        Self { stream, limit, sleep: Box::pin(sleep(limit)), unsent: Arc::default() }
    }

    /// Whether the last bytes were not taken, so that the writer still has them.
    pub fn unsent(&self) -> Arc<AtomicBool> {
        self.unsent.clone()
    }

    /// Begins again after progress; without, fails when the time is over.
    fn watch<T>(&mut self, result: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            let end = Instant::now() + self.limit;
            self.sleep.as_mut().reset(end);
            return result;
        }
        ready!(self.sleep.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Idle<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_read(cx, to);
        self.watch(result, cx)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Idle<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, from);
        self.unsent.store(result.is_pending(), Ordering::Relaxed);
        self.watch(result, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Success is no progress: there may be nothing to flush.
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Pending => self.watch(Poll::Pending, cx),
            ready => ready,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watch(result, cx)
    }
}
