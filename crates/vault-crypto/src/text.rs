//! Secret text: zeroized on drop, never printed, copied only explicitly.

use zeroize::Zeroize;

/// A text that is zeroized on drop: passwords, notes, concealed fields.
///
/// [`SecretText::expose`] is the only access to the characters and [`SecretText::duplicate`] the only way to
/// copy it, so both can be found by searching for them.
pub struct SecretText(String);

crate::secret::assert_opaque!(SecretText);

impl SecretText {
    /// Wraps the text. The caller must not keep another copy.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the characters.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns a second copy, zeroized independently.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Returns whether the text is empty.
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
