//! Passwords by the rules of a site: sets of characters with a minimum count each.

use rand_core::CryptoRng;
use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::draw::{below, count, in_range};
use super::generated::{Generated, GeneratorError};

/// Maximum number of sets.
const SETS: usize = 8;
/// Maximum number of characters in all sets together.
const CHARACTERS: usize = 256;
/// Maximum number of draws that violate the rules. With [`LEAST_CHANCE`] a working generator never reaches it.
const DRAWS: usize = 200_000;
/// Minimum probability that a random text satisfies the rules.
const LEAST_CHANCE: f64 = 1.0 / 4_096.0;

/// A set of characters with a minimum count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharacterSet {
    /// The characters. Those of an earlier set are ignored.
    pub characters: String,
    /// The minimum count.
    pub least: usize,
}

/// The rules of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    /// The length in characters, 4 to 128.
    pub length: usize,
    /// The allowed characters: at most eight sets with 256 characters together.
    pub sets: Vec<CharacterSet>,
    /// Excluded characters, such as those that a site refuses or look-alikes.
    pub without: String,
}

impl PasswordRules {
    /// Generates a password. All passwords that satisfy the rules are equally likely.
    ///
    /// # Errors
    /// Fails if the rules are out of range, leave no characters, or are satisfied by fewer than one random text in
    /// 4,096, so that drawing would take too long; or if the random number generator is visibly broken.
    pub fn generate(&self, rng: &mut impl CryptoRng) -> Result<Generated, GeneratorError> {
        in_range(self.length, 4, 128)?;
        let sets = self.sets()?;
        let entropy_bits = entropy(&sets, self.length).ok_or(GeneratorError::TooStrict)?;
        let all: Vec<(char, usize)> =
            (0..).zip(&sets).flat_map(|(set, (of, _))| of.iter().map(move |c| (*c, set))).collect();
        let size = u32::try_from(all.len()).map_err(|_| GeneratorError::NoClass)?;
        let free_bits = f64::from(size).log2() * count(self.length);
        if entropy_bits < free_bits + LEAST_CHANCE.log2() {
            return Err(GeneratorError::TooStrict);
        }
        let mut drawn = Zeroizing::new(String::with_capacity(self.length * 4));
        for _ in 0..DRAWS {
            drawn.clear();
            let mut seen = [0_usize; SETS];
            for _ in 0..self.length {
                let (c, set) = all.get(below(size, rng)? as usize).copied().ok_or(GeneratorError::NoClass)?;
                drawn.push(c);
                if let Some(seen) = seen.get_mut(set) {
                    *seen += 1;
                }
            }
            // Redrawing the whole text, instead of fixing it, keeps all allowed texts equally likely.
            if sets.iter().zip(seen).all(|((_, least), seen)| seen >= *least) {
                return Ok(Generated { text: SecretText::new(std::mem::take(&mut *drawn)), entropy_bits });
            }
        }
        Err(GeneratorError::Randomness)
    }

    /// Returns the sets without excluded and repeated characters.
    fn sets(&self) -> Result<Vec<(Vec<char>, usize)>, GeneratorError> {
        let given: usize = self.sets.iter().map(|set| set.characters.len()).sum();
        if self.sets.len() > SETS || given > 4 * CHARACTERS || self.without.len() > 4 * CHARACTERS {
            return Err(GeneratorError::Length);
        }
        let mut taken: Vec<char> = self.without.chars().collect();
        let mut sets = Vec::with_capacity(self.sets.len());
        for CharacterSet { characters, least } in &self.sets {
            let mut own = Vec::new();
            for c in characters.chars().filter(|c| !c.is_control()) {
                if !taken.contains(&c) {
                    taken.push(c);
                    own.push(c);
                }
            }
            if own.is_empty() && *least > 0 {
                return Err(GeneratorError::NoClass);
            }
            sets.push((own, *least));
        }
        let all: usize = sets.iter().map(|(own, _)| own.len()).sum();
        match all {
            0 => Err(GeneratorError::NoClass),
            1..=CHARACTERS => Ok(sets),
            _ => Err(GeneratorError::Length),
        }
    }
}

/// Returns the base-2 logarithm of the number of texts that satisfy the rules, or `None` if there are none.
///
/// There are `s^c` choices of `c` characters from a set of size `s`, times their arrangements. With exponential
/// generating functions the number is `length!` times the coefficient at `length` of the product of `Σ s^c / c!` over
/// `c ≥ least`. It stays far below the range of an `f64`.
pub(super) fn entropy(sets: &[(Vec<char>, usize)], length: usize) -> Option<f64> {
    let mut product = vec![0.0; length + 1];
    if let Some(first) = product.first_mut() {
        *first = 1.0;
    }
    for (characters, least) in sets {
        let size = count(characters.len());
        let mut terms = vec![1.0; length + 1];
        for c in 1..=length {
            let before = terms.get(c - 1).copied().unwrap_or_default();
            if let Some(term) = terms.get_mut(c) {
                *term = before * size / count(c);
            }
        }
        let at = |total: usize| -> f64 {
            let parts = product.iter().take(total + 1).zip(terms.iter().take(total + 1).rev());
            let enough = (total + 1).saturating_sub(*least);
            parts.take(enough).map(|(others, own)| others * own).sum()
        };
        product = (0..=length).map(at).collect();
    }
    let ways = product.last().copied().filter(|ways| *ways > 0.0)?;
    Some(ways.log2() + (1..=length).map(|n| count(n).log2()).sum::<f64>())
}
