//! An export protected by a password: `{encrypted: true, passwordProtected: true, salt, kdfType, kdfIterations, kdfMemory,
//! kdfParallelism, encKeyValidation_DO_NOT_EDIT, data}`. Texts are sealed as `2.iv|data|mac`: AES-256-CBC, and
//! HMAC-SHA-256 over the vector and the data.

use aes::Aes256;
use argon2::{Algorithm, Version};
use base64ct::{Base64, Encoding};
use cbc::Decryptor;
use cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use vault_engine::item::SecretText;
use zeroize::Zeroizing;

use super::export::Export;
use crate::{
    error::ImportError,
    options::Options,
    sealed::{
        bitwarden::Keys,
        kdf::{self, Argon2Costs, Key},
    },
    syntax::json::Json,
};

const DAMAGED: ImportError = ImportError::Damaged;

/// Whether the export is protected by a password.
pub(super) fn is_protected(export: &Export<'_>) -> bool {
    let is_true = |name| export.member(name).is_some_and(|raw| raw.get() == "true");
    is_true("encrypted") && is_true("passwordProtected")
}

/// Decrypts the content, which is an export again.
pub(super) fn open(export: &Export<'_>, options: &Options) -> Result<Zeroizing<String>, ImportError> {
    let password = options.password.as_ref().ok_or(ImportError::SecretNeeded)?;
    let text = |name| match serde_json::from_str(export.member(name).ok_or(DAMAGED)?.get()) {
        Ok(Json::Text(text)) => Ok(text),
        _ => Err(DAMAGED),
    };
    let (salt, check, data) = (text("salt")?, text("encKeyValidation_DO_NOT_EDIT")?, text("data")?);
    let key = derive(export, password.expose().as_bytes(), salt.expose().as_bytes(), options)?;
    let keys = Keys::expand(&key).map_err(|_| DAMAGED)?;
    keys.open(&check).map_err(|error| if error == DAMAGED { ImportError::WrongSecret } else { error })?;
    let mut plain = keys.open(&data)?;
    String::from_utf8(std::mem::take(&mut *plain)).map(Zeroizing::new).map_err(|_| DAMAGED)
}

/// Derives the key. The salt is the text as it is written, not the bytes that it encodes.
fn derive(export: &Export<'_>, password: &[u8], salt: &[u8], options: &Options) -> Result<Key, ImportError> {
    let number = |name| export.member(name).and_then(|raw| raw.get().parse::<u64>().ok());
    let passes = number("kdfIterations").ok_or(DAMAGED)?;
    match number("kdfType") {
        Some(0) => kdf::pbkdf2_sha256(password, salt, passes, options.limit),
        Some(1) => {
            let memory_kib = number("kdfMemory").ok_or(DAMAGED)?.saturating_mul(1024);
            let lanes =
                number("kdfParallelism").and_then(|lanes| u32::try_from(lanes).ok()).ok_or(DAMAGED)?;
            let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
            let costs = Argon2Costs { algorithm, version, memory_kib, passes, lanes };
            kdf::argon2(password, &Sha256::digest(salt), &costs, options.limit)
        }
        _ => Err(ImportError::UnknownMethod("key derivation")),
    }
}

impl Keys {
    fn open(&self, sealed: &SecretText) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let unknown = ImportError::UnknownMethod("cipher");
        let parts = sealed.expose().trim().strip_prefix("2.").ok_or(unknown)?;
        let mut parts = parts.split('|').map(|part| Base64::decode_vec(part).map_err(|_| DAMAGED));
        let (Some(vector), Some(data), Some(mac)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(DAMAGED);
        };
        let (vector, mut data) = (vector?, Zeroizing::new(data?));
        let computed = Hmac::<Sha256>::new_from_slice(&*self.mac).map_err(|_| DAMAGED)?;
        let computed = computed.chain_update(&vector).chain_update(&*data);
        computed.verify_slice(&mac?).map_err(|_| DAMAGED)?;
        let cipher = Decryptor::<Aes256>::new_from_slices(&*self.encryption, &vector).map_err(|_| DAMAGED)?;
        let length = cipher.decrypt_padded::<Pkcs7>(&mut data).map(<[u8]>::len).map_err(|_| DAMAGED)?;
        data.truncate(length);
        Ok(data)
    }
}
