//! An opened item.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Field, Item, Passkey, safe_to_show, value_warning};
use vault_engine::{ItemId, RevHash, VaultId};

use super::count::count;
use super::document::AttachmentView;
use super::kind::{FieldKindView, ItemTypeView, UrlMatchView};

/// A field of an opened item.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FieldView {
    /// 16 hexadecimal digits, unique within the item.
    pub id: String,
    /// Role in snake_case, if built in.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Label of a custom field; empty for a built-in one.
    pub label: String,
    /// Kind.
    pub kind: FieldKindView,
    /// The value; absent for a concealed kind (see `item_reveal`).
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Whether there is a value.
    pub filled: bool,
    /// Heading.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Number of earlier values (see `item_field_history`).
    pub past_values: u32,
    /// A warning about the value, if any; the interface translates `valueWarning.<name>`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// A passkey without its key.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PasskeyView {
    /// The credential id in hexadecimal; identifies it in a form.
    pub id: String,
    /// The site, a domain name.
    pub site: String,
    /// The display name of the site.
    pub site_name: String,
    /// The user name for signing in.
    pub user_name: String,
    /// The display name of the user.
    pub display_name: String,
    /// When it was created, Unix milliseconds; `None` if that is not known.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<u64>,
    /// Whether the site can find it without asking for a user name.
    pub discoverable: bool,
    /// Whether the site will probably not accept it.
    pub looks_wrong: bool,
}

/// A value superseded by a merge.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SupersededView {
    /// Label or role of its field.
    pub label: String,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at: u64,
}

/// An opened item, concealed values left out.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ItemView {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The vault it is in.
    pub vault_id: String,
    /// The revision shown, 64 hexadecimal digits.
    pub revision: String,
    /// Type.
    pub item_type: ItemTypeView,
    /// Title.
    pub title: String,
    /// Fields in order.
    pub fields: Vec<FieldView>,
    /// Web addresses.
    pub urls: Vec<String>,
    /// The matching rule of each address.
    pub url_rules: Vec<UrlMatchView>,
    /// Passkeys.
    pub passkeys: Vec<PasskeyView>,
    /// Notes.
    pub notes: String,
    /// Tags, sorted.
    pub tags: Vec<String>,
    /// Folder path.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Favourite.
    pub favourite: bool,
    /// Archived.
    pub archived: bool,
    /// Whether the master password is asked for before a secret is shown or copied.
    pub reprompt: bool,
    /// Whether it is a template for new items.
    pub template: bool,
    /// The last day on which the item is valid, `YYYY-MM-DD`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// When it was moved to the trash, Unix milliseconds.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trashed_at: Option<u64>,
    /// When it was created, Unix milliseconds.
    #[ts(type = "number")]
    pub created_at: u64,
    /// When it was last changed, Unix milliseconds.
    #[ts(type = "number")]
    pub modified_at: u64,
    /// Device that wrote this revision.
    pub device: String,
    /// Who wrote it, if that was another account.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
    /// Files; a document's own content is the first.
    pub attachments: Vec<AttachmentView>,
    /// Values superseded by merges.
    pub superseded: Vec<SupersededView>,
    /// Revisions in the history, this one included.
    pub revisions: u32,
}

impl From<&Passkey> for PasskeyView {
    fn from(passkey: &Passkey) -> Self {
        Self {
            id: passkey_id(passkey),
            site: safe_to_show(&passkey.rp_id),
            site_name: safe_to_show(&passkey.rp_name),
            user_name: passkey.user_name.clone(),
            display_name: passkey.display_name.clone(),
            created_at: passkey.created_at.known().map(|at| at.0),
            discoverable: passkey.discoverable,
            looks_wrong: passkey.looks_wrong(),
        }
    }
}

/// The name of a passkey in a form.
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
        past_values: count(field.history.len()),
        warning: value_warning(item, field).map(|warning| warning.name().to_owned()),
    }
}

impl ItemView {
    /// The same without times that are later than the item was received: another device's clock may be wrong.
    pub(crate) fn not_after(mut self, received: Timestamp) -> Self {
        self.created_at = self.created_at.min(received.0);
        self.modified_at = self.modified_at.min(received.0);
        self.trashed_at = self.trashed_at.map(|at| at.min(received.0));
        self.superseded.iter_mut().for_each(|one| one.at = one.at.min(received.0));
        self
    }

    /// The view of `item` at `revision`, without its concealed values; `revisions` counts its history.
    pub(crate) fn new(
        (id, vault): (ItemId, VaultId),
        revision: RevHash,
        item: &Item,
        revisions: u32,
    ) -> Self {
        Self {
            id: id.to_string(),
            vault_id: vault.to_string(),
            revision: revision.to_string(),
            item_type: item.item_type.into(),
            title: item.title.clone(),
            fields: item.fields.iter().map(|field| field_view(item, field)).collect(),
            urls: item.urls.clone(),
            url_rules: item.urls.iter().map(|url| item.url_rule(url).into()).collect(),
            passkeys: item.passkeys.iter().map(Into::into).collect(),
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
            changed_by: None,
            attachments: item.attachments.iter().map(Into::into).collect(),
            superseded: item
                .superseded
                .iter()
                .map(|superseded| SupersededView { label: superseded.label.clone(), at: superseded.at.0 })
                .collect(),
            revisions,
        }
    }
}
