//! Passphrases from a list of 7,772 words (see `docs/third-party.md` for where it is from).

use std::sync::LazyLock;

use rand_core::CryptoRng;
use vault_crypto::SecretText;

use super::{Generated, GeneratorError, below, bits, count, digit, in_range};

/// One word a line, a to z only, three to nine letters, sorted.
const LIST: &str = include_str!("words.txt");

pub(super) static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| LIST.lines().collect());

/// What stands between words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// `-`
    #[default]
    Hyphen,
    /// A space.
    Space,
    /// `.`
    Dot,
    /// `_`
    Underscore,
    /// A random digit, drawn anew for each gap.
    Digit,
}

pub fn generate(
    words: usize,
    separator: Separator,
    capitalize: bool,
    number: bool,
    rng: &mut impl CryptoRng,
) -> Result<Generated, GeneratorError> {
    in_range(words, 3, 20)?;
    let size = u32::try_from(WORDS.len()).map_err(|_| GeneratorError::Randomness)?;
    let places = u32::try_from(words).map_err(|_| GeneratorError::Length)?;
    let numbered = if number { Some(below(places, rng)?) } else { None };
    let mut text = String::with_capacity(words * 12);
    for place in 0..places {
        if place > 0 {
            text.push(match separator {
                Separator::Hyphen => '-',
                Separator::Space => ' ',
                Separator::Dot => '.',
                Separator::Underscore => '_',
                Separator::Digit => digit(rng)?,
            });
        }
        let word = WORDS.get(below(size, rng)? as usize).copied().unwrap_or_default();
        let (first, rest) = word.split_at_checked(1).unwrap_or_default();
        text.push_str(if capitalize { "" } else { first });
        text.extend(first.chars().filter(|_| capitalize).map(|letter| letter.to_ascii_uppercase()));
        text.push_str(rest);
        if numbered == Some(place) {
            text.push(digit(rng)?);
        }
    }
    // Words hold no digits and no separators, so each choice shows in the text: the bits add up exactly.
    let gaps = if separator == Separator::Digit { bits(10) * count(words - 1) } else { 0.0 };
    let numbers = if number { bits(10) + bits(places) } else { 0.0 };
    Ok(Generated { text: SecretText::new(text), entropy_bits: bits(size) * count(words) + gaps + numbers })
}
