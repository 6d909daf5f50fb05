//! What opens an encrypted file.

use vault_engine::item::SecretText;
use zeroize::Zeroizing;

use crate::{
    cost::{Cost, DEFAULT},
    meaning::Mapping,
};

/// What a reader needs besides the file.
pub struct Options {
    /// The password; an empty one is not the same as none.
    pub password: Option<SecretText>,
    /// The content of a key file.
    pub key_file: Option<Zeroizing<Vec<u8>>>,
    /// The highest cost of a key derivation that runs without asking.
    pub limit: Cost,
    /// Whether `&amp;`, `&lt;` and `&gt;` in the values of a table are read as `&`, `<` and `>`.
    pub unescape: bool,
    /// What the columns of any other table mean; without it their names say so.
    pub mapping: Option<Mapping>,
}

impl Default for Options {
    fn default() -> Self {
        Self { password: None, key_file: None, limit: DEFAULT, unescape: false, mapping: None }
    }
}
