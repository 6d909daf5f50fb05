//! From an opened item to what the interface may see of it: concealed values stay behind.

use vault_engine::item::{
    Attachment, Field, FieldKind, Item, ItemType, Passkey, UrlMatch, doubt_about, safe_to_show,
};
use vault_engine::{ItemId, RevHash, VaultId};

use crate::views::{
    AttachmentView, FieldKindView, FieldView, ItemTypeView, ItemView, PasskeyView, SupersededView,
    UrlMatchView,
};

/// Writes down once that each member of an enum of the engine is the one of the same name in the views.
macro_rules! same_names {
    ($engine:ident, $view:ident: $($member:ident)*) => {
        impl From<$engine> for $view {
            fn from(member: $engine) -> Self {
                match member { $($engine::$member => Self::$member,)* }
            }
        }

        impl From<$view> for $engine {
            fn from(member: $view) -> Self {
                match member { $($view::$member => Self::$member,)* }
            }
        }
    };
}

same_names! {
    ItemType, ItemTypeView:
    Login Note Card Identity Document SshKey ApiCredential Passkey OneTimeCode Wifi BankAccount Licence Database Server
}
same_names! {
    FieldKind, FieldKindView:
    Text Concealed Url Email Date Month Phone Code File Link Lines SecretLines Number Switch
}

impl From<UrlMatch> for UrlMatchView {
    fn from(rule: UrlMatch) -> Self {
        match rule {
            UrlMatch::Domain => Self::Domain,
            UrlMatch::Host => Self::Host,
            UrlMatch::StartsWith => Self::StartsWith,
            UrlMatch::Exact => Self::Exact,
            UrlMatch::Pattern => Self::Pattern,
            UrlMatch::Never => Self::Never,
            UrlMatch::Newer(_) => Self::Newer,
        }
    }
}

fn passkey_view(passkey: &Passkey) -> PasskeyView {
    PasskeyView {
        id: passkey_id(passkey),
        site: safe_to_show(&passkey.rp_id),
        site_name: safe_to_show(&passkey.rp_name),
        user_name: passkey.user_name.clone(),
        display_name: passkey.display_name.clone(),
        created_at: passkey.created_at.0,
        discoverable: passkey.discoverable,
        looks_wrong: passkey.looks_wrong(),
    }
}

/// How a form names a passkey.
pub(crate) fn passkey_id(passkey: &Passkey) -> String {
    passkey.credential_id.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn field_view(item: &Item, field: &Field) -> FieldView {
    FieldView {
        id: field.id.to_string(),
        role: field.role.map(|role| role.name().to_owned()),
        label: field.label.clone(),
        kind: field.kind.into(),
        value: (!field.kind.is_concealed()).then(|| field.value.expose().to_owned()),
        filled: !field.value.is_empty(),
        section: field.section.clone(),
        past_values: u32::try_from(field.history.len()).unwrap_or(u32::MAX),
        doubt: doubt_about(item, field).map(|doubt| doubt.name().to_owned()),
    }
}

pub(crate) fn attachment_view(attachment: &Attachment) -> AttachmentView {
    AttachmentView {
        blob_id: attachment.blob_id.to_string(),
        name: safe_to_show(&attachment.name),
        media_type: attachment.media_type.clone(),
        type_mismatch: vault_engine::document::type_mismatch(&attachment.name, &attachment.media_type),
        size: attachment.size,
        added_at: attachment.added_at.0,
    }
}

/// What the interface sees of `item` at `revision`; `revisions` counts its history.
pub(crate) fn item_view(
    (id, vault): (ItemId, VaultId),
    revision: RevHash,
    item: &Item,
    revisions: u32,
) -> ItemView {
    ItemView {
        id: id.to_string(),
        vault_id: vault.to_string(),
        revision: revision.to_string(),
        item_type: item.item_type.into(),
        title: item.title.clone(),
        fields: item.fields.iter().map(|field| field_view(item, field)).collect(),
        urls: item.urls.clone(),
        url_rules: item.urls.iter().map(|url| item.url_rule(url).into()).collect(),
        passkeys: item.passkeys.iter().map(passkey_view).collect(),
        notes: item.notes.expose().to_owned(),
        tags: item.tags.iter().cloned().collect(),
        folder: item.folder.clone(),
        favourite: item.flags.favourite,
        archived: item.flags.archived,
        reprompt: item.flags.reprompt,
        template: item.flags.template,
        expires: item.expires.map(|day| day.to_string()),
        trashed_at: item.trashed_at.map(|at| at.0),
        created_at: item.created_at.0,
        modified_at: item.modified_at.0,
        device: item.device.clone(),
        attachments: item.attachments.iter().map(attachment_view).collect(),
        superseded: item
            .superseded
            .iter()
            .map(|superseded| SupersededView { label: superseded.label.clone(), at: superseded.at.0 })
            .collect(),
        revisions,
    }
}
