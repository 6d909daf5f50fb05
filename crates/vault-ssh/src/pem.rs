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
    begin(text).is_some()
}

/// Returns the first block with a private key. Its line breaks may have become spaces, or be missing.
pub(super) fn private(text: &str) -> Result<Pem<'_>, KeyError> {
    let (mut rest, mut seen, mut public) = (text, false, false);
    while let Some((label, content)) = begin(rest) {
        if label.ends_with("PRIVATE KEY") {
            return block(label, content);
        }
        seen = true;
        public |= label.ends_with("PUBLIC KEY") || label == "CERTIFICATE";
        rest = content;
    }
    Err(if public {
        KeyError::PublicOnly
    } else if seen {
        KeyError::Damaged
    } else {
        KeyError::NotAKey
    })
}

/// Returns the label of the first block and the text after its first line.
fn begin(mut text: &str) -> Option<(&str, &str)> {
    loop {
        let (_, rest) = text.split_once("-----BEGIN ")?;
        let (label, content) = rest.split_once("-----")?;
        if !label.contains(is_break) {
            return Some((label, content));
        }
        text = rest;
    }
}

fn block<'a>(label: &'a str, content: &'a str) -> Result<Pem<'a>, KeyError> {
    let (content, end) = content.split_once("-----END ").ok_or(KeyError::Damaged)?;
    if end.split_once("-----").is_none_or(|(end, _)| end != label) {
        return Err(KeyError::Damaged);
    }
    let mut rest = content.trim();
    let mut headers = Vec::new();
    let in_lines = rest.contains(is_break);
    while let Some((name, after)) = rest.split_once(':') {
        let after = after.trim_start_matches([' ', '\t']);
        // Without line breaks a value ends at a space: neither value of an encrypted key contains one.
        let end = after.find(|c: char| is_break(c) || !in_lines && c.is_whitespace());
        let (value, after) = after.split_at(end.unwrap_or(after.len()));
        if name.contains(char::is_whitespace) {
            return Err(KeyError::Damaged);
        }
        headers.push((name, value.trim()));
        rest = after.trim_start();
    }
    let mut text = Zeroizing::new(String::with_capacity(super::cost::MAX_FILE));
    text.extend(rest.split_whitespace());
    let body = Base64::decode_vec(&text).map_err(|_| KeyError::Damaged)?;
    Ok(Pem { label, headers, body: SecretBytes::new(body) })
}

const fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n')
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
