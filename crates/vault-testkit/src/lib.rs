//! What tests need and no program has: fixed randomness, and a service on this computer that knows stolen passwords.

pub mod ranges;
mod rng;

pub use rng::{ByteRng, FixedRng};
