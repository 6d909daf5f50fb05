//! Detection of the key format.

use vault_crypto::SecretText;
use vault_text::decode;

use super::cost::MAX_FILE;
use super::error::{KeyError, Unsupported};
use super::key::PrivateKey;
use super::public::PublicKey;
use super::{openssh, pem, pkcs, putty, traditional};

/// Reads a private key in any supported format: OpenSSH, PKCS#8, PKCS#1, SEC 1 and PuTTY versions 2 and 3, unencrypted
/// or encrypted with a passphrase. The passphrase is ignored for an unencrypted key.
///
/// # Errors
/// Returns [`KeyError::PassphraseNeeded`] if the key is encrypted and there is no passphrase, or another [`KeyError`].
pub fn read(file: &[u8], passphrase: Option<&SecretText>) -> Result<PrivateKey, KeyError> {
    if file.len() > MAX_FILE {
        return Err(KeyError::TooLarge);
    }
    // A PuTTY file may have a comment in a code page, so only what is marked as another encoding is converted.
    let decoded = match file {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(decode(file).map_err(|_| KeyError::NotAKey)?),
        _ => None,
    };
    let file = decoded.as_ref().map_or(file, |text| text.as_bytes());
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii();
    // No program encrypts a file with an empty passphrase.
    let passphrase = passphrase.filter(|passphrase| !passphrase.is_empty());
    if file.starts_with(putty::MAGIC) {
        let in_lines = putty::with_lines(file);
        return putty::read(in_lines.as_deref().map_or(file, Vec::as_slice), passphrase);
    }
    let text = std::str::from_utf8(file).map_err(|_| KeyError::NotAKey)?;
    if !pem::is_armoured(text) {
        return Err(public_line(text));
    }
    let block = pem::private(text)?;
    match block.label {
        "OPENSSH PRIVATE KEY" => openssh::read(block.body.expose(), passphrase),
        "PRIVATE KEY" => pkcs::read_pkcs8(block.body.expose()),
        "ENCRYPTED PRIVATE KEY" => {
            let passphrase = passphrase.ok_or(KeyError::PassphraseNeeded)?;
            pkcs::read_encrypted(block.body.expose(), passphrase)
        }
        "RSA PRIVATE KEY" => traditional::read(&block, passphrase, pkcs::read_pkcs1),
        "EC PRIVATE KEY" => traditional::read(&block, passphrase, |der| pkcs::read_sec1(der, None)),
        _ => Err(KeyError::Unsupported(Unsupported::Algorithm)),
    }
}

/// Returns the error for a text without a PEM block.
fn public_line(text: &str) -> KeyError {
    let mut lines = text.lines().take(64);
    let is_public = |line: &str| {
        matches!(PublicKey::parse_line(line), Ok(_) | Err(KeyError::Unsupported(_) | KeyError::Damaged))
    };
    let named = text.starts_with("---- BEGIN SSH2 PUBLIC KEY ----");
    if named || lines.any(is_public) { KeyError::PublicOnly } else { KeyError::NotAKey }
}
