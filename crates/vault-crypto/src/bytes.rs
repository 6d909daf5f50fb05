//! Secret bytes of variable length.

use zeroize::Zeroize;

/// Heap bytes that are zeroized on drop. Implements no `Debug`, `Clone` or comparison.
pub struct SecretBytes(Vec<u8>);

crate::secret::assert_opaque!(SecretBytes);

impl SecretBytes {
    /// Wraps the bytes. The caller must not keep another copy.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Truncates the bytes and zeroizes the removed end.
    pub(crate) fn truncate(&mut self, len: usize) {
        if let Some(rest) = self.0.get_mut(len..) {
            rest.zeroize();
        }
        self.0.truncate(len);
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
