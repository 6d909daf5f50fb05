//! A real server, one in front of it that lies, and the devices of an account.

mod codes;
mod device;
mod hostile;
mod observer;
mod owner;
mod process;
mod profile;
mod program;
mod proxy;
mod reply;
mod rough;
mod server;
mod store;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use vault_sync::Trust;
use vault_testkit::FixedRng;
use vault_wire::message::Origin;

pub use codes::digits;
pub use device::{connection, device, discovered};
pub use hostile::{HostileServer, Sent};
pub use observer::Watcher;
pub use owner::{Owner, done};
pub use process::{FOLDER, Process, ROLE, introduce, introduction, number};
pub use profile::{Computer, PASSWORD, copy_folder};
pub use program::{
    LOGIN, Program, choice, connected, join_request, joined, profile_id, recovery_code, secret_key,
    unlock_request,
};
pub use proxy::TestProxy;
pub use reply::Reply;
pub use rough::RoughNetwork;
pub use server::TestServer;
pub use store::Kept;

/// The time at which servers of tests begin, in milliseconds.
pub const NOW: u64 = 1_900_000_000_000;

/// The identity of the servers of tests. It does not resolve.
pub const ISSUER: &str = "https://server.test";

/// A way to a server.
pub trait Reached {
    fn origin(&self) -> Origin;
    fn trust(&self) -> Trust;
}

/// The variable with the number of a process that a test starts.
pub const CHILD: &str = "COFFER_TEST_CHILD_NUMBER";

/// Randomness that no other generator of this test has, also in other processes of it.
pub fn rng() -> FixedRng {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| {
        let number = std::env::var(CHILD).map_or(0, |number| number.parse().unwrap());
        number << 24
    });
    static NEXT: AtomicU64 = AtomicU64::new(1);
    FixedRng::new(*PROCESS + NEXT.fetch_add(1, Ordering::Relaxed))
}
