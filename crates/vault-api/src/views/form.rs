//! Items as a form sends them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::kind::{FieldKindView, ItemTypeView, UrlMatchView};

/// A field as the form sends it.
#[derive(Deserialize, Serialize, TS)]
#[ts(export)]
pub struct FieldDraft {
    /// Id of an existing field; absent for a new one.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Role in snake_case, if built in.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Label of a custom field.
    pub label: String,
    /// Kind.
    pub kind: FieldKindView,
    /// The new value; absent keeps the stored one, so that concealed values need not be sent to the form.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Heading.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
}

/// An item as the form sends it; also the content of a sealed draft.
#[derive(Deserialize, Serialize, TS)]
#[ts(export)]
pub struct ItemDraft {
    /// The item edited; absent for a new one.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The revision the form started from; absent for a new item.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_revision: Option<String>,
    /// Type.
    pub item_type: ItemTypeView,
    /// Title.
    pub title: String,
    /// Fields in order; a stored field that is not listed is removed.
    pub fields: Vec<FieldDraft>,
    /// Web addresses.
    pub urls: Vec<String>,
    /// Notes.
    pub notes: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Folder path.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Favourite.
    pub favourite: bool,
    /// The matching rule of each address, in their order; the default for missing ones.
    #[serde(default)]
    pub url_rules: Vec<UrlMatchView>,
    /// Passkeys of the stored item to be removed, by their ids.
    #[serde(default)]
    pub removed_passkeys: Vec<String>,
    /// The last day on which the item is valid, `YYYY-MM-DD`.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Whether the master password is asked for before a secret is shown or copied.
    #[serde(default)]
    pub reprompt: bool,
    /// Whether it is a template for new items.
    #[serde(default)]
    pub template: bool,
}

/// A draft in a list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DraftSummary {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The item it edits, if any.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// Type.
    pub item_type: ItemTypeView,
    /// Title so far.
    pub title: String,
    /// Last saved, Unix milliseconds.
    #[ts(type = "number")]
    pub saved_at: u64,
}

/// Removes empty levels and spaces around levels; `None` when nothing is left.
pub(crate) fn tidy_folder(folder: &str) -> Option<String> {
    let levels: Vec<&str> = folder.split('/').map(str::trim).filter(|level| !level.is_empty()).collect();
    (!levels.is_empty()).then(|| levels.join("/"))
}
