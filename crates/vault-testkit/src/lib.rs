//! What tests need and no program has: fixed randomness, a service on this computer that knows stolen passwords, and a
//! look into the memory of another process.

#[cfg(target_os = "linux")]
pub mod memory;
pub mod ranges;
mod rng;

pub use rng::{ByteRng, FixedRng};
