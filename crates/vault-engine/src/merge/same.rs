//! Equality of items and their parts. Every struct is destructured without `..`, so that a new field cannot be
//! forgotten here.

use crate::item::{Attachment, Field, Item, Passkey, PastValue, Superseded};

/// Returns whether the items are equal apart from the time and device of the last change.
pub(super) fn item(a: &Item, b: &Item) -> bool {
    a.trashed_at == b.trashed_at && item_but_for_trash(a, b)
}

/// Like [`item`], but also ignores the trash.
pub(super) fn item_but_for_trash(a: &Item, b: &Item) -> bool {
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
        modified_at: _,
        trashed_at: _,
        expires,
        device: _,
        attachments,
        superseded,
        unknown,
    } = a;
    *item_type == b.item_type
        && *title == b.title
        && all(fields, &b.fields, field)
        && *urls == b.urls
        && *url_rules == b.url_rules
        && all(passkeys, &b.passkeys, passkey)
        && notes.expose() == b.notes.expose()
        && *tags == b.tags
        && *folder == b.folder
        && *flags == b.flags
        && *expires == b.expires
        && *created_at == b.created_at
        && all(attachments, &b.attachments, attachment)
        && all(superseded, &b.superseded, superseded_value)
        && unknown.is_same_as(&b.unknown)
}

pub(super) fn field(a: &Field, b: &Field) -> bool {
    let Field { id, role, label, kind, value, section, history, unknown } = a;
    *id == b.id
        && *role == b.role
        && *label == b.label
        && *kind == b.kind
        && value.expose() == b.value.expose()
        && *section == b.section
        && all(history, &b.history, past_value)
        && unknown.is_same_as(&b.unknown)
}

pub(super) fn attachment(a: &Attachment, b: &Attachment) -> bool {
    let Attachment { blob_id, file_key: _, size: _, name, media_type, added_at, unknown } = a;
    *blob_id == b.blob_id
        && sealed_file(a, b)
        && *name == b.name
        && *media_type == b.media_type
        && *added_at == b.added_at
        && unknown.is_same_as(&b.unknown)
}

/// Returns whether both files have the same key and length.
pub(super) fn sealed_file(a: &Attachment, b: &Attachment) -> bool {
    a.file_key.is_same_as(&b.file_key) && a.size == b.size
}

pub(super) fn passkey(a: &Passkey, b: &Passkey) -> bool {
    let Passkey {
        credential_id,
        rp_id: _,
        rp_name,
        user_handle: _,
        user_name,
        display_name,
        private_key: _,
        algorithm: _,
        sign_counter,
        discoverable: _,
        created_at,
        unknown,
    } = a;
    *credential_id == b.credential_id
        && key_of_passkey(a, b)
        && *rp_name == b.rp_name
        && *user_name == b.user_name
        && *display_name == b.display_name
        && *sign_counter == b.sign_counter
        && *created_at == b.created_at
        && unknown.is_same_as(&b.unknown)
}

/// Returns whether the immutable parts of both passkeys are equal: site, user handle, key, algorithm and
/// discoverability.
pub(super) fn key_of_passkey(a: &Passkey, b: &Passkey) -> bool {
    a.rp_id == b.rp_id
        && a.user_handle == b.user_handle
        && a.private_key.expose() == b.private_key.expose()
        && a.algorithm == b.algorithm
        && a.discoverable == b.discoverable
}

fn past_value(a: &PastValue, b: &PastValue) -> bool {
    let PastValue { value, replaced_at } = a;
    value.expose() == b.value.expose() && *replaced_at == b.replaced_at
}

fn superseded_value(a: &Superseded, b: &Superseded) -> bool {
    let Superseded { field, label, value, at } = a;
    *field == b.field && *label == b.label && value.expose() == b.value.expose() && *at == b.at
}

fn all<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}
