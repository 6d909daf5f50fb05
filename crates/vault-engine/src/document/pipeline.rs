//! Parallel processing of chunks.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, ChunkHash};
use zeroize::Zeroizing;

use super::error::DocumentError;
use super::progress::Progress;

/// Maximum number of threads; with more the disk is the bottleneck.
const MOST_WORKERS: usize = 8;

/// The bytes of a chunk, zeroized on drop since they are temporarily plaintext.
pub type Buffer = Zeroizing<Vec<u8>>;

/// Reads the chunks from number `from` sequentially with `fill`, processes them in parallel, and returns the hashes of
/// the sealed chunks in order. If `progress` cancels, there are fewer hashes than chunks: every chunk read from the
/// source is processed, and the source is positioned at the next one.
///
/// One thread reads, processes and writes a chunk, so the chunk stays in that core's cache. Each thread has one buffer
/// of a sealed chunk's length; no other memory is used.
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
                    // The receiver is closed after another chunk failed.
                    if reports.send(result).is_err() || failed {
                        return;
                    }
                }
            });
        }
        drop(reports);
        // Moved in here, so that an early return closes the channel and the workers end after their current chunk.
        let results = results;
        let mut hashes = vec![None; as_len(end.saturating_sub(from))];
        let mut done = (0..from).map(|index| u64::from(layout.data_len(index))).sum();
        while let Ok(result) = results.recv() {
            let (index, made) = result?;
            let place = index.checked_sub(from).and_then(|place| hashes.get_mut(as_len(place)));
            *place.ok_or_else(worker_ended)? = Some(made);
            done += u64::from(layout.data_len(index));
            if progress(done).is_break() {
                stop(&source);
            }
        }
        Ok::<_, DocumentError>(hashes)
    })?;
    let taken = source.into_inner().map_err(|_| worker_ended())?.next.saturating_sub(from);
    hashes.into_iter().take(as_len(taken)).collect::<Option<_>>().ok_or_else(worker_ended)
}

/// The source of the chunks, which returns them in order to any thread.
struct Source<F> {
    next: u32,
    end: u32,
    fill: F,
}

/// Ends the source: no more chunks are returned.
fn stop<F>(source: &Mutex<Source<F>>) {
    if let Ok(mut source) = source.lock() {
        source.end = source.next;
    }
}

/// Fills the buffer with the next chunk. Returns `None` after the last chunk or a failed one.
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

/// Converts the number or length of a chunk, which fits in a `usize`.
pub fn as_len(len: u32) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

/// Returns the error for workers that ended early, which only happens after a panic in one of them.
fn worker_ended() -> DocumentError {
    DocumentError::Io(std::io::Error::other("a worker thread ended"))
}
