//! Search as one types: an index in memory over titles, user names, hosts, tags and labels; never written to disk.
//!
//! Every row's words lie one after the other in one folded text, so that prefix and substring are the same search,
//! and a row is a few numbers beside it. Bits for each row, of the letters it holds and of which follow which, rule
//! nearly all rows out without a look at their text.

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
mod row;
mod scope;
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

/// Between the parts of a row's words.
const PART: char = '\u{1f}';
/// Between the entries of a part.
const ENTRY: char = '\u{1e}';
/// Most bytes of a part that are indexed.
const PART_BYTES: usize = 16 << 10;

/// Where an item lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among all items.
    Listed,
    /// In the archive.
    Archived,
    /// In the trash.
    Trashed,
}

/// What the index is told of an item: nothing that is sealed.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What the item is called by the caller: its row in the database.
    pub key: u32,
    /// The vault it is in.
    pub vault: VaultId,
    /// Its type.
    pub item_type: ItemType,
    /// Where it lies.
    pub place: Place,
    /// Its title.
    pub title: &'a str,
    /// Its [`words`].
    pub words: &'a str,
    /// Its tags.
    pub tags: &'a [String],
    /// Its folder path.
    pub folder: Option<&'a str>,
    /// Among the favourites.
    pub favourite: bool,
    /// Has a one-time code.
    pub has_code: bool,
    /// Has files; a document's own content is not counted.
    pub has_attachments: bool,
    /// A merge set a value aside.
    pub edited_in_two_places: bool,
    /// The value of a field looks wrong.
    pub doubtful: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
    /// When it was last opened, or something of it copied, on this computer.
    pub used_at: Option<Timestamp>,
}

/// The roles whose values are names by which one looks for an item.
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

/// The words of an item besides title, tags and folder: user names and other names, hosts, labels. The text is for
/// [`Entry::words`] only and may be kept where titles are kept. A concealed value is never among them, whatever its role.
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
