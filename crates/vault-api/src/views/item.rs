use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::kind::{FieldKindView, ItemTypeView, PasskeyView, UrlMatchView};

/// Which items are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ItemScope {
    /// All that are not in the trash or archive.
    All,
    /// Favourites.
    Favourites,
    /// Items of a type.
    Type {
        /// The type.
        item_type: ItemTypeView,
    },
    /// Items with a tag.
    Tag {
        /// The tag.
        tag: String,
    },
    /// Items in a folder or below it.
    Folder {
        /// Path with `/` between levels.
        folder: String,
    },
    /// In a vault.
    Vault {
        /// The vault.
        vault_id: String,
    },
    /// Put aside.
    Archive,
    /// In the trash.
    Trash,
    /// Templates for new items; they are in no other list.
    Templates,
}

/// Order of a list without search text; with text the best match comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ItemSort {
    /// By title.
    #[default]
    Title,
    /// Last changed first.
    Modified,
    /// Newest first.
    Created,
}

/// A page of a list is asked for with this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ItemQuery {
    /// What is typed in the search field, filters such as `tag:work has:totp` included; empty for none.
    pub text: String,
    /// Which items.
    pub scope: ItemScope,
    /// Order.
    pub sort: ItemSort,
    /// First row.
    pub offset: u32,
    /// Rows wanted, at most 500.
    pub limit: u32,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ItemRow {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The vault it is in.
    pub vault_id: String,
    /// Type.
    pub item_type: ItemTypeView,
    /// Title.
    pub title: String,
    /// User name, last digits, file type and size …
    pub subtitle: String,
    /// Favourite.
    pub favourite: bool,
    /// Has a one-time code.
    pub has_code: bool,
    /// Has files (a document's own content not counted).
    pub has_attachments: bool,
    /// A merge set a value aside.
    pub edited_in_two_places: bool,
    /// The value of a field looks wrong.
    pub doubtful: bool,
    /// Last change, Unix milliseconds.
    #[ts(type = "number")]
    pub modified_at: u64,
}

/// The item that a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LinkView {
    /// Its id now: one that was moved to another vault has another than the link says.
    pub item_id: String,
    /// The vault it is in.
    pub vault_id: String,
    /// Type.
    pub item_type: ItemTypeView,
    /// Title.
    pub title: String,
    /// Whether it lies in the trash.
    pub trashed: bool,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ItemPage {
    /// Rows in all.
    pub total: u32,
    /// The rows asked for.
    pub rows: Vec<ItemRow>,
    /// Filters in the text that there are not, or whose value there is not, as they were typed.
    pub unknown_filters: Vec<String>,
}

/// A name with the number of items that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NameCount {
    /// Tag or folder path.
    pub name: String,
    /// Items.
    pub count: u32,
}

/// A type with the number of its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TypeCount {
    /// Type.
    pub item_type: ItemTypeView,
    /// Items.
    pub count: u32,
}

/// What the sidebar shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SidebarView {
    /// Items neither in the trash nor archived.
    pub all: u32,
    /// Favourites.
    pub favourites: u32,
    /// Archived.
    pub archived: u32,
    /// In the trash.
    pub trash: u32,
    /// By type, every type listed.
    pub types: Vec<TypeCount>,
    /// Tags by name.
    pub tags: Vec<NameCount>,
    /// Folders by path.
    pub folders: Vec<NameCount>,
    /// Templates for new items.
    pub templates: u32,
    /// Half-filled forms waiting.
    pub drafts: u32,
}

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
    /// The value; absent when the kind is concealed or code (ask `item_reveal`).
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Whether there is a value.
    pub filled: bool,
    /// Heading.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Number of earlier values (ask `item_field_history`).
    pub past_values: u32,
    /// What looks wrong about the value, if anything does; the interface translates `doubt.<name>`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

/// A file of an item.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AttachmentView {
    /// 32 hexadecimal digits.
    pub blob_id: String,
    /// Name, made safe to show (no control or direction characters).
    pub name: String,
    /// Media type found from the content.
    pub media_type: String,
    /// Whether the name's ending does not fit the content.
    pub type_mismatch: bool,
    /// Bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// When added, Unix milliseconds.
    #[ts(type = "number")]
    pub added_at: u64,
}

/// A file that an item had before.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EarlierFileView {
    /// The file.
    pub file: AttachmentView,
    /// When it was replaced or taken off, Unix milliseconds.
    #[ts(type = "number")]
    pub until: u64,
    /// The file that stands in its place now, 32 hexadecimal digits; absent if none does.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// Whether its content is still kept.
    pub kept: bool,
}

/// What a vault takes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DocumentRulesView {
    /// The largest file, in bytes; absent if any size is fine.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest: Option<u64>,
    /// Media types that are refused, such as `application/zip`, or all of a kind, such as `video/*`.
    pub refused: Vec<String>,
}

/// A picture of a document.
#[derive(Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PictureView {
    /// A PNG file, in base64.
    pub png: String,
    /// Points in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pages of the document; 1 for a picture.
    pub pages: u32,
}

