//! What transfers of documents share: how many there are at once, how fast, and what an error means.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::try_join;
use vault_engine::document::DocumentError;
use vault_engine::session::{NamedDocument, SessionError};
use vault_wire::message::ProblemCode;
use vault_wire::{BlobId, ItemId, VaultId};

use super::error::CycleError;
use super::pace::Limit;
use super::profile::Locked;
use crate::error::{Error, Refused, Unreachable};

/// Chunks that are transferred at once: 16 MiB, and as much again in the buffers of their requests.
const AT_ONCE: usize = 4;

/// Requests in a row that nobody answers as a server does. After the last one the connection is at fault, and not a
/// document.
const MOST_FAILURES: u32 = 4;

/// Why a document was not sent or downloaded. It is tried again by the next synchronization.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentProblem {
    /// To be sent, but not on this computer either.
    #[error("it was not downloaded to this computer")]
    NotHere,
    /// The file on this computer is missing or damaged.
    #[error("its file is missing or damaged")]
    Damaged,
    /// The server does not have it.
    #[error("the server does not have it")]
    Missing,
    /// The server returned something else.
    #[error("the server returned something else")]
    Wrong,
    /// The account's storage is used up.
    #[error("the account's storage is used up")]
    Quota,
    /// It is larger than the server accepts.
    #[error("it is larger than the server accepts")]
    TooLarge,
    /// A proxy in front of the server refuses requests of this size.
    #[error("a proxy in front of the server refuses its size, with status {status}")]
    Proxy {
        /// The HTTP status.
        status: u16,
    },
    /// The server refuses it.
    #[error(transparent)]
    Refused(Refused),
    /// The server asks for what it has accepted already.
    #[error("the server asks for what it has accepted already")]
    Unsettled,
    /// The server does not answer requests for it.
    #[error("the server does not answer requests for it")]
    Unanswered,
    /// The disk has not enough free space.
    #[error("the disk has {free} bytes left and {needed} are needed")]
    NoRoom {
        /// Bytes to be written.
        needed: u64,
        /// Bytes free.
        free: u64,
    },
    /// Its file cannot be read or written.
    #[error("its file cannot be read or written")]
    Disk,
}

/// A document that was not sent or downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLeft {
    /// The vault.
    pub vault: VaultId,
    /// An item that has or had it.
    pub item: ItemId,
    /// The document.
    pub document: BlobId,
    /// Why.
    pub problem: DocumentProblem,
}

impl DocumentLeft {
    pub(super) fn new(vault: VaultId, document: &NamedDocument, problem: DocumentProblem) -> Self {
        Self { vault, item: document.item, document: document.blob.blob_id, problem }
    }
}

/// Why a step was not done: of one document, or of everything.
pub(super) enum Halt {
    Document(DocumentProblem),
    All(CycleError),
}

impl Halt {
    pub(super) fn from_session(error: SessionError) -> Self {
        error.into()
    }
}

impl From<Locked> for Halt {
    fn from(locked: Locked) -> Self {
        Self::All(locked.into())
    }
}

impl From<SessionError> for Halt {
    fn from(error: SessionError) -> Self {
        Self::All(error.into())
    }
}

impl From<DocumentProblem> for Halt {
    fn from(problem: DocumentProblem) -> Self {
        Self::Document(problem)
    }
}

impl From<DocumentError> for Halt {
    fn from(error: DocumentError) -> Self {
        Self::Document(match error {
            DocumentError::NotHere => DocumentProblem::NotHere,
            DocumentError::NoRoom { needed, free } => DocumentProblem::NoRoom { needed, free },
            DocumentError::Io(_) => DocumentProblem::Disk,
            DocumentError::Cancelled => return Self::All(SessionError::Fault.into()),
            _ => DocumentProblem::Damaged,
        })
    }
}

/// The transfers of documents that are under way together.
pub(super) struct Line<'a> {
    limit: &'a Limit,
    chunks: Semaphore,
    /// Requests without an answer since the last answer.
    failures: AtomicU32,
}

