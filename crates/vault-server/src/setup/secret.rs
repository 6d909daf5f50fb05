//! Values of the configuration that are secret.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::{Folder, FolderError};

/// Begins a value that names a file with the secret.
const FILE: &str = "file:";

/// A secret, or `file:` and the name of the file that has it. It is never printed, and written as `(hidden)`.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The secret, which may be in a file that only its owner can read; relative to the folder.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(&self, folder: &Folder) -> Result<Zeroizing<String>, FolderError> {
        match self.0.strip_prefix(FILE) {
            Some(name) => Ok(Zeroizing::new(folder.read(name)?.trim().to_owned())),
            None => Ok(self.0.clone()),
        }
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The name of a file is no secret.
        serializer.serialize_str(if self.0.starts_with(FILE) { &self.0 } else { "(hidden)" })
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}
