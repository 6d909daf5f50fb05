//! PINs without the sequences that are guessed first.

use rand_core::CryptoRng;
use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::draw::{DRAWS, below, bits, count, in_range};
use super::generated::{Generated, GeneratorError};

/// Number of excluded sequences: ten first digits, each repeated, counting up or counting down.
const TRIVIAL: f64 = 30.0;

pub fn generate(length: usize, rng: &mut impl CryptoRng) -> Result<Generated, GeneratorError> {
    in_range(length, 3, 20)?;
    for _ in 0..DRAWS {
        let mut digits = Zeroizing::new(Vec::with_capacity(length));
        for _ in 0..length {
            digits.push(below(10, rng)?);
        }
        if !is_trivial(&digits) {
            let text = digits.iter().filter_map(|digit| char::from_digit(*digit, 10)).collect();
            return Ok(Generated { text: SecretText::new(text), entropy_bits: entropy(length) });
        }
    }
    Err(GeneratorError::Randomness)
}

/// Returns whether all steps between digits are 0, all +1 or all -1, modulo 10.
pub(super) fn is_trivial(digits: &[u32]) -> bool {
    [0, 1, 9].iter().any(|step| {
        digits.iter().zip(digits.iter().skip(1)).all(|(digit, next)| (digit + step) % 10 == *next)
    })
}

pub(super) fn entropy(length: usize) -> f64 {
    let all = bits(10) * count(length);
    (all.exp2() - TRIVIAL).log2()
}
