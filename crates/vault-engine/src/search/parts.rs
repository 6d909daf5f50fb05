//! Parallel search on several cores.

use std::ops::Range;
use std::thread;

use vault_crypto::wipe_stack;

use super::bitmap_index::ROWS;

/// Minimum number of blocks for a thread.
const FEWEST: usize = 8_192 / ROWS;
/// Maximum number of threads; more would mostly wait for memory.
const MOST: usize = 4;

/// Divides the blocks evenly.
fn parts(blocks: usize, cores: usize) -> Vec<Range<usize>> {
    let parts = (blocks / FEWEST).clamp(1, cores.clamp(1, MOST));
    (0..parts).map(|part| blocks * part / parts..blocks * (part + 1) / parts).collect()
}

/// Runs `work` in parallel for each part of the blocks and returns the results in order.
pub fn for_each_part<T: Send>(blocks: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut parts = parts(blocks, cores).into_iter();
    let (first, work) = (parts.next().unwrap_or_default(), &work);
    thread::scope(|scope| {
        let others: Vec<_> = parts
            .map(|part| {
                let on_its_own = part.clone();
                let begun = thread::Builder::new().spawn_scoped(scope, move || {
                    let made = work(on_its_own);
                    // The stack memory outlives the thread and may contain parts of titles.
                    wipe_stack();
                    made
                });
                (part, begun)
            })
            .collect();
        let mut made = vec![work(first)];
        // If no thread can be started, this one does the work.
        made.extend(others.into_iter().map(|(part, begun)| match begun {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => work(part),
        }));
        made
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_in_one_part() {
        for blocks in [0, 1, FEWEST, 2 * FEWEST - 1, 2 * FEWEST, 3 * FEWEST + 1, 1_000] {
            for cores in [1, 2, 3, 64] {
                let parts = parts(blocks, cores);
                assert!(parts.len() <= cores.min(MOST));
                assert_eq!(
                    parts.iter().flat_map(Clone::clone).collect::<Vec<_>>(),
                    (0..blocks).collect::<Vec<_>>()
                );
                assert!(
                    parts.len() == 1 || parts.iter().all(|part| part.len() >= FEWEST),
                    "{blocks} on {cores}"
                );
            }
        }
    }

    #[test]
    fn results_are_in_the_order_of_the_parts() {
        let made: Vec<usize> = for_each_part(4 * FEWEST, |part| part).into_iter().flatten().collect();
        assert_eq!(made, (0..4 * FEWEST).collect::<Vec<_>>());
    }
}
