//! Text that must not be printed, copied by accident or left behind in memory.

use zeroize::Zeroize;

/// A text whose bytes are wiped when it is dropped: passwords, notes, concealed fields.
///
/// It derives nothing on purpose; [`SecretText::expose`] is the only way to the characters and
/// [`SecretText::duplicate`] the only way to a second copy, so both can be found by searching for them.
pub struct SecretText(String);

crate::secret::derives_nothing!(SecretText);

impl SecretText {
    /// Takes the text over. The caller must not keep another copy of it.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The characters.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A second copy, wiped on its own.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Whether there is no character.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
