//! Uniform random draws, and checks of recipes.

use rand_core::CryptoRng;

use super::generated::GeneratorError;

/// Maximum number of failed draws in a row before the random number generator is considered broken. A working one never
/// reaches it: each draw succeeds with a probability of at least 1/16.
pub(super) const DRAWS: usize = 10_000;

pub(super) fn in_range(n: usize, min: usize, max: usize) -> Result<(), GeneratorError> {
    if (min..=max).contains(&n) { Ok(()) } else { Err(GeneratorError::Length) }
}

pub(super) fn digit(rng: &mut impl CryptoRng) -> Result<char, GeneratorError> {
    char::from_digit(below(10, rng)?, 10).ok_or(GeneratorError::Randomness)
}

/// Draws a uniform number below `n` by rejection sampling.
pub(super) fn below(n: u32, rng: &mut impl CryptoRng) -> Result<u32, GeneratorError> {
    let mask = n.checked_next_power_of_two().map_or(u32::MAX, |power| power - 1);
    let drawn = (0..DRAWS).map(|_| rng.next_u32() & mask).find(|number| *number < n);
    drawn.ok_or(GeneratorError::Randomness)
}

pub(super) fn bits(choices: u32) -> f64 {
    f64::from(choices).log2()
}

/// Converts a count; they are at most 256, so the conversion is exact.
pub(super) fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::NAN, f64::from)
}
