//! The generator, the strength meter and the clipboard.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::generator::{Separator, WordList};

/// The separator between the words of a passphrase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum WordSeparator {
    /// `-`
    #[default]
    Hyphen,
    /// A space.
    Space,
    /// `.`
    Dot,
    /// `_`
    Underscore,
    /// A random digit.
    Digit,
}

/// A word list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum WordListView {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

/// The input of the generator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum GeneratorRecipe {
    /// Random characters; at least one of each chosen class.
    Characters {
        /// 4 to 128.
        length: u32,
        /// a–z.
        lower: bool,
        /// A–Z.
        upper: bool,
        /// 0–9.
        digits: bool,
        /// Punctuation.
        symbols: bool,
        /// Leave out look-alikes (`0O1lI|`).
        avoid_ambiguous: bool,
        /// The minimum of each chosen class, in the order above; none is one of each.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<[u8; 4]>,
        /// The symbols to use, in place of the default ones.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        own_symbols: Option<String>,
    },
    /// Random words.
    Words {
        /// The word list.
        #[serde(default)]
        list: WordListView,
        /// 3 to 20.
        count: u32,
        /// The separator between them.
        separator: WordSeparator,
        /// First letters capital.
        capitalize: bool,
        /// A digit after one word.
        number: bool,
    },
    /// A user name of words and digits.
    UserName {
        /// The word list.
        #[serde(default)]
        list: WordListView,
        /// Words, 1 to 4.
        words: u32,
        /// The separator between them; none joins them in camel case.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        separator: Option<WordSeparator>,
        /// Digits after them, 0 to 8.
        digits: u32,
    },
    /// Digits.
    Pin {
        /// 3 to 20.
        length: u32,
    },
}

/// A generated text.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct GeneratedView {
    /// The password.
    pub password: String,
    /// Its exact entropy in bits.
    pub entropy_bits: f64,
    /// 0 (very weak) to 4 (very strong).
    pub score: u8,
}

/// An entry in the history of the generator, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct GeneratedEntry {
    /// Its index, newest first.
    pub index: u32,
    /// When it was used, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Its number of characters.
    pub length: u32,
}

/// The strength of a password.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StrengthView {
    /// 0 (very weak) to 4 (very strong).
    pub score: u8,
    /// log2 of the guesses needed; exact for a text that the generator made lately.
    pub bits: f64,
    /// Why it is weak: key of a message `strength.warning.<key>`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Whether it is strong enough for a master password.
    pub acceptable: bool,
}

/// The result of copying; it does not contain the value.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CopyReceipt {
    /// Seconds until the clipboard is cleared; 0 for never.
    pub clears_in_seconds: u32,
}

impl From<WordListView> for WordList {
    fn from(list: WordListView) -> Self {
        match list {
            WordListView::English => Self::English,
            WordListView::German => Self::German,
        }
    }
}

impl From<WordSeparator> for Separator {
    fn from(separator: WordSeparator) -> Self {
        match separator {
            WordSeparator::Hyphen => Self::Hyphen,
            WordSeparator::Space => Self::Space,
            WordSeparator::Dot => Self::Dot,
            WordSeparator::Underscore => Self::Underscore,
            WordSeparator::Digit => Self::Digit,
        }
    }
}
