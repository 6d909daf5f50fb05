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

/// A list of words.
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
        /// How many of each chosen class there are at least, in the order above; none is one of each.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<[u8; 4]>,
        /// Symbols that a site accepts, in place of the usual ones.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        own_symbols: Option<String>,
    },
    /// Random words.
    Words {
        /// Where they are from.
        #[serde(default)]
        list: WordListView,
        /// 3 to 20.
        count: u32,
        /// Between them.
        separator: WordSeparator,
        /// First letters capital.
        capitalize: bool,
        /// A digit after one word.
        number: bool,
    },
    /// A user name of words and digits.
    UserName {
        /// Where its words are from.
        #[serde(default)]
        list: WordListView,
        /// Words, 1 to 4.
        words: u32,
        /// Between them; none writes them together with capitals.
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

/// What the generator made.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct GeneratedView {
    /// The password.
    pub password: String,
    /// Its exact entropy in bits.
    pub entropy_bits: f64,
}

/// Something that the generator made and the person took; the text itself is asked for one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct GeneratedEntry {
    /// Its place, from the newest.
    pub index: u32,
    /// When it was taken, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Its characters.
    pub length: u32,
}

/// A one-time code that was found in a picture or text, to be kept in an item.
#[derive(Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FoundCode {
    /// Who issued it, empty if not said.
    pub issuer: String,
    /// Whose it is, empty if not said.
    pub account: String,
    /// Its set-up, as a field of a form takes it.
    pub setup: String,
}

/// A QR code, to be drawn dark on white.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct QrView {
    /// Squares to each side, the light ones around it included.
    pub side: u32,
    /// The dark squares as the path of an SVG picture, a unit to each.
    pub path: String,
}

/// One-time codes on their way to another program, as QR codes to be shown one after the other.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct CodeTransferView {
    /// The QR codes.
    pub pages: Vec<QrView>,
    /// One-time codes in them.
    pub count: u32,
    /// Titles of items with a code that this form of transfer has no place for.
    pub left_out: Vec<String>,
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
