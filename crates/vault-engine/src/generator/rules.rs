//! Passwords by the rules of a site: sets of characters, each with how many of it must be there at least.

use rand_core::CryptoRng;
use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::{Generated, GeneratorError, below, count, in_range};

/// Most sets.
const SETS: usize = 8;
/// Most characters in all sets together.
const CHARACTERS: usize = 256;
/// Draws in a row that may break the rules. With the chance below a sound source never reaches it.
const DRAWS: usize = 200_000;
/// The least chance that a text drawn at random keeps the rules.
const LEAST_CHANCE: f64 = 1.0 / 4_096.0;

/// Characters of which a number must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The characters. One that is in an earlier set too belongs to that one.
    pub characters: String,
    /// How many of them there are at least.
    pub least: usize,
}

/// The rules of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Its characters, 4 to 128.
    pub length: usize,
    /// What it is made of; at most eight sets with 256 characters.
    pub sets: Vec<Set>,
    /// Characters that do not occur, such as those that a site refuses or that look alike.
    pub without: String,
}

impl Rules {
    /// Makes a password. All that keep the rules are equally likely.
    ///
    /// # Errors
    /// If the rules are out of range, leave nothing to choose from, or are kept so rarely that drawing would take
    /// too long (fewer than one text in 4,096); or if the randomness is visibly broken.
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
            // Drawing the whole again, instead of mending it, keeps every allowed text equally likely.
            if sets.iter().zip(seen).all(|((_, least), seen)| seen >= *least) {
                return Ok(Generated { text: SecretText::new(std::mem::take(&mut *drawn)), entropy_bits });
            }
        }
        Err(GeneratorError::Randomness)
    }

    /// The sets without what is left out or stands twice.
    fn sets(&self) -> Result<Vec<(Vec<char>, usize)>, GeneratorError> {
        let given: usize = self.sets.iter().map(|set| set.characters.len()).sum();
        if self.sets.len() > SETS || given > 4 * CHARACTERS || self.without.len() > 4 * CHARACTERS {
            return Err(GeneratorError::Length);
        }
        let mut taken: Vec<char> = self.without.chars().collect();
        let mut sets = Vec::with_capacity(self.sets.len());
        for Set { characters, least } in &self.sets {
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

/// The logarithm of the number of texts that keep the rules; none if no text does.
///
/// A text with `c` characters of a set of `s` can be had in `s^c` ways times those of arranging them. Divided by
/// factorials the arrangements of several sets multiply like polynomials: the coefficient at `length` of the product of
/// `Σ s^c / c!` over `c ≥ least`, times `length!`, is the number. It stays far below what a float can hold.
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
