//! Explicit copies of items and their parts; each copy zeroizes its own secrets.

use vault_crypto::FileKey;

use crate::item;
use crate::item::limits;
use crate::item::{Attachment, Field, Item, Passkey, PastValue, Superseded};

/// The suffix of the title of a second item.
const TITLE_SUFFIX: &str = " (2)";

pub(super) fn item(item: &Item) -> Item {
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
        flags,
        created_at,
        modified_at,
        trashed_at,
        expires,
        device,
        attachments,
        superseded,
        unknown,
    } = item;
    Item {
        item_type: *item_type,
        title: title.clone(),
        fields: fields.iter().map(field).collect(),
        urls: urls.clone(),
        url_rules: url_rules.clone(),
        passkeys: passkeys.iter().map(passkey).collect(),
        notes: notes.duplicate(),
        tags: tags.clone(),
        folder: folder.clone(),
        flags: *flags,
        created_at: *created_at,
        modified_at: *modified_at,
        trashed_at: *trashed_at,
        expires: *expires,
        device: device.clone(),
        attachments: attachments.iter().map(attachment).collect(),
        superseded: superseded.iter().map(superseded_value).collect(),
        unknown: unknown.duplicate(),
    }
}

/// Copies an item into a new one, with [`TITLE_SUFFIX`] appended to its title if it fits.
pub(crate) fn second(of: &Item) -> Item {
    let mut second = item(of);
    if second.title.len() + TITLE_SUFFIX.len() <= limits::TITLE {
        second.title.push_str(TITLE_SUFFIX);
        if item::encode(&second).is_err() {
            second.title.clone_from(&of.title);
        }
    }
    second
}

pub(super) fn field(field: &Field) -> Field {
    let Field { id, role, label, kind, value, section, history, unknown } = field;
    Field {
        id: *id,
        role: *role,
        label: label.clone(),
        kind: *kind,
        value: value.duplicate(),
        section: section.clone(),
        history: history.iter().map(past_value).collect(),
        unknown: unknown.duplicate(),
    }
}

pub(super) fn attachment(attachment: &Attachment) -> Attachment {
    let Attachment { blob_id, file_key, size, name, media_type, added_at, unknown } = attachment;
    Attachment {
        blob_id: *blob_id,
        file_key: FileKey::from_bytes(file_key.expose_bytes()),
        size: *size,
        name: name.clone(),
        media_type: media_type.clone(),
        added_at: *added_at,
        unknown: unknown.duplicate(),
    }
}

pub(super) fn passkey(passkey: &Passkey) -> Passkey {
    let Passkey {
        credential_id,
        rp_id,
        rp_name,
        user_handle,
        user_name,
        display_name,
        private_key,
        algorithm,
        sign_counter,
        discoverable,
        created_at,
        unknown,
    } = passkey;
    Passkey {
        credential_id: credential_id.clone(),
        rp_id: rp_id.clone(),
        rp_name: rp_name.clone(),
        user_handle: user_handle.clone(),
        user_name: user_name.clone(),
        display_name: display_name.clone(),
        private_key: private_key.duplicate(),
        algorithm: *algorithm,
        sign_counter: *sign_counter,
        discoverable: *discoverable,
        created_at: *created_at,
        unknown: unknown.duplicate(),
    }
}

pub(super) fn past_value(past: &PastValue) -> PastValue {
    let PastValue { value, replaced_at } = past;
    PastValue { value: value.duplicate(), replaced_at: *replaced_at }
}

pub(super) fn superseded_value(superseded: &Superseded) -> Superseded {
    let Superseded { field, label, value, at } = superseded;
    Superseded { field: *field, label: label.clone(), value: value.duplicate(), at: *at }
}
