//! Chunks worked on by several threads and passed on in order.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use zeroize::Zeroizing;

use super::DocumentError;

/// Beyond this many threads the disk and the hash over the whole decide.
const MOST_WORKERS: usize = 4;

/// A chunk's bytes, wiped in the end: while it is worked on it holds plaintext.
pub type Buffer = Zeroizing<Vec<u8>>;

/// Fills buffers one after the other, works on them in parallel, and hands them on in the order they were filled.
///
/// There is one buffer more than there are workers, each of `capacity` bytes: that is all the memory it takes.
pub fn in_order<T: Send>(
    chunks: u32,
    capacity: usize,
    mut fill: impl FnMut(u32, &mut Buffer) -> Result<(), DocumentError>,
    work: impl Fn(u32, &mut Buffer) -> Result<T, DocumentError> + Sync,
    mut pass_on: impl FnMut(u32, &mut Buffer, T) -> Result<(), DocumentError>,
) -> Result<(), DocumentError> {
    let cores = thread::available_parallelism().map_or(2, NonZero::get);
    let workers = cores.clamp(2, MOST_WORKERS).min(usize::try_from(chunks).unwrap_or(MOST_WORKERS));
    let (jobs, queue) = channel::<(u32, Buffer)>();
    let (done, results) = channel();
    let queue = Mutex::new(queue);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (done, queue, work) = (done.clone(), &queue, &work);
            scope.spawn(move || {
                while let Some((index, mut buffer)) = next(queue) {
                    let result = work(index, &mut buffer);
                    if done.send((index, buffer, result)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        // Taken in here, so that an early return closes the queue and the workers end.
        let jobs = jobs;
        let mut free = vec![None; workers + 1];
        let mut waiting = BTreeMap::new();
        let (mut filled, mut passed) = (0, 0);
        while passed < chunks {
            if filled < chunks
                && let Some(buffer) = free.pop()
            {
                let mut buffer = buffer.unwrap_or_else(|| Zeroizing::new(Vec::with_capacity(capacity)));
                fill(filled, &mut buffer)?;
                jobs.send((filled, buffer)).map_err(|_| gone())?;
                filled += 1;
                continue;
            }
            let (index, buffer, result): (u32, Buffer, Result<T, DocumentError>) =
                results.recv().map_err(|_| gone())?;
            waiting.insert(index, (buffer, result?));
            while let Some((mut buffer, result)) = waiting.remove(&passed) {
                pass_on(passed, &mut buffer, result)?;
                free.push(Some(buffer));
                passed += 1;
            }
        }
        Ok(())
    })
}

/// The next job; none when there will be no more.
fn next(queue: &Mutex<Receiver<(u32, Buffer)>>) -> Option<(u32, Buffer)> {
    queue.lock().ok()?.recv().ok()
}

/// All workers ended before their time; only a panic in one of them does that.
fn gone() -> DocumentError {
    DocumentError::Io(std::io::Error::other("a worker thread ended"))
}
