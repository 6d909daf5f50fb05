//! Support for tests, never part of a program: fixed randomness, a local server of breached passwords, the logs of a
//! server in memory, and a search through the memory of another process.

mod log_server;
#[cfg(target_os = "linux")]
pub mod memory;
pub mod ranges;
mod rng;

pub use log_server::{LogServer, PageBodies};
pub use rng::{ByteRng, FixedRng};
