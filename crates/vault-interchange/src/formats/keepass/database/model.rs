//! Groups and entries as in the file.

use std::collections::BTreeMap;
use std::ops::Range;

use vault_engine::clock::Timestamp;
use vault_engine::item::SecretText;

use crate::{content::SharedBytes, error::ImportError, syntax::xml::Element};

/// Where the XML comes from.
pub(in crate::formats::keepass) enum Origin {
    /// An export, whose values are readable.
    Plain,
    /// A container.
    Sealed {
        /// Decrypts protected values, in the order of the file.
        stream: Box<dyn Unprotect>,
        /// The attached files, where they are outside of the XML.
        files: Vec<Attached>,
    },
}

/// Decrypts protected values.
pub(in crate::formats::keepass) trait Unprotect {
    /// Decrypts the next bytes in place.
    fn apply(&mut self, bytes: &mut [u8]) -> Result<(), ImportError>;
}

/// An attached file in memory.
pub(in crate::formats::keepass) struct Attached {
    /// The bytes that it is a part of.
    pub(in crate::formats::keepass) bytes: SharedBytes,
    /// The part.
    pub(in crate::formats::keepass) range: Range<usize>,
}

/// The content of a file.
#[derive(Default)]
pub(super) struct Database {
    /// Groups; each after the one around it.
    pub(super) groups: Vec<Group>,
    /// Entries in the order of the file.
    pub(super) entries: Vec<Entry>,
    /// Attached files by their numbers.
    pub(super) files: BTreeMap<u32, Attached>,
    /// The id of the recycle bin; empty if the file does not say.
    pub(super) recycle_bin: String,
    /// Whether the recycle bin is switched off, so that its group is like any other.
    pub(super) bin_unused: bool,
}

/// A group.
#[derive(Default)]
pub(super) struct Group {
    /// The group around it.
    pub(super) parent: Option<usize>,
    /// Its id in base64.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// Its tags, which its entries inherit.
    pub(super) tags: String,
}

/// An entry, or an earlier version of one.
#[derive(Default)]
pub(super) struct Entry {
    /// Its group.
    pub(super) group: usize,
    /// Its id in base64.
    pub(super) id: String,
    /// Its texts.
    pub(super) texts: Texts,
    /// Its files: name, and number or content.
    pub(super) files: Vec<(String, FileValue)>,
    /// Its tags, as they are written.
    pub(super) tags: String,
    /// Its times.
    pub(super) times: Times,
    /// Earlier versions, oldest first.
    pub(super) history: Vec<Entry>,
    /// Everything else.
    pub(super) rest: Vec<Element>,
}

/// The content of an attached file.
pub(super) enum FileValue {
    /// A number in the list of the file.
    Number(u32),
    /// The content.
    Content(Attached),
    /// A value that cannot be read.
    Bad,
}

/// The times of an entry.
#[derive(Default)]
pub(super) struct Times {
    pub(super) created: Option<Timestamp>,
    pub(super) modified: Option<Timestamp>,
    pub(super) moved: Option<Timestamp>,
    /// Set only if the entry expires.
    pub(super) expires: Option<Timestamp>,
    /// Texts that are no times, with their names.
    pub(super) bad: Vec<(&'static str, String)>,
}

/// A named text.
pub(super) struct Text {
    /// Its name.
    pub(super) key: String,
    /// The value.
    pub(super) value: SecretText,
    /// Whether it is a secret.
    pub(super) protected: bool,
}

/// Texts in the order of the file; names that differ in case only are different.
#[derive(Default)]
pub(super) struct Texts(pub(super) Vec<Text>);

impl Texts {
    /// Returns a value, empty if there is none.
    pub(super) fn get(&self, key: &str) -> &str {
        self.0.iter().find(|text| text.key == key).map_or("", |text| text.value.expose())
    }

    /// Takes a value out, or an empty one.
    pub(super) fn take(&mut self, key: &str) -> SecretText {
        let at = self.0.iter().position(|text| text.key == key);
        at.map_or_else(|| SecretText::new(String::new()), |at| self.0.remove(at).value)
    }

    /// Takes all texts out whose names fit.
    pub(super) fn take_all(&mut self, fits: impl Fn(&str) -> bool) -> Vec<Text> {
        self.0.extract_if(.., |text| fits(&text.key)).collect()
    }
}
