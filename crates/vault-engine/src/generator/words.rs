//! Passphrases from lists of words (see `docs/third-party.md` for where they are from).

use std::sync::LazyLock;

use rand_core::CryptoRng;
use vault_crypto::SecretText;

use super::{Generated, GeneratorError, below, bits, digit, in_range};

static ENGLISH: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("words.txt").lines().collect());
static GERMAN: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("german.txt").lines().collect());

/// A list of words: a to z only, three to twelve letters, none the beginning of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WordList {
    /// 7,772 English words, of 12.9 bits each.
    #[default]
    English,
    /// 7,423 German words, of 12.9 bits each, none with an umlaut.
    German,
}

/// How a word begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// As it stands in the list.
    Small,
    /// With a capital.
    Capital,
}

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

impl WordList {
    /// Every list.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }

    /// Appends a word drawn at random; returns its entropy.
    pub(super) fn push(
        self,
        text: &mut String,
        joint: Joint,
        rng: &mut impl CryptoRng,
    ) -> Result<f64, GeneratorError> {
        let words = self.words();
        let size = u32::try_from(words.len()).map_err(|_| GeneratorError::Randomness)?;
        let word = words.get(below(size, rng)? as usize).copied().unwrap_or_default();
        let (first, rest) = word.split_at_checked(1).unwrap_or_default();
        match joint {
            Joint::Small => text.push_str(first),
            Joint::Capital => text.extend(first.chars().map(|letter| letter.to_ascii_uppercase())),
        }
        text.push_str(rest);
        Ok(bits(size))
    }
}

impl Separator {
    /// Appends what stands between two words; returns its entropy.
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
    let places = u32::try_from(words).map_err(|_| GeneratorError::Length)?;
    let numbered = if number { Some(below(places, rng)?) } else { None };
    // Room for everything at once: a text that grows leaves copies behind.
    let mut text = String::with_capacity(words * 14 + 1);
    let joint = if capitalize { Joint::Capital } else { Joint::Small };
    // Words hold no digits and no separators, so each choice shows in the text: the bits add up exactly.
    let mut entropy_bits = if number { bits(10) + bits(places) } else { 0.0 };
    for place in 0..places {
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
