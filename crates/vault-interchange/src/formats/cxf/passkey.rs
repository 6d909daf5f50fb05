//! A passkey: `{credentialId, rpId, username, userDisplayName, userHandle, key}`; bytes are base64url, the key is PKCS#8.

use base64ct::{Base64UrlUnpadded, Encoding};
use vault_engine::clock::Timestamp;
use vault_engine::item::{CoseAlgorithm, FieldKind, Passkey, SecretBytes, Unknown, limits};

use crate::{
    builder::ItemBuilder,
    syntax::json::{Json, Object},
};

const MEMBERS: [&str; 6] = ["credentialId", "rpId", "username", "userDisplayName", "userHandle", "key"];

/// Reads a passkey; one that is not valid is kept whole.
pub(super) fn read(item: &mut ItemBuilder<'_, '_>, path: &str, mut members: Object) {
    match passkey(&members) {
        Some(passkey) => {
            MEMBERS.iter().for_each(|name| drop(members.take(name)));
            if item.passkey(passkey) {
                item.unknown_members(path, members);
            } else {
                item.drop_value(path, "There are more passkeys than an item can hold.");
            }
        }
        None => {
            let reason = "This is not a valid passkey; it is kept whole as a concealed custom field.";
            let whole = Json::Object(members);
            if !whole.is_blank() {
                item.keep_as(path, "Passkey", FieldKind::Concealed, whole.into_text(), reason);
            }
        }
    }
}

fn passkey(members: &Object) -> Option<Passkey> {
    let text = |name: &str| members.get_scalar(name).ok().map(Option::unwrap_or_default);
    let name =
        |name: &str| text(name).filter(|text| text.len() <= limits::LABEL).map(std::borrow::Cow::into_owned);
    let bytes = |name: &str| Base64UrlUnpadded::decode_vec(text(name)?.trim_end_matches('=')).ok();
    let make = |algorithm| {
        let passkey = Passkey {
            credential_id: bytes("credentialId")?,
            rp_id: name("rpId")?,
            rp_name: String::new(),
            user_handle: bytes("userHandle")?,
            user_name: name("username")?,
            display_name: name("userDisplayName")?,
            private_key: SecretBytes::new(bytes("key")?),
            algorithm,
            // The format forbids the export of keys with another counter.
            sign_counter: 0,
            discoverable: true,
            created_at: Timestamp::UNKNOWN,
            unknown: Unknown::default(),
        };
        let fits = passkey.private_key.expose().len() <= limits::PASSKEY_KEY;
        Some(passkey).filter(|passkey| fits && !passkey.looks_wrong())
    };
    [CoseAlgorithm::ES256, CoseAlgorithm::EDDSA, CoseAlgorithm::RS256].into_iter().find_map(make)
}
