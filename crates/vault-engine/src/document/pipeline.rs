//! Chunks worked on by several threads.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, ChunkHash};
use zeroize::Zeroizing;

use super::{DocumentError, Progress};

/// Beyond this many threads the disk decides.
const MOST_WORKERS: usize = 8;

/// A chunk's bytes, wiped in the end: while it is worked on it holds plaintext.
pub type Buffer = Zeroizing<Vec<u8>>;

/// Fills a buffer with each chunk, one after the other; works on them in parallel; and gives the hashes of the sealed
/// chunks in their order.
///
/// A chunk stays with one thread from its reading to its writing, and so in that core's cache. Each thread has one
/// buffer, of a sealed chunk's length: that is all the memory it takes.
pub fn in_parallel<W>(
    layout: &BlobLayout,
    fill: impl FnMut(u32, &mut Buffer) -> Result<(), DocumentError> + Send,
    worker: impl Fn() -> Result<W, DocumentError>,
    progress: Progress<'_>,
) -> Result<Vec<ChunkHash>, DocumentError>
where
    W: FnMut(u32, &mut Buffer) -> Result<ChunkHash, DocumentError> + Send,
{
    let chunks = layout.chunks();
    let cores = thread::available_parallelism().map_or(2, NonZero::get);
    let workers = cores.min(MOST_WORKERS).min(as_len(chunks));
    let workers = (0..workers).map(|_| worker()).collect::<Result<Vec<W>, _>>()?;
    let capacity = as_len(layout.chunk_len(0)) + as_len(CHUNK_OVERHEAD);
    let source = Mutex::new(Source { next: 0, chunks, fill });
    let (reports, results) = channel();
    thread::scope(|scope| {
        for mut work in workers {
            let (reports, source) = (reports.clone(), &source);
            scope.spawn(move || {
                let mut buffer = Zeroizing::new(Vec::with_capacity(capacity));
                while let Some(filled) = next(source, &mut buffer) {
                    let result = filled.and_then(|index| Ok((index, work(index, &mut buffer)?)));
                    let failed = result.is_err();
                    // Nobody listens any more when another chunk failed or the person asked to stop.
                    if reports.send(result).is_err() || failed {
                        return;
                    }
                }
            });
        }
        drop(reports);
        // Taken in here, so that an early return hangs up and the workers end with the chunk that they have.
        let results = results;
        let mut hashes = vec![ChunkHash::default(); as_len(chunks)];
        let mut done = 0;
        for _ in 0..chunks {
            let (index, made) = results.recv().map_err(|_| gone())??;
            *hashes.get_mut(as_len(index)).ok_or_else(gone)? = made;
            done += u64::from(layout.data_len(index));
            if progress(done).is_break() {
                return Err(DocumentError::Cancelled);
            }
        }
        Ok(hashes)
    })
}

/// Where the chunks come from: in their order, whoever asks.
struct Source<F> {
    next: u32,
    chunks: u32,
    fill: F,
}

/// Fills the buffer with the next chunk; none when there are no more, or when one could not be had.
fn next<F>(source: &Mutex<Source<F>>, buffer: &mut Buffer) -> Option<Result<u32, DocumentError>>
where
    F: FnMut(u32, &mut Buffer) -> Result<(), DocumentError>,
{
    let Source { next, chunks, fill } = &mut *source.lock().ok()?;
    let index = *next;
    if index >= *chunks {
        return None;
    }
    let filled = fill(index, buffer);
    *next = if filled.is_ok() { index + 1 } else { *chunks };
    Some(filled.map(|()| index))
}

/// Numbers and lengths of chunks fit everywhere.
pub fn as_len(len: u32) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

/// All workers ended before their time; only a panic in one of them does that.
fn gone() -> DocumentError {
    DocumentError::Io(std::io::Error::other("a worker thread ended"))
}
