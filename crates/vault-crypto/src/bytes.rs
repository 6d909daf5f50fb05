//! Secret bytes of any length.

use zeroize::Zeroize;

/// Bytes on the heap that are wiped when dropped. Like a key it derives nothing.
pub struct SecretBytes(Vec<u8>);

crate::secret::derives_nothing!(SecretBytes);

impl SecretBytes {
    /// Takes the bytes over. The caller must not keep another copy of them.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Cuts the end off and wipes it.
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
