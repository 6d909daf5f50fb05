//! User names: words and digits, to be recognised by nobody.

use rand_core::CryptoRng;
use vault_crypto::SecretText;

use super::words::{Joint, Separator, WordList};
use super::{Generated, GeneratorError, bits, count, digit, in_range};

/// How a user name is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserName {
    /// Where its words are from.
    pub list: WordList,
    /// Its words, 1 to 4.
    pub words: usize,
    /// What stands between them; nothing, if none, and then each word but the first begins with a capital.
    pub separator: Option<Separator>,
    /// The digits after them, 0 to 8.
    pub digits: usize,
}

impl UserName {
    /// Makes a user name; all are equally likely.
    ///
    /// # Errors
    /// If a number is out of range or the randomness is visibly broken.
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
            entropy_bits += list.push(&mut text, if capital { Joint::Capital } else { Joint::Small }, rng)?;
        }
        for _ in 0..digits {
            text.push(digit(rng)?);
        }
        // No word holds a digit or a capital, so where one ends can be seen and each choice shows.
        entropy_bits += bits(10) * count(digits);
        Ok(Generated { text: SecretText::new(text), entropy_bits })
    }
}
