use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What stands between the words of a passphrase.
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

/// What the generator makes.
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
    },
    /// Random words.
    Words {
        /// 3 to 20.
        count: u32,
        /// Between them.
        separator: WordSeparator,
        /// First letters capital.
        capitalize: bool,
        /// A digit after one word.
        number: bool,
    },
    /// Digits.
    Pin {
        /// 3 to 20.
        length: u32,
    },
}

/// What the generator made.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct GeneratedView {
    /// The password.
    pub password: String,
    /// Its exact entropy in bits.
    pub entropy_bits: f64,
}

/// How hard a password is to guess.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StrengthView {
    /// 0 (very weak) to 4 (very strong).
    pub score: u8,
    /// log2 of the guesses needed.
    pub bits: f64,
    /// Why it is weak: key of a message `strength.warning.<key>`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Whether it is strong enough for a master password.
    pub acceptable: bool,
}

/// The answer to a copy: the value itself never comes here.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CopyReceipt {
    /// Seconds until the clipboard is cleared; 0 if it is not.
    pub clears_in_seconds: u32,
}

/// The Emergency Kit as the first-run screen needs it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct KitView {
    /// Number of groups of the Secret Key after `C1-`.
    pub groups: u8,
    /// The group to be typed back, from 0.
    pub ask_group: u8,
    /// Whether the PDF has been saved in this session.
    pub saved: bool,
    /// Whether it was confirmed.
    pub confirmed: bool,
}
