//! PEM blocks of RFC 7468 and its predecessors, read as leniently as by other programs.

use base64ct::{Base64, Encoding};
use vault_crypto::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use super::error::KeyError;

/// Length of a base64 line, as in OpenSSH.
const LINE: usize = 70;

/// A block between `BEGIN` and `END`.
pub(super) struct Pem<'a> {
    /// The text after `BEGIN`.
    pub(super) label: &'a str,
    /// The `Name: value` lines at the top.
    pub(super) headers: Vec<(&'a str, &'a str)>,
    /// The decoded content.
    pub(super) body: SecretBytes,
}

/// Returns whether a text contains PEM blocks.
pub(super) fn is_armoured(text: &str) -> bool {
    text.lines().any(|line| label(line.trim(), "BEGIN").is_some())
}

/// Returns the first block with a private key.
pub(super) fn private(text: &str) -> Result<Pem<'_>, KeyError> {
    let mut lines = text.lines().map(str::trim);
    let (mut seen, mut public) = (false, false);
    while let Some(line) = lines.next() {
        let Some(label) = label(line, "BEGIN") else { continue };
        seen = true;
        if label.ends_with("PRIVATE KEY") {
            return block(label, lines);
        }
        public |= label.ends_with("PUBLIC KEY") || label == "CERTIFICATE";
    }
    Err(if public {
        KeyError::PublicOnly
    } else if seen {
        KeyError::Damaged
    } else {
        KeyError::NotAKey
    })
}

fn label<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix("-----")?.strip_prefix(word)?.strip_prefix(' ')?.strip_suffix("-----")
}

fn block<'a>(name: &'a str, lines: impl Iterator<Item = &'a str>) -> Result<Pem<'a>, KeyError> {
    let mut headers = Vec::new();
    let mut text = Zeroizing::new(String::with_capacity(super::cost::MAX_FILE));
    for line in lines {
        if let Some(end) = label(line, "END") {
            let body = Base64::decode_vec(&text).map_err(|_| KeyError::Damaged)?;
            let body = SecretBytes::new(body);
            return if end == name { Ok(Pem { label: name, headers, body }) } else { Err(KeyError::Damaged) };
        }
        match line.split_once(':') {
            Some((name, value)) if text.is_empty() => headers.push((name.trim(), value.trim())),
            Some(_) => return Err(KeyError::Damaged),
            None => text.push_str(line),
        }
    }
    Err(KeyError::Damaged)
}

/// Writes a block in lines of 70 characters, as OpenSSH does.
pub(super) fn armour(label: &str, body: &SecretBytes) -> SecretText {
    let encoded = Zeroizing::new(Base64::encode_string(body.expose()));
    let mut text = String::with_capacity(encoded.len() + encoded.len() / LINE + 2 * label.len() + 40);
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    SecretText::new(text)
}
