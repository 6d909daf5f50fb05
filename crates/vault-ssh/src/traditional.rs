//! OpenSSL's PEM encryption from before PKCS#8, which OpenSSH wrote until 2018.
//!
//! The key is derived with one round of MD5 over passphrase and salt (`EVP_BytesToKey` with a count of one). Only read,
//! never written.

use md5::{Digest, Md5};
use ssh_cipher::Cipher;
use vault_crypto::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use super::error::{KeyError, Unsupported};
use super::key::PrivateKey;
use super::pem::Pem;
use super::pkcs::is_key;

/// Number of bytes of the IV that are the salt.
const SALT: usize = 8;

/// Reads a block, encrypted or not, and parses its content with `parse`.
pub(super) fn read(
    block: &Pem<'_>,
    passphrase: Option<&SecretText>,
    parse: impl Fn(&[u8]) -> Result<PrivateKey, KeyError>,
) -> Result<PrivateKey, KeyError> {
    let header = |name: &str| {
        block.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    };
    match header("Proc-Type") {
        None => return parse(block.body.expose()),
        Some("4,ENCRYPTED") => {}
        Some(_) => return Err(KeyError::Unsupported(Unsupported::Encryption)),
    }
    let (name, vector) = header("DEK-Info").and_then(|info| info.split_once(',')).ok_or(KeyError::Damaged)?;
    let cipher = match name.trim() {
        "AES-128-CBC" => Cipher::Aes128Cbc,
        "AES-192-CBC" => Cipher::Aes192Cbc,
        "AES-256-CBC" => Cipher::Aes256Cbc,
        "AES-128-CTR" => Cipher::Aes128Ctr,
        "AES-192-CTR" => Cipher::Aes192Ctr,
        "AES-256-CTR" => Cipher::Aes256Ctr,
        "DES-EDE3-CBC" => Cipher::TdesCbc,
        _ => return Err(KeyError::Unsupported(Unsupported::Encryption)),
    };
    let vector = unhex(vector.trim()).ok_or(KeyError::Damaged)?;
    let passphrase = passphrase.ok_or(KeyError::PassphraseNeeded)?;
    let opened = open(cipher, &vector, block.body.expose(), passphrase)?;
    // The passphrase is verified only by the result: valid padding, if there is any, and the start of a key.
    if is_key(opened.expose()) { parse(opened.expose()) } else { Err(KeyError::WrongPassphrase) }
}

fn open(
    cipher: Cipher,
    vector: &[u8],
    body: &[u8],
    passphrase: &SecretText,
) -> Result<SecretBytes, KeyError> {
    let (key_len, vector_len) = cipher.key_and_iv_size().ok_or(KeyError::Damaged)?;
    let salt = vector.get(..SALT).filter(|_| vector.len() == vector_len).ok_or(KeyError::Damaged)?;
    let padded = !matches!(cipher, Cipher::Aes128Ctr | Cipher::Aes192Ctr | Cipher::Aes256Ctr);
    let len = body.len();
    if len == 0 || padded && !len.is_multiple_of(cipher.block_size()) {
        return Err(KeyError::Damaged);
    }
    let mut key = Zeroizing::new(Vec::with_capacity(key_len + 16));
    let mut last = Zeroizing::new(Vec::new());
    while key.len() < key_len {
        let mut hash = Md5::new();
        hash.update(last.as_slice());
        hash.update(passphrase.expose());
        hash.update(salt);
        last = Zeroizing::new(hash.finalize().to_vec());
        key.extend_from_slice(&last);
    }
    key.truncate(key_len);
    let mut opened = Zeroizing::new(Vec::with_capacity(len + cipher.block_size()));
    opened.extend_from_slice(body);
    // The cipher takes whole blocks.
    opened.resize(len.next_multiple_of(cipher.block_size()), 0);
    cipher.decrypt(&key, vector, &mut opened, None).map_err(|_| KeyError::Damaged)?;
    opened.truncate(len);
    if padded {
        let padding = usize::from(opened.last().copied().unwrap_or(0));
        let content = len.checked_sub(padding).filter(|_| (1..=cipher.block_size()).contains(&padding));
        let (_, padding_bytes) = opened.split_at(content.ok_or(KeyError::WrongPassphrase)?);
        if padding_bytes.iter().any(|byte| usize::from(*byte) != padding) {
            return Err(KeyError::WrongPassphrase);
        }
        opened.truncate(len - padding);
    }
    Ok(SecretBytes::new(std::mem::take(&mut *opened)))
}

/// Decodes pairs of hexadecimal digits.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}
