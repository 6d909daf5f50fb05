//! Comparison of items.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Attachment, Field, Flags, Item, ItemType, Passkey, PastValue, Superseded, Unknown};

/// Returns a digest of an item that is equal for two items which differ only in ids, times and the device.
///
/// Being in the trash counts, the time of it does not. An item with parts that only a newer version knows never equals one
/// read from a file. The digest is HMAC-SHA-256 (RFC 2104) over an encoding in which every text is preceded by its length
/// and every list by its count. With a key made for one comparison, digests reveal nothing about items afterwards.
#[must_use]
pub fn fingerprint(item: &Item, key: &[u8; 32]) -> [u8; 32] {
    let Item {
        item_type,
        title,
        fields,
        urls,
        url_rules,
        passkeys,
        notes,
        tags,
        folder,
        flags: Flags { favourite, edited_in_two_places: _, archived, reprompt, template },
        created_at: Timestamp(_),
        modified_at: Timestamp(_),
        trashed_at,
        expires,
        device: _,
        attachments,
        superseded,
        unknown,
    } = item;
    let mut digest = Digest::new(key);
    digest.number(*item_type as u64);
    digest.text(title);
    digest.list(fields, Digest::field);
    digest.list(urls, |digest, url| digest.text(url));
    digest.text(notes.expose());
    digest.list(tags, |digest, tag| digest.text(tag));
    digest.list(folder, |digest, folder| digest.text(folder));
    digest.number(u64::from(*favourite));
    digest.number(u64::from(*archived));
    digest.number(u64::from(trashed_at.is_some()));
    digest.number(u64::from(*reprompt));
    digest.number(u64::from(*template));
    digest.list(expires, |digest, day| digest.text(&day.to_string()));
    digest.list(url_rules, |digest, (url, rule)| {
        digest.text(url);
        digest.text(&format!("{rule:?}"));
    });
    digest.list(passkeys, Digest::passkey);
    digest.list(attachments, Digest::attachment);
    digest.list(superseded, |digest, Superseded { field: _, label, value, at: _ }| {
        digest.text(label);
        digest.text(value.expose());
    });
    digest.unknown(unknown);
    digest.0.finalize().into_bytes().into()
}

/// Returns a digest of some parts of an item, under the same kind of key.
pub(crate) fn digest_of(item_type: ItemType, texts: &[&str], key: &[u8; 32]) -> [u8; 32] {
    let mut digest = Digest::new(key);
    digest.number(item_type as u64);
    texts.iter().for_each(|text| digest.text(text));
    digest.0.finalize().into_bytes().into()
}

struct Digest(Hmac<Sha256>);

impl Digest {
    fn new(key: &[u8; 32]) -> Self {
        // A key shorter than a block is padded with zeros (RFC 2104, section 2).
        let block: [u8; 64] = std::array::from_fn(|at| key.get(at).copied().unwrap_or_default());
        Self(Hmac::new(&block.into()))
    }

    fn number(&mut self, number: u64) {
        self.0.update(&number.to_be_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn list<T>(
        &mut self,
        list: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        each: impl Fn(&mut Self, T),
    ) {
        let entries = list.into_iter();
        self.number(entries.len() as u64);
        entries.for_each(|entry| each(self, entry));
    }

    /// Adds whether there are parts that a newer version wrote. No item read from a file has any, so their content need not count.
    fn unknown(&mut self, unknown: &Unknown) {
        self.number(u64::from(!unknown.is_empty()));
    }

    fn field(&mut self, field: &Field) {
        let Field { id: _, role, label, kind, value, section, history, unknown } = field;
        self.number(role.map_or(0, |role| role as u64));
        self.text(label);
        self.number(*kind as u64);
        self.text(value.expose());
        self.list(section, |digest, heading| digest.text(heading));
        self.list(history, |digest, PastValue { value, replaced_at: _ }| digest.text(value.expose()));
        self.unknown(unknown);
    }

    fn passkey(&mut self, passkey: &Passkey) {
        let Passkey {
            credential_id,
            rp_id,
            rp_name,
            user_handle,
            user_name,
            display_name,
            private_key,
            algorithm,
            sign_counter: _,
            discoverable,
            created_at: _,
            unknown,
        } = passkey;
        for bytes in [credential_id, user_handle] {
            self.bytes(bytes);
        }
        self.bytes(private_key.expose());
        for text in [rp_id, rp_name, user_name, display_name] {
            self.text(text);
        }
        self.bytes(&algorithm.0.to_be_bytes());
        self.number(u64::from(*discoverable));
        self.unknown(unknown);
    }

    fn attachment(&mut self, attachment: &Attachment) {
        let Attachment { blob_id, file_key: _, size, name, media_type, added_at: _, unknown } = attachment;
        self.number(*size);
        self.text(name);
        self.text(media_type);
        // Every encryption of a file has an id of its own, so equal ids mean equal content.
        self.bytes(blob_id.as_bytes());
        self.unknown(unknown);
    }
}
