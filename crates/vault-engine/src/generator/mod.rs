//! Generators of passwords, passphrases, user names and PINs, with the exact entropy of each result.
//!
//! All results that a recipe allows are equally likely, so the entropy is the logarithm of their number.

mod characters;
mod draw;
mod generated;
mod history;
mod pin;
mod rules;
mod user_name;
mod words;

use rand_core::CryptoRng;

pub use characters::{AMBIGUOUS, Classes};
pub use generated::{Generated, GeneratorError};
pub use history::{GeneratedEntry, History, HistoryError};
pub use rules::{CharacterSet, PasswordRules};
pub use user_name::UserName;
pub use words::{Separator, WordList};

/// The recipe of a generated text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipe {
    /// Random characters, at least one of each chosen class.
    Characters {
        /// 4 to 128.
        length: usize,
        /// The chosen classes.
        classes: Classes,
        /// Whether look-alikes (`0O1lI|`) are excluded.
        avoid_ambiguous: bool,
    },
    /// Random words.
    Words {
        /// The word list.
        list: WordList,
        /// 3 to 20.
        count: usize,
        /// The separator between the words.
        separator: Separator,
        /// Whether words start with a capital letter; adds no entropy.
        capitalize: bool,
        /// Whether a random digit follows a randomly chosen word.
        number: bool,
    },
    /// Random digits, except the thirty sequences that consist of one digit or count up or down.
    Pin {
        /// 3 to 20.
        length: usize,
    },
}

/// Generates a text by a recipe.
///
/// # Errors
/// Fails if the recipe is out of range or the random number generator is visibly broken.
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

#[cfg(test)]
mod tests;
