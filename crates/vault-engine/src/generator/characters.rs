//! Random passwords with at least one character of each chosen class.

use rand_core::CryptoRng;
use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::draw::{DRAWS, below, count, in_range};
use super::generated::{Generated, GeneratorError};
use super::rules::CharacterSet;

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
/// Without quotes, backslash and backtick, which forms and shells often mishandle.
const SYMBOLS: &str = "!#$%&()*+,-./:;<=>?@[]^_{|}~";
/// Look-alikes.
pub const AMBIGUOUS: &str = "0O1lI|";

/// Classes of characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    /// a–z.
    pub lower: bool,
    /// A–Z.
    pub upper: bool,
    /// 0–9.
    pub digits: bool,
    /// Punctuation.
    pub symbols: bool,
}

pub fn generate(
    length: usize,
    classes: Classes,
    avoid_ambiguous: bool,
    rng: &mut impl CryptoRng,
) -> Result<Generated, GeneratorError> {
    in_range(length, 4, 128)?;
    let classes = classes.chosen(avoid_ambiguous);
    let all: Vec<u8> = classes.concat();
    if all.is_empty() {
        return Err(GeneratorError::NoClass);
    }
    let size = u32::try_from(all.len()).map_err(|_| GeneratorError::NoClass)?;
    let mut drawn = Zeroizing::new(String::with_capacity(length));
    for _ in 0..DRAWS {
        drawn.clear();
        for _ in 0..length {
            let at = below(size, rng)? as usize;
            drawn.push(all.get(at).copied().map_or('?', char::from));
        }
        // Redrawing the whole text, instead of fixing it, keeps all allowed texts equally likely.
        if classes.iter().all(|class| drawn.bytes().any(|byte| class.contains(&byte))) {
            let text = SecretText::new(std::mem::take(&mut *drawn));
            return Ok(Generated { text, entropy_bits: entropy(&classes, length) });
        }
    }
    Err(GeneratorError::Randomness)
}

impl Classes {
    /// Returns the chosen classes as sets for [`PasswordRules`](super::rules::PasswordRules), each with its minimum count from `least`,
    /// in the order of the fields. `own_symbols` replace the default symbols.
    #[must_use]
    pub fn sets(self, least: [usize; 4], own_symbols: Option<&str>) -> Vec<CharacterSet> {
        let symbols = own_symbols.unwrap_or(SYMBOLS);
        [(self.lower, LOWER), (self.upper, UPPER), (self.digits, DIGITS), (self.symbols, symbols)]
            .into_iter()
            .zip(least)
            .filter(|((chosen, _), _)| *chosen)
            .map(|((_, class), least)| CharacterSet { characters: class.to_owned(), least })
            .collect()
    }

    pub(super) fn chosen(self, avoid_ambiguous: bool) -> Vec<Vec<u8>> {
        [(self.lower, LOWER), (self.upper, UPPER), (self.digits, DIGITS), (self.symbols, SYMBOLS)]
            .into_iter()
            .filter(|(chosen, _)| *chosen)
            .map(|(_, class)| {
                class.bytes().filter(|c| !avoid_ambiguous || !AMBIGUOUS.as_bytes().contains(c)).collect()
            })
            .collect()
    }
}

/// Returns the base-2 logarithm of the number of texts that contain every class, by the inclusion-exclusion principle.
pub(super) fn entropy(classes: &[Vec<u8>], length: usize) -> f64 {
    let sizes: Vec<f64> = classes.iter().map(|class| count(class.len())).collect();
    let all: f64 = sizes.iter().sum();
    let share: f64 = (0_u32..1 << sizes.len())
        .map(|left_out| {
            let missing: f64 = sizes
                .iter()
                .enumerate()
                .filter(|(class, _)| left_out >> class & 1 == 1)
                .map(|(_, size)| size)
                .sum();
            let sign = if left_out.count_ones() % 2 == 0 { 1.0 } else { -1.0 };
            sign * ((all - missing) / all).powf(count(length))
        })
        .sum();
    all.log2() * count(length) + share.log2()
}
