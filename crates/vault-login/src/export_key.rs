//! The key that only the client of a registration or sign-in gets.

use zeroize::Zeroize;

/// OPAQUE's export key: 64 bytes on the heap, zeroized on drop, the same at each sign-in with one registration.
///
/// It can neither be printed nor copied:
///
/// ```compile_fail,E0277
/// fn print(key: &vault_login::ExportKey) { println!("{key:?}"); }
/// ```
/// ```compile_fail,E0599
/// fn copy(key: &vault_login::ExportKey) -> vault_login::ExportKey { (*key).clone() }
/// ```
pub struct ExportKey(Box<[u8; 64]>);

impl ExportKey {
    /// Copies the key and zeroizes what it was copied from.
    pub(crate) fn take(from: &mut [u8]) -> Self {
        let mut key = Self(Box::new([0; 64]));
        key.0.iter_mut().zip(&*from).for_each(|(to, from)| *to = *from);
        from.zeroize();
        key
    }

    /// Returns the secret bytes.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl Drop for ExportKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
