//! Incremental search with an in-memory index of titles, user names, hosts, tags and labels. Never written to disk.
//!
//! The words of all rows are concatenated in one folded text, so that prefix and substring queries are the same search;
//! a row is a few offsets into it. Bitmaps of the letters and letter pairs in each row exclude nearly all rows without
//! reading their text.

mod arena;
mod best;
mod bitmap_index;
mod date;
mod filter;
mod find;
mod fold;
mod fuzzy;
mod index;
mod matching;
mod parts;
mod query;
mod rank;
mod row;
mod scope;
mod token;
mod typos;

#[cfg(test)]
mod tests;

use vault_wire::VaultId;

use crate::clock::Timestamp;
use crate::item::{Field, FieldKind, Item, ItemType, Role, hosts};

pub use find::Hits;
pub(crate) use fold::fold;
pub use index::Index;
pub use query::SearchQuery;
pub use scope::{Scope, Sort};

/// Separates the parts of a row's words.
const PART: char = '\u{1f}';
/// Separates the entries of a part.
const ENTRY: char = '\u{1e}';
/// Maximum number of bytes of a part that are indexed.
const PART_BYTES: usize = 16 << 10;

/// The state of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// Listed among all items.
    Listed,
    /// Archived.
    Archived,
    /// In the trash.
    Trashed,
}

/// The data of an item for the index. Contains no secrets.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The caller's key of the item: its row in the database.
    pub key: u32,
    /// The vault it is in.
    pub vault: VaultId,
    /// Its type.
    pub item_type: ItemType,
    /// Its state.
    pub place: ItemState,
    /// Its title.
    pub title: &'a str,
    /// Its [`words`].
    pub words: &'a str,
    /// Its tags.
    pub tags: &'a [String],
    /// Its folder path.
    pub folder: Option<&'a str>,
    /// Whether it is a favourite.
    pub favourite: bool,
    /// Whether it has a one-time code.
    pub has_code: bool,
    /// Whether it has attachments; the content of a document does not count.
    pub has_attachments: bool,
    /// Whether it has superseded values of a merge that were not reviewed.
    pub edited_in_two_places: bool,
    /// Whether the value of a field has a warning.
    pub has_warning: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
    /// When it was last opened, or a value of it copied, on this computer.
    pub used_at: Option<Timestamp>,
}

/// The roles whose values are searchable names.
const NAMES: [Role; 21] = [
    Role::Username,
    Role::CardHolder,
    Role::CardBrand,
    Role::FirstName,
    Role::LastName,
    Role::Company,
    Role::Fingerprint,
    Role::ApiType,
    Role::Issuer,
    Role::WifiName,
    Role::BankName,
    Role::AccountHolder,
    Role::AccountType,
    Role::Bic,
    Role::LicensedTo,
    Role::Publisher,
    Role::OrderNumber,
    Role::DatabaseType,
    Role::DatabaseName,
    Role::OperatingSystem,
    Role::Provider,
];

/// Returns the words of an item other than title, tags and folder: user names and other names, hosts and labels. The
/// text is only for [`Entry::words`] and as sensitive as a title. It never contains a concealed value, regardless of
/// the role.
#[must_use]
pub fn words(item: &Item) -> String {
    let named = |field: &&Field| {
        field.kind == FieldKind::Email || field.role.is_some_and(|role| NAMES.contains(&role))
    };
    let names = item.fields.iter().filter(named).filter(|field| !field.kind.is_concealed());
    let names = names.map(|field| field.value.expose().to_owned());
    let users = item.passkeys.iter().flat_map(|passkey| [&passkey.user_name, &passkey.rp_name]).cloned();
    let files = item.attachments.iter().map(|file| file.name.clone());
    let labels = item.fields.iter().map(|field| field.label.clone());
    [joined(names.chain(users).chain(files)), joined(hosts(item)), joined(labels)].join(&PART.to_string())
}

fn joined(entries: impl IntoIterator<Item = String>) -> String {
    let mut part = String::new();
    for entry in entries.into_iter().filter(|entry| !entry.is_empty()) {
        if part.len() + entry.len() > PART_BYTES {
            break;
        }
        if !part.is_empty() {
            part.push(ENTRY);
        }
        part.extend(entry.chars().map(|c| if matches!(c, PART | ENTRY) { ' ' } else { c }));
    }
    part
}
