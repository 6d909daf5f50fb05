//! Passwords, passphrases, user names and PINs from randomness handed in, each with its exact entropy.
//!
//! Every result that a recipe allows is equally likely, so its entropy is the logarithm of their number.

mod characters;
mod history;
mod pin;
mod rules;
mod user_name;
mod words;

use rand_core::CryptoRng;
use vault_crypto::SecretText;

pub use characters::{AMBIGUOUS, Classes};
pub use history::{History, HistoryError, Made};
pub use rules::{Rules, Set};
pub use user_name::UserName;
pub use words::{Separator, WordList};

/// Draws that may go wrong in a row before the source of randomness is taken to be broken. With a sound one this
/// never happens: each draw succeeds with a chance of one in sixteen or better.
const DRAWS: usize = 10_000;

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipe {
    /// Random characters, at least one of each chosen class.
    Characters {
        /// 4 to 128.
        length: usize,
        /// The classes drawn from.
        classes: Classes,
        /// Whether look-alikes (`0O1lI|`) are left out.
        avoid_ambiguous: bool,
    },
    /// Random words.
    Words {
        /// Where they are from.
        list: WordList,
        /// 3 to 20.
        count: usize,
        /// What stands between them.
        separator: Separator,
        /// Whether words begin with a capital; adds no entropy.
        capitalize: bool,
        /// Whether a random digit follows one word, chosen at random.
        number: bool,
    },
    /// Random digits, but none of the thirty sequences that repeat or count up or down throughout.
    Pin {
        /// 3 to 20.
        length: usize,
    },
}

/// What was made.
pub struct Generated {
    /// The text.
    pub text: SecretText,
    /// The base-2 logarithm of the number of equally likely results.
    pub entropy_bits: f64,
}

/// Why nothing was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeneratorError {
    /// The length or count is out of range.
    #[error("that length is out of range")]
    Length,
    /// No class of characters is chosen.
    #[error("choose at least one kind of character")]
    NoClass,
    /// So few texts keep the rules that finding one would take too long, or none does.
    #[error("the rules leave too little to choose from")]
    TooStrict,
    /// The randomness handed in repeats itself.
    #[error("the source of randomness does not work")]
    Randomness,
}

/// Makes what the recipe says.
///
/// # Errors
/// If the recipe is out of range or the randomness is visibly broken.
pub fn generate(recipe: &Recipe, rng: &mut impl CryptoRng) -> Result<Generated, GeneratorError> {
    match *recipe {
        Recipe::Characters { length, classes, avoid_ambiguous } => {
            characters::generate(length, classes, avoid_ambiguous, rng)
        }
        Recipe::Words { list, count, separator, capitalize, number } => {
            words::generate(list, count, separator, capitalize, number, rng)
        }
        Recipe::Pin { length } => pin::generate(length, rng),
    }
}

fn in_range(n: usize, min: usize, max: usize) -> Result<(), GeneratorError> {
    if (min..=max).contains(&n) { Ok(()) } else { Err(GeneratorError::Length) }
}

fn digit(rng: &mut impl CryptoRng) -> Result<char, GeneratorError> {
    char::from_digit(below(10, rng)?, 10).ok_or(GeneratorError::Randomness)
}

/// Draws a number below `n`, all equally likely: what does not fall below is drawn again, never folded.
fn below(n: u32, rng: &mut impl CryptoRng) -> Result<u32, GeneratorError> {
    let mask = n.checked_next_power_of_two().map_or(u32::MAX, |power| power - 1);
    let drawn = (0..DRAWS).map(|_| rng.next_u32() & mask).find(|number| *number < n);
    drawn.ok_or(GeneratorError::Randomness)
}

fn bits(choices: u32) -> f64 {
    f64::from(choices).log2()
}

/// Lengths are at most 128, so nothing is lost.
fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::NAN, f64::from)
}

#[cfg(test)]
mod tests;
