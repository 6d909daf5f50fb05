//! Fixed randomness for tests; never part of a program.

mod rng;

pub use rng::{ByteRng, FixedRng};
