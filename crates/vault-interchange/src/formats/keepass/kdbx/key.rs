//! The composite key: the password, a key file, or both.

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    error::ImportError,
    options::Options,
    sealed::kdf::Key,
    syntax::{
        text,
        xml::{Node, XmlReader},
    },
};

/// Returns the keys to try. An empty password counts like any other; with a key file, none may be meant.
///
/// # Errors
/// [`ImportError::SecretNeeded`] without both, [`ImportError::KeyFileDamaged`].
pub(super) fn candidates(options: &Options) -> Result<Vec<Key>, ImportError> {
    let password = options.password.as_ref().map(|password| password.expose());
    let file = options.key_file.as_ref().map(|bytes| key_of_file(bytes)).transpose()?;
    let compose = |password: Option<&str>| {
        let mut hash = Sha256::new();
        if let Some(password) = password {
            hash.update(Zeroizing::new(<[u8; 32]>::from(Sha256::digest(password))).as_slice());
        }
        if let Some(file) = &file {
            hash.update(file.as_slice());
        }
        Zeroizing::new(hash.finalize().into())
    };
    match (password, &file) {
        (None, None) => Err(ImportError::SecretNeeded),
        (None | Some(""), Some(_)) => Ok(vec![compose(None), compose(Some(""))]),
        (password, _) => Ok(vec![compose(password)]),
    }
}

/// Returns the key in a key file: XML of version 1 or 2, 32 bytes, 64 digits, or the hash of any other file.
fn key_of_file(bytes: &[u8]) -> Result<Key, ImportError> {
    if let Some(key) = of_xml(bytes)? {
        return Ok(key);
    }
    let key = match bytes.len() {
        32 => bytes.try_into().ok(),
        64 => from_hex(bytes),
        _ => None,
    };
    Ok(Zeroizing::new(key.unwrap_or_else(|| Sha256::digest(bytes).into())))
}

/// Returns `None` if it is not an XML key file.
fn of_xml(bytes: &[u8]) -> Result<Option<Key>, ImportError> {
    let Ok(text) = text::decode(bytes) else { return Ok(None) };
    if !text.trim_start().starts_with('<') {
        return Ok(None);
    }
    let mut reader = XmlReader::new(&text);
    let Ok(Some(Node::Open(tag))) = reader.next() else { return Ok(None) };
    if tag.name != "KeyFile" {
        return Ok(None);
    }
    let damaged = |_| ImportError::KeyFileDamaged;
    let mut file = reader.whole(tag, &mut |_, _| Ok(())).map_err(damaged)?;
    let version = file.take("Meta").map(|meta| meta.text_of("Version").to_owned()).unwrap_or_default();
    let mut key = file.take("Key").ok_or(ImportError::KeyFileDamaged)?;
    let data = key.take("Data").ok_or(ImportError::KeyFileDamaged)?;
    let text: Zeroizing<String> = Zeroizing::new(data.text.split_whitespace().collect());
    let key = if version.starts_with('2') {
        let key = from_hex(text.as_bytes()).ok_or(ImportError::KeyFileDamaged)?;
        let check = data.tag.attribute("Hash").unwrap_or_default();
        let hash: String = Sha256::digest(key).iter().take(4).map(|byte| format!("{byte:02X}")).collect();
        if !check.is_empty() && !check.eq_ignore_ascii_case(&hash) {
            return Err(ImportError::KeyFileDamaged);
        }
        key
    } else {
        let key = Zeroizing::new(Base64::decode_vec(&text).map_err(|_| ImportError::KeyFileDamaged)?);
        key.as_slice().try_into().map_err(|_| ImportError::KeyFileDamaged)?
    };
    Ok(Some(Zeroizing::new(key)))
}

fn from_hex(digits: &[u8]) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    let (pairs, rest) = digits.as_chunks::<2>();
    if pairs.len() != key.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in key.iter_mut().zip(pairs) {
        let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(key)
}
