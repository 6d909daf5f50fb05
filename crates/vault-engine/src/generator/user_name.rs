//! Anonymous user names of words and digits.

use rand_core::CryptoRng;
use vault_crypto::SecretText;

use super::draw::{bits, count, digit, in_range};
use super::generated::{Generated, GeneratorError};
use super::words::{FirstLetter, Separator, WordList};

/// The recipe of a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserName {
    /// The word list.
    pub list: WordList,
    /// The number of words, 1 to 4.
    pub words: usize,
    /// The separator; with `None` each word but the first starts with a capital letter.
    pub separator: Option<Separator>,
    /// The number of digits after the words, 0 to 8.
    pub digits: usize,
}

impl UserName {
    /// Generates a user name; all are equally likely.
    ///
    /// # Errors
    /// Fails if a number is out of range or the random number generator is visibly broken.
    pub fn generate(&self, rng: &mut impl CryptoRng) -> Result<Generated, GeneratorError> {
        let Self { list, words, separator, digits } = *self;
        in_range(words, 1, 4)?;
        in_range(digits, 0, 8)?;
        let mut text = String::with_capacity(words * 14 + digits);
        let mut entropy_bits = 0.0;
        for place in 0..words {
            if place > 0
                && let Some(separator) = separator
            {
                entropy_bits += separator.push(&mut text, rng)?;
            }
            let capital = place > 0 && separator.is_none();
            entropy_bits +=
                list.push(&mut text, if capital { FirstLetter::Capital } else { FirstLetter::Small }, rng)?;
        }
        for _ in 0..digits {
            text.push(digit(rng)?);
        }
        // Words contain no digits and no capitals, so word boundaries and each choice are visible in the text.
        entropy_bits += bits(10) * count(digits);
        Ok(Generated { text: SecretText::new(text), entropy_bits })
    }
}
