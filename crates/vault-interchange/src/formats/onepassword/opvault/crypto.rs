//! The keys of a vault. A sealed value is `opdata01`, its length, a vector, AES-256-CBC with the padding in front, and HMAC-SHA-256.

use aes::Aes256;
use cbc::Decryptor;
use cipher::{BlockModeDecrypt, KeyIvInit, block_padding::NoPadding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::{
    error::ImportError,
    options::Options,
    sealed::kdf,
    syntax::{
        base32::bytes_of_base64,
        json::Json,
        raw::{self, Members},
    },
};

const DAMAGED: ImportError = ImportError::Damaged;
const MAC: usize = 32;
const VECTOR: usize = 16;

/// A key of the cipher and one of the MAC.
pub(super) struct Keys {
    cipher: Zeroizing<Vec<u8>>,
    mac: Zeroizing<Vec<u8>>,
}

/// The keys of a vault.
pub(super) struct VaultKeys {
    /// Opens the keys of items.
    master: Keys,
    /// Opens overviews.
    pub(super) overview: Keys,
}

impl VaultKeys {
    /// Derives and opens the keys.
    ///
    /// # Errors
    /// [`ImportError::WrongSecret`], the errors of the key derivation.
    pub(super) fn open(profile: &Members<'_>, options: &Options) -> Result<Self, ImportError> {
        let password = options.password.as_ref().ok_or(ImportError::SecretNeeded)?.expose();
        let salt = bytes_of(&profile.text("salt"))?;
        let iterations = profile.get("iterations").and_then(|raw| raw.get().parse().ok()).ok_or(DAMAGED)?;
        let [master, overview] =
            ["masterKey", "overviewKey"].map(|name| profile.get(name).and_then(raw::value));
        let sealed =
            |value: Option<Json>| value.map_or(Err(DAMAGED), |value| bytes_of(value.into_text().expose()));
        let (master, overview) = (sealed(master)?, sealed(overview)?);
        // The versions did not agree on how a letter with an accent is written.
        let (decomposed, composed): (Zeroizing<String>, Zeroizing<String>) =
            (Zeroizing::new(password.nfkd().collect()), Zeroizing::new(password.nfc().collect()));
        let mut spellings = vec![password];
        for spelling in [decomposed.as_str(), composed.as_str()] {
            if !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
        for spelling in spellings {
            let key = kdf::pbkdf2_sha512(spelling.as_bytes(), &salt, iterations, options.limit)?;
            let keys = Keys::halves(&*key)?;
            if let Ok(master) = keys.open(&master) {
                let overview = keys.open(&overview)?;
                let [master, overview] = [master, overview].map(|plain| {
                    let hash: Zeroizing<[u8; 64]> = Zeroizing::new(Sha512::digest(&*plain).into());
                    Keys::halves(&*hash)
                });
                return Ok(Self { master: master?, overview: overview? });
            }
        }
        Err(ImportError::WrongSecret)
    }

    /// Opens the keys of an item, which have neither a length nor padding.
    ///
    /// # Errors
    /// [`ImportError::Damaged`].
    pub(super) fn open_item_keys(&self, text: &str) -> Result<Keys, ImportError> {
        let bytes = bytes_of(text)?;
        let sealed = self.master.check(&bytes)?;
        let (vector, data) = sealed.split_at_checked(VECTOR).ok_or(DAMAGED)?;
        Keys::halves(&self.master.decrypt(vector, data)?)
    }
}

impl Keys {
    /// Takes 64 bytes apart.
    fn halves(bytes: &[u8]) -> Result<Self, ImportError> {
        let (cipher, mac) = bytes.split_at_checked(32).filter(|(_, mac)| mac.len() == 32).ok_or(DAMAGED)?;
        Ok(Self { cipher: Zeroizing::new(cipher.to_vec()), mac: Zeroizing::new(mac.to_vec()) })
    }

    /// Opens a sealed value in base64.
    ///
    /// # Errors
    /// [`ImportError::Damaged`].
    pub(super) fn open_text(&self, text: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        self.open(&bytes_of(text)?)
    }

    /// Opens a sealed value.
    ///
    /// # Errors
    /// [`ImportError::Damaged`].
    pub(super) fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let sealed = self.check(sealed)?.strip_prefix(b"opdata01").ok_or(DAMAGED)?;
        let (length, rest) = sealed.split_at_checked(8).ok_or(DAMAGED)?;
        let length = u64::from_le_bytes(length.try_into().map_err(|_| DAMAGED)?);
        let (vector, data) = rest.split_at_checked(VECTOR).ok_or(DAMAGED)?;
        let mut plain = self.decrypt(vector, data)?;
        let padding = usize::try_from(length).ok().and_then(|length| plain.len().checked_sub(length));
        drop(plain.drain(..padding.ok_or(DAMAGED)?));
        Ok(plain)
    }

    /// Checks the MAC at the end and returns what is before it.
    fn check<'s>(&self, sealed: &'s [u8]) -> Result<&'s [u8], ImportError> {
        let at = sealed.len().checked_sub(MAC).ok_or(DAMAGED)?;
        let (data, mac) = sealed.split_at_checked(at).ok_or(DAMAGED)?;
        let computed = Hmac::<Sha256>::new_from_slice(&self.mac).map_err(|_| DAMAGED)?.chain_update(data);
        computed.verify_slice(mac).map_err(|_| DAMAGED)?;
        Ok(data)
    }

    fn decrypt(&self, vector: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let mut plain = Zeroizing::new(data.to_vec());
        let cipher = Decryptor::<Aes256>::new_from_slices(&self.cipher, vector).map_err(|_| DAMAGED)?;
        cipher.decrypt_padded::<NoPadding>(&mut plain).map_err(|_| DAMAGED)?;
        Ok(plain)
    }
}

/// Decodes base64.
fn bytes_of(text: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    bytes_of_base64(text.trim()).ok_or(DAMAGED)
}
