//! Memory of streams that have ended.
//!
//! What one thread frees of another's, the allocator gives back only when that other one allocates, and what is free only
//! after a second of more such calls. A server whose clients have all gone does not allocate, so each of its threads is made to.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::hints::Hub;

/// After so many allocations beyond [`LEAST`] the allocator looks at all that the thread has.
const ALLOCATIONS: usize = 11_000;
/// The least size that it has no list of free blocks for.
const LEAST: usize = 2048;
/// For so many seconds after streams have ended.
const SECONDS: u32 = 10;
/// Fewer than this are not worth it.
const MANY: usize = 500;

/// Gives memory back whenever many streams have ended, as long as the runtime runs.
pub async fn give_back(hub: Hub) {
    let mut second = interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut most, mut left) = (0, 0);
    loop {
        second.tick().await;
        let open = hub.count();
        most = open.max(most);
        if most - open >= MANY {
            (most, left) = (open, SECONDS);
        }
        if left > 0 {
            left -= 1;
            on_every_thread().await;
        }
    }
}

/// Lets every thread of the runtime allocate: each is kept for a moment, so that others run the other tasks.
async fn on_every_thread() {
    let mut tasks = JoinSet::new();
    for _ in 0..Handle::current().metrics().num_workers() {
        tasks.spawn(async {
            for _ in 0..ALLOCATIONS {
                black_box(Vec::<u8>::with_capacity(black_box(LEAST)));
            }
            thread::sleep(Duration::from_millis(2));
        });
    }
    tasks.join_all().await;
}
