//! Passkeys, as KeePassXC, KeePassDX and Strongbox store them: one in the texts of an entry.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use vault_engine::clock::Timestamp;
use vault_engine::item::{CoseAlgorithm, FieldKind, Passkey, SecretBytes, Unknown, limits};
use zeroize::Zeroizing;

use super::model::Texts;
use crate::builder::ItemBuilder;

const PREFIX: &str = "KPEX_PASSKEY_";

/// Takes the texts of a passkey out and adds it. One that is not valid is kept as custom fields.
pub(super) fn add(item: &mut ItemBuilder<'_, '_>, texts: &mut Texts, created: Option<Timestamp>) {
    let parts = Texts(texts.take_all(|key| key.starts_with(PREFIX) || key == "KPXC_PASSKEY_USERNAME"));
    if parts.0.is_empty() {
        return;
    }
    let made = read(&parts, created);
    if let Some(passkey) = made
        && item.passkey(passkey)
    {
        // The flags about copies say how the passkey was made; `PRF` is a secret of its own.
        for text in parts.0.into_iter().filter(|text| text.key == "KPEX_PASSKEY_PRF") {
            item.unknown_text(&text.key, text.value);
        }
        return;
    }
    for text in parts.0 {
        let reason = "This is not a valid passkey; its parts are kept as custom fields.";
        item.keep(&text.key, FieldKind::Concealed, text.value, reason);
    }
}

fn read(parts: &Texts, created: Option<Timestamp>) -> Option<Passkey> {
    let get = |name: &str| parts.get(&format!("{PREFIX}{name}"));
    let either =
        |name: &str, other: &str| if get(name).is_empty() { parts.get(other) } else { get(name) }.to_owned();
    let key = private_key(get("PRIVATE_KEY_PEM"))?;
    let rp_id = get("RELYING_PARTY").to_owned();
    let user_name = either("USERNAME", "KPXC_PASSKEY_USERNAME");
    let id = either("CREDENTIAL_ID", "KPEX_PASSKEY_GENERATED_USER_ID");
    if rp_id.len() > limits::LABEL || user_name.len() > limits::LABEL {
        return None;
    }
    let passkey = Passkey {
        credential_id: bytes(&id)?,
        rp_name: rp_id.clone(),
        rp_id,
        user_handle: bytes(get("USER_HANDLE"))?,
        display_name: user_name.clone(),
        user_name,
        algorithm: algorithm(&key)?,
        private_key: SecretBytes::new(key.to_vec()),
        sign_counter: 0,
        discoverable: true,
        created_at: created.unwrap_or(Timestamp::UNKNOWN),
        unknown: Unknown::default(),
    };
    let fits = passkey.private_key.expose().len() <= limits::PASSKEY_KEY;
    (fits && !passkey.looks_wrong()).then_some(passkey)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text.trim().trim_end_matches('=')).ok()
}

/// Returns the bytes between the lines of a PEM text.
fn private_key(pem: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    Base64::decode_vec(&body).ok().map(Zeroizing::new)
}

/// Finds the algorithm from the identifier in the key.
fn algorithm(key: &[u8]) -> Option<CoseAlgorithm> {
    const KNOWN: [(&[u8], CoseAlgorithm); 3] = [
        (b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", CoseAlgorithm::ES256),
        (b"\x06\x03\x2b\x65\x70", CoseAlgorithm::EDDSA),
        (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", CoseAlgorithm::RS256),
    ];
    // The identifier stands near the beginning.
    let front = key.get(..40).unwrap_or(key);
    let has = |identifier: &[u8]| front.windows(identifier.len()).any(|part| part == identifier);
    KNOWN.iter().find(|(identifier, _)| has(identifier)).map(|(_, algorithm)| *algorithm)
}
