//! Chunks worked on by several threads.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, ChunkHash};
use zeroize::Zeroizing;

use super::error::DocumentError;
use super::progress::Progress;

/// Beyond this many threads the disk decides.
const MOST_WORKERS: usize = 8;

/// A chunk's bytes, wiped in the end: while it is worked on it holds plaintext.
pub type Buffer = Zeroizing<Vec<u8>>;

/// Fills a buffer with each chunk from the one numbered `from` on, one after the other; works on them in parallel; and
/// gives the hashes of the sealed chunks in their order. There are fewer of them than chunks if `progress` broke off:
/// then every chunk that was taken from the source is done as well, and the next one is the source's next.
///
/// A chunk stays with one thread from its reading to its writing, and so in that core's cache. Each thread has one
/// buffer, of a sealed chunk's length: that is all the memory it takes.
pub fn in_parallel<W>(
    layout: &BlobLayout,
    from: u32,
    fill: impl FnMut(u32, &mut Buffer) -> Result<(), DocumentError> + Send,
    worker: impl Fn() -> Result<W, DocumentError>,
    progress: Progress<'_>,
) -> Result<Vec<ChunkHash>, DocumentError>
where
    W: FnMut(u32, &mut Buffer) -> Result<ChunkHash, DocumentError> + Send,
{
    let end = layout.chunks();
    let cores = thread::available_parallelism().map_or(2, NonZero::get);
    let workers = cores.min(MOST_WORKERS).min(as_len(end.saturating_sub(from)));
    let workers = (0..workers).map(|_| worker()).collect::<Result<Vec<W>, _>>()?;
    let capacity = as_len(layout.chunk_len(0)) + as_len(CHUNK_OVERHEAD);
    let source = Mutex::new(Source { next: from, end, fill });
    let (reports, results) = channel();
    let hashes = thread::scope(|scope| {
        for mut work in workers {
            let (reports, source) = (reports.clone(), &source);
            scope.spawn(move || {
                let mut buffer = Zeroizing::new(Vec::with_capacity(capacity));
                while let Some(filled) = next(source, &mut buffer) {
                    let result = filled.and_then(|index| Ok((index, work(index, &mut buffer)?)));
                    let failed = result.is_err();
                    // Nobody listens any more when another chunk failed.
                    if reports.send(result).is_err() || failed {
                        return;
                    }
                }
            });
        }
        drop(reports);
        // Taken in here, so that an early return hangs up and the workers end with the chunk that they have.
        let results = results;
        let mut hashes = vec![None; as_len(end.saturating_sub(from))];
        let mut done = (0..from).map(|index| u64::from(layout.data_len(index))).sum();
        while let Ok(result) = results.recv() {
            let (index, made) = result?;
            let place = index.checked_sub(from).and_then(|place| hashes.get_mut(as_len(place)));
            *place.ok_or_else(gone)? = Some(made);
            done += u64::from(layout.data_len(index));
            if progress(done).is_break() {
                stop(&source);
            }
        }
        Ok::<_, DocumentError>(hashes)
    })?;
    let taken = source.into_inner().map_err(|_| gone())?.next.saturating_sub(from);
    hashes.into_iter().take(as_len(taken)).collect::<Option<_>>().ok_or_else(gone)
}

/// Where the chunks come from: in their order, whoever asks.
struct Source<F> {
    next: u32,
    end: u32,
    fill: F,
}

/// Gives out no more chunks.
fn stop<F>(source: &Mutex<Source<F>>) {
    if let Ok(mut source) = source.lock() {
        source.end = source.next;
    }
}

/// Fills the buffer with the next chunk; none when there are no more, or when one could not be had.
fn next<F>(source: &Mutex<Source<F>>, buffer: &mut Buffer) -> Option<Result<u32, DocumentError>>
where
    F: FnMut(u32, &mut Buffer) -> Result<(), DocumentError>,
{
    let Source { next, end, fill } = &mut *source.lock().ok()?;
    let index = *next;
    if index >= *end {
        return None;
    }
    let filled = fill(index, buffer);
    match filled {
        Ok(()) => *next = index + 1,
        Err(_) => *end = index,
    }
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
