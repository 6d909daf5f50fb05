//! From an opened item to what the interface may see of it: concealed values stay behind.

use vault_engine::item::{Attachment, Field, FieldKind, Item, ItemType, role_name, safe_to_show};
use vault_engine::{ItemId, RevHash};

use crate::views::{AttachmentView, FieldKindView, FieldView, ItemTypeView, ItemView, SupersededView};

impl From<ItemType> for ItemTypeView {
    fn from(item_type: ItemType) -> Self {
        match item_type {
            ItemType::Login => Self::Login,
            ItemType::Note => Self::Note,
            ItemType::Card => Self::Card,
            ItemType::Identity => Self::Identity,
            ItemType::Document => Self::Document,
        }
    }
}

impl From<ItemTypeView> for ItemType {
    fn from(item_type: ItemTypeView) -> Self {
        match item_type {
            ItemTypeView::Login => Self::Login,
            ItemTypeView::Note => Self::Note,
            ItemTypeView::Card => Self::Card,
            ItemTypeView::Identity => Self::Identity,
            ItemTypeView::Document => Self::Document,
        }
    }
}

impl From<FieldKind> for FieldKindView {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text => Self::Text,
            FieldKind::Concealed => Self::Concealed,
            FieldKind::Url => Self::Url,
            FieldKind::Email => Self::Email,
            FieldKind::Date => Self::Date,
            FieldKind::Month => Self::Month,
            FieldKind::Phone => Self::Phone,
            FieldKind::Code => Self::Code,
        }
    }
}

impl From<FieldKindView> for FieldKind {
    fn from(kind: FieldKindView) -> Self {
        match kind {
            FieldKindView::Text => Self::Text,
            FieldKindView::Concealed => Self::Concealed,
            FieldKindView::Url => Self::Url,
            FieldKindView::Email => Self::Email,
            FieldKindView::Date => Self::Date,
            FieldKindView::Month => Self::Month,
            FieldKindView::Phone => Self::Phone,
            FieldKindView::Code => Self::Code,
        }
    }
}

/// Whether the value stays hidden until asked for.
pub(crate) fn is_concealed(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Concealed | FieldKind::Code)
}

fn field_view(field: &Field) -> FieldView {
    FieldView {
        id: field.id.to_string(),
        role: field.role.map(|role| role_name(role).to_owned()),
        label: field.label.clone(),
        kind: field.kind.into(),
        value: (!is_concealed(field.kind)).then(|| field.value.expose().to_owned()),
        filled: !field.value.is_empty(),
        section: field.section.clone(),
        past_values: u32::try_from(field.history.len()).unwrap_or(u32::MAX),
    }
}

fn attachment_view(attachment: &Attachment) -> AttachmentView {
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
pub(crate) fn item_view(id: ItemId, revision: RevHash, item: &Item, revisions: u32) -> ItemView {
    ItemView {
        id: id.to_string(),
        revision: revision.to_string(),
        item_type: item.item_type.into(),
        title: item.title.clone(),
        fields: item.fields.iter().map(field_view).collect(),
        urls: item.urls.clone(),
        notes: item.notes.expose().to_owned(),
        tags: item.tags.iter().cloned().collect(),
        folder: item.folder.clone(),
        favourite: item.flags.favourite,
        archived: item.flags.archived,
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