/// Says nothing of what is to be seen.
impl fmt::Debug for PictureView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { png: _, width, height, pages } = self;
        write!(f, "PictureView({width} x {height}, {pages} pages)")
    }
}

/// A value that a merge set aside.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SupersededView {
    /// Label or role of what it belonged to.
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
    /// When each of them is meant for a page.
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
    /// The master password is asked for before a secret of it is shown or copied.
    pub reprompt: bool,
    /// A template for new items.
    pub template: bool,
    /// The last day on which it counts, `YYYY-MM-DD`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// In the trash since, Unix milliseconds.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trashed_at: Option<u64>,
    /// Made, Unix milliseconds.
    #[ts(type = "number")]
    pub created_at: u64,
    /// Changed, Unix milliseconds.
    #[ts(type = "number")]
    pub modified_at: u64,
    /// Device that wrote this revision.
    pub device: String,
    /// Files; a document's own content is the first.
    pub attachments: Vec<AttachmentView>,
    /// Values set aside by merges.
    pub superseded: Vec<SupersededView>,
    /// Revisions in the history, this one included.
    pub revisions: u32,
}

/// A field as the form sends it.
#[derive(Deserialize, Serialize, TS)]
#[ts(export)]
pub struct FieldDraft {
    /// Id of an existing field; absent for a new one.
    #[ts(optional)]
    pub id: Option<String>,
    /// Role in snake_case, if built in.
    #[ts(optional)]
    pub role: Option<String>,
    /// Label of a custom field.
    pub label: String,
    /// Kind.
    pub kind: FieldKindView,
    /// The new value; absent leaves the stored one (so that concealed values need not come out to be kept).
    #[ts(optional)]
    pub value: Option<String>,
    /// Heading.
    #[ts(optional)]
    pub section: Option<String>,
}

/// An item as the form sends it; also what a sealed draft keeps.
#[derive(Deserialize, Serialize, TS)]
#[ts(export)]
pub struct ItemDraft {
    /// The item edited; absent for a new one.
    #[ts(optional)]
    pub id: Option<String>,
    /// The revision the form started from; absent for a new item.
    #[ts(optional)]
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
    pub folder: Option<String>,
    /// Favourite.
    pub favourite: bool,
    /// When each address is meant for a page, in their order; the default for those that are not there.
    #[serde(default)]
    pub url_rules: Vec<UrlMatchView>,
    /// Passkeys of the stored item to be removed, by their ids.
    #[serde(default)]
    pub removed_passkeys: Vec<String>,
    /// The last day on which it counts, `YYYY-MM-DD`.
    #[serde(default)]
    #[ts(optional)]
    pub expires: Option<String>,
    /// Ask for the master password before a secret of it is shown or copied.
    #[serde(default)]
    pub reprompt: bool,
    /// A template for new items.
    #[serde(default)]
    pub template: bool,
}

/// A half-filled form that was kept.
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
    /// Title typed so far.
    pub title: String,
    /// Last kept, Unix milliseconds.
    #[ts(type = "number")]
    pub saved_at: u64,
}

/// A revision in an item's history.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HistoryEntry {
    /// 64 hexadecimal digits.
    pub revision: String,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at: u64,
    /// Device.
    pub device: String,
    /// What changed against the revision before: `created`, `title`, `notes`, `tags`, `urls`, `folder`, `favourite`,
    /// `archived`, `trashed`, `restored`, `attachments`, `passkeys`, `expires`, `reprompt`, `template`,
    /// `field:<label or role>`.
    pub changes: Vec<String>,
    /// Whether this is the current revision.
    pub current: bool,
}

/// An earlier value of a field.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PastValueView {
    /// Position, newest first; `item_reveal_past` takes it.
    pub index: u32,
    /// When it was replaced, Unix milliseconds.
    #[ts(type = "number")]
    pub replaced_at: u64,
}

/// Why the clock of this computer is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ClockDoubtView {
    /// It says a time before this program was made.
    BeforeProgram,
    /// It says a time before something that is stored was written.
    BeforeLastChange,
    /// It was set back since the profile was opened.
    SetBack,
}

/// What there is to show of a one-time code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum CodeView {
    /// It follows the clock.
    Time {
        /// The code now.
        code: String,
        /// The code after this one.
        next: String,
        /// Seconds each code lives.
        period: u32,
        /// Milliseconds this one still lives.
        remaining_ms: u32,
        /// Why sites will hardly take it: the clock of this computer cannot be right.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<ClockDoubtView>,
    },
    /// It follows a counter: a code is shown only when it is taken to be used.
    Counter {
        /// The counter of the next code, from 0.
        #[ts(type = "number")]
        counter: u64,
    },
}

/// A code over a counter, taken to be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TakenCodeView {
    /// The code.
    pub code: String,
    /// Its counter.
    #[ts(type = "number")]
    pub counter: u64,
}
