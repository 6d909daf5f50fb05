//! Passphrases from word lists (see `docs/third-party.md` for their sources).

use std::sync::LazyLock;

use rand_core::CryptoRng;
use vault_crypto::SecretText;

use super::draw::{below, bits, digit, in_range};
use super::generated::{Generated, GeneratorError};

static ENGLISH: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("words.txt").lines().collect());
static GERMAN: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("german.txt").lines().collect());

/// A word list: a to z only, three to twelve letters, no word a prefix of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WordList {
    /// 7,772 English words, of 12.9 bits each.
    #[default]
    English,
    /// 7,423 German words, of 12.9 bits each, none with an umlaut.
    German,
}

/// The case of a word's first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstLetter {
    /// Lower case, as in the list.
    Small,
    /// Upper case.
    Capital,
}

/// The separator between words.
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
    /// A random digit, drawn for each gap.
    Digit,
}

impl WordList {
    /// All lists.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }

    /// Appends a random word and returns its entropy.
    pub(super) fn push(
        self,
        text: &mut String,
        joint: FirstLetter,
        rng: &mut impl CryptoRng,
    ) -> Result<f64, GeneratorError> {
        let words = self.words();
        let size = u32::try_from(words.len()).map_err(|_| GeneratorError::Randomness)?;
        let word = words.get(below(size, rng)? as usize).copied().unwrap_or_default();
        let (first, rest) = word.split_at_checked(1).unwrap_or_default();
        match joint {
            FirstLetter::Small => text.push_str(first),
            FirstLetter::Capital => text.extend(first.chars().map(|letter| letter.to_ascii_uppercase())),
        }
        text.push_str(rest);
        Ok(bits(size))
    }
}

impl Separator {
    /// Appends the separator and returns its entropy.
    pub(super) fn push(self, text: &mut String, rng: &mut impl CryptoRng) -> Result<f64, GeneratorError> {
        text.push(match self {
            Self::Hyphen => '-',
            Self::Space => ' ',
            Self::Dot => '.',
            Self::Underscore => '_',
            Self::Digit => digit(rng)?,
        });
        Ok(if self == Self::Digit { bits(10) } else { 0.0 })
    }
}

pub fn generate(
    list: WordList,
    words: usize,
    separator: Separator,
    capitalize: bool,
    number: bool,
    rng: &mut impl CryptoRng,
) -> Result<Generated, GeneratorError> {
    in_range(words, 3, 20)?;
    let dirs = u32::try_from(words).map_err(|_| GeneratorError::Length)?;
    let numbered = if number { Some(below(dirs, rng)?) } else { None };
    // Preallocate everything, since a reallocation leaves copies behind.
    let mut text = String::with_capacity(words * 14 + 1);
    let joint = if capitalize { FirstLetter::Capital } else { FirstLetter::Small };
    // Words contain no digits and no separators, so each choice is visible in the text and the bits add up exactly.
    let mut entropy_bits = if number { bits(10) + bits(dirs) } else { 0.0 };
    for place in 0..dirs {
        if place > 0 {
            entropy_bits += separator.push(&mut text, rng)?;
        }
        entropy_bits += list.push(&mut text, joint, rng)?;
        if numbered == Some(place) {
            text.push(digit(rng)?);
        }
    }
    Ok(Generated { text: SecretText::new(text), entropy_bits })
}
