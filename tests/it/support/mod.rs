//! A real server, one in front of it that lies, and the devices of an account.

mod codes;
mod device;
mod hostile;
mod observer;
mod owner;
mod profile;
mod program;
mod proxy;
mod reply;
mod server;
mod store;

use std::sync::atomic::{AtomicU64, Ordering};

use vault_testkit::FixedRng;

pub use codes::digits;
pub use device::{connection, device, discovered};
pub use hostile::{HostileServer, Sent};
pub use observer::Watcher;
pub use owner::{Owner, done};
pub use profile::{Computer, PASSWORD};
pub use program::{
    LOGIN, Program, choice, connected, join_request, joined, profile_id, recovery_code, unlock_request,
};
pub use proxy::TestProxy;
pub use reply::Reply;
pub use server::TestServer;
pub use store::Kept;

/// The time at which servers of tests begin, in milliseconds.
pub const NOW: u64 = 1_900_000_000_000;

/// The identity of the servers of tests. It does not resolve.
pub const ISSUER: &str = "https://server.test";

/// Randomness that no other generator of this test has.
pub fn rng() -> FixedRng {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    FixedRng::new(NEXT.fetch_add(1, Ordering::Relaxed))
}
