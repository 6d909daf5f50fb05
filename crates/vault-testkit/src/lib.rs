//! Support for tests, never part of a program: fixed randomness, a local server of breached passwords, and a search
//! through the memory of another process.

#[cfg(target_os = "linux")]
pub mod memory;
pub mod ranges;
mod rng;

pub use rng::{ByteRng, FixedRng};
