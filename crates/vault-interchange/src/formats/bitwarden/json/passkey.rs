//! A passkey in `fido2Credentials`: every value is a text, bytes are base64url, the id is a GUID or starts with `b64.`.

use std::borrow::Cow;

use base64ct::{Base64UrlUnpadded, Encoding};
use vault_engine::clock::Timestamp;
use vault_engine::item::{CoseAlgorithm, Passkey, SecretBytes, Unknown, limits};
use zeroize::Zeroizing;

use crate::syntax::json::Object;

/// The members that describe a passkey which [`read`] accepts.
pub(super) const MEMBERS: [&str; 12] = [
    "credentialId",
    "keyType",
    "keyAlgorithm",
    "keyCurve",
    "keyValue",
    "rpId",
    "rpName",
    "userHandle",
    "userName",
    "userDisplayName",
    "counter",
    "discoverable",
];

/// Reads a passkey without taking its members out; returns `None` if any of them is invalid. Numbers and truth values are
/// accepted in place of texts.
pub(super) fn read(members: &Object) -> Option<Passkey> {
    // A list or object in the place of a value makes the whole passkey invalid, also where the value may be missing.
    let get = |name: &str| members.get_scalar(name).ok();
    let text = |name: &str| Some(get(name)?.unwrap_or_default());
    let is =
        |name: &str, expected: &str| get(name).is_some_and(|text| text.is_none_or(|text| text == expected));
    if !(is("keyType", "public-key") && is("keyAlgorithm", "ECDSA") && is("keyCurve", "P-256")) {
        return None;
    }
    let name = |name: &str| text(name).filter(|text| text.len() <= limits::LABEL).map(Cow::into_owned);
    let passkey = Passkey {
        credential_id: credential_id(&get("credentialId")??)?,
        rp_id: name("rpId")?,
        rp_name: name("rpName")?,
        user_handle: bytes(&text("userHandle")?)?.to_vec(),
        user_name: name("userName")?,
        display_name: name("userDisplayName")?,
        private_key: SecretBytes::new(std::mem::take(&mut *bytes(&get("keyValue")??)?)),
        algorithm: CoseAlgorithm::ES256,
        sign_counter: get("counter")?.as_deref().unwrap_or("0").parse().ok()?,
        discoverable: match get("discoverable")?.as_deref() {
            Some("true") => true,
            Some("false") | None => false,
            Some(_) => return None,
        },
        created_at: Timestamp::UNKNOWN,
        unknown: Unknown::default(),
    };
    let fits = passkey.private_key.expose().len() <= limits::PASSKEY_KEY;
    (fits && !passkey.looks_wrong()).then_some(passkey)
}

fn bytes(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    Base64UrlUnpadded::decode_vec(text.trim_end_matches('=')).ok().map(Zeroizing::new)
}

/// Decodes an id: 16 bytes written as a GUID, or any number of them after `b64.`.
fn credential_id(text: &str) -> Option<Vec<u8>> {
    if let Some(text) = text.strip_prefix("b64.") {
        return bytes(text).map(|bytes| bytes.to_vec());
    }
    let groups: Vec<&str> = text.split('-').collect();
    let shaped = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]);
    let digits: String = groups.concat();
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    if shaped && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        (0..32).step_by(2).map(byte).collect()
    } else {
        None
    }
}
