//! Authentication of a backup's manifest, which contains the sizes and hashes of all other parts.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vault_wire::Label;
use vault_wire::cbor::Array;
use zeroize::Zeroizing;

use crate::keys::{BackupKey, RootKey};
use crate::v1::derive::derive;

impl RootKey {
    /// Derives the key that authenticates the manifests of the profile's backups.
    #[must_use]
    pub fn derive_backup_key(&self) -> BackupKey {
        BackupKey(derive(&[], self.expose_bytes(), &Array::labelled(Label::BACKUP)))
    }
}

impl BackupKey {
    /// Returns the MAC of a manifest.
    #[must_use]
    pub fn authenticate(&self, manifest: &[u8]) -> [u8; 32] {
        self.mac(manifest).finalize().into_bytes().into()
    }

    /// Returns whether the MAC is valid for the manifest.
    #[must_use]
    pub fn is_authentic(&self, manifest: &[u8], mac: &[u8; 32]) -> bool {
        self.mac(manifest).verify_slice(mac).is_ok()
    }

    fn mac(&self, manifest: &[u8]) -> Hmac<Sha256> {
        let message = Array::labelled(Label::BACKUP).bytes(manifest);
        // HMAC pads a short key with zeros to the block size of its hash; passing a whole block cannot fail.
        let mut block = Zeroizing::new([0; 64]);
        block.iter_mut().zip(self.expose_bytes()).for_each(|(to, from)| *to = *from);
        Hmac::<Sha256>::new((&*block).into()).chain_update(message.encode())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t47_manifest_is_authentic_only_unchanged_and_under_its_root_key() {
        let key = RootKey::from_bytes(&[1; 32]).derive_backup_key();
        let mac = key.authenticate(b"manifest");
        assert!(key.is_authentic(b"manifest", &mac));
        assert!(!key.is_authentic(b"manifesu", &mac));
        assert!(!RootKey::from_bytes(&[2; 32]).derive_backup_key().is_authentic(b"manifest", &mac));
        let mut changed = mac;
        changed[31] ^= 1;
        assert!(!key.is_authentic(b"manifest", &changed));
    }
}