impl<'a> Line<'a> {
    pub(super) fn new(limit: &'a Limit) -> Self {
        Self { limit, chunks: Semaphore::new(AT_ONCE), failures: AtomicU32::new(0) }
    }

    /// Transfers a chunk of so many bytes when it is its turn.
    pub(super) async fn carry<T>(
        &self,
        bytes: u64,
        transfer: impl Future<Output = Result<T, Halt>>,
    ) -> Result<T, Halt> {
        // It is never closed.
        let _turn = self.chunks.acquire().await.map_err(|_| Halt::All(SessionError::Fault.into()))?;
        self.limit.wait(bytes).await;
        transfer.await
    }

    /// Says what an answer that is an error means.
    pub(super) fn answered<T>(&self, answer: Result<T, Error>) -> Result<T, Halt> {
        let error = match answer {
            Ok(answer) => {
                self.failures.store(0, Ordering::Relaxed);
                return Ok(answer);
            }
            Err(error) => error,
        };
        let problem = match error {
            Error::Refused(refused) => match refused.code {
                ProblemCode::NotFound => DocumentProblem::Missing,
                ProblemCode::QuotaExceeded => DocumentProblem::Quota,
                ProblemCode::TooLarge => DocumentProblem::TooLarge,
                ProblemCode::Forbidden | ProblemCode::Exists | ProblemCode::Refused => {
                    DocumentProblem::Refused(*refused)
                }
                _ => return Err(Halt::All(Error::Refused(refused).into())),
            },
            Error::Malformed | Error::TooLong | Error::UnknownVersion(_) => DocumentProblem::Wrong,
            Error::Intermediary { status: status @ 413 } => DocumentProblem::Proxy { status },
            Error::Unreachable(Unreachable::Broken | Unreachable::Timeout)
            | Error::Intermediary { .. }
            | Error::NotCoffer { .. } => {
                if self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_FAILURES {
                    return Err(Halt::All(error.into()));
                }
                return Err(DocumentProblem::Unanswered.into());
            }
            error => return Err(Halt::All(error.into())),
        };
        self.failures.store(0, Ordering::Relaxed);
        Err(problem.into())
    }
}

/// Work that several workers share.
pub(super) struct Queue<T>(Mutex<VecDeque<T>>);

impl<T> Queue<T> {
    pub(super) fn new(work: impl IntoIterator<Item = T>) -> Self {
        Self(Mutex::new(work.into_iter().collect()))
    }

    pub(super) fn next(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// What a worker does. It is on the heap: one within the other, workers would be too large for a stack.
pub(super) type Work<'a, E> = Pin<Box<dyn Future<Output = Result<(), E>> + Send + 'a>>;

/// Runs as many workers as there are transfers at once. The first error ends all of them.
pub(super) async fn workers<'a, E>(worker: impl Fn() -> Work<'a, E>) -> Result<(), E> {
    try_join!(worker(), worker(), worker(), worker()).map(drop)
}

/// Works with files on another thread.
pub(super) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Halt> {
    spawn_blocking(work).await.map_err(|_| Halt::All(SessionError::Fault.into()))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;

    async fn chunks(limit: &Limit, count: usize, lasts: Duration) -> Duration {
        let (line, begun) = (Line::new(limit), Instant::now());
        let chunks = Queue::new(0..count);
        // More workers than turns.
        let one_by_one = async || {
            while chunks.next().is_some() {
                let transfer = async {
                    sleep(lasts).await;
                    Ok(())
                };
                line.carry(1_000, transfer).await.ok();
            }
            Ok::<_, ()>(())
        };
        let all = workers(|| Box::pin(async { workers(|| Box::pin(one_by_one())).await }));
        all.await.unwrap();
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn four_chunks_are_transferred_at_once_and_as_fast_as_allowed() {
        let second = Duration::from_secs(1);
        let free = Limit::default();
        assert_eq!(chunks(&free, 10, second).await, 3 * second);
        let limited = Limit::of(NonZeroU64::new(500));
        assert_eq!(chunks(&limited, 4, Duration::ZERO).await, 6 * second);
    }
}
