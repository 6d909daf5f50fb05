//! Filters of a search: `tag:work`, `-type:card`, `has:totp`, `before:2026-03` …

use vault_wire::VaultId;

use super::Place;
use super::bitmap_index::{ALL, Mask, Slices};
use super::date::Span;
use super::fold::fold;
use super::query::Token;
use super::row::{Row, is_below, marks};
use crate::clock::Timestamp;
use crate::item::ItemType;

/// Other names of types than their own.
const ALIASES: [(ItemType, &str); 6] = [
    (ItemType::ApiCredential, "token"),
    (ItemType::OneTimeCode, "totp"),
    (ItemType::Wifi, "wi-fi"),
    (ItemType::BankAccount, "account"),
    (ItemType::Licence, "license"),
    (ItemType::SshKey, "key"),
];
const HAS: [(u8, &str); 4] = [
    (marks::CODE, "totp"),
    (marks::CODE, "code"),
    (marks::ATTACHMENTS, "attachment"),
    (marks::ATTACHMENTS, "file"),
];

/// A filter, or that it must not hold.
pub struct Filter {
    negated: bool,
    test: Test,
}

enum Test {
    Tag(Wanted),
    Url(Vec<u8>),
    Folder(Wanted),
    Types(Vec<ItemType>),
    Marks(Vec<u8>),
    Place(Place),
    Vault {
        wanted: Wanted,
        /// Those whose names fit.
        named: Vec<VaultId>,
    },
    ChangedBefore(Timestamp),
    ChangedFrom(Timestamp),
    /// For a value that there is not.
    Nothing,
}

/// A value of a list, whole or its beginning.
struct Wanted {
    text: Vec<u8>,
    whole: bool,
}

impl Wanted {
    fn fits(&self, entry: &[u8]) -> bool {
        if self.whole { entry == self.text } else { entry.starts_with(&self.text) }
    }
}

/// What a token of the search text is.
pub enum Read {
    /// A word to look for.
    Word,
    /// A filter.
    Filter(Filter),
    /// A filter whose value is still to be typed.
    Unfinished,
    /// Written as a filter, but there is none of that name.
    UnknownName,
    /// A filter, but there is no such value.
    UnknownValue(Filter),
}

/// Reads a token.
pub(crate) fn read(token: &Token) -> Read {
    let (negated, text) =
        token.text.strip_prefix('-').map_or((false, token.text.as_str()), |text| (true, text));
    let Some((name, value)) = text.split_once(':').filter(|_| !token.literal) else { return Read::Word };
    let value = value.trim();
    let folded = fold(value);
    let wanted = || Wanted { text: folded.clone(), whole: token.quoted };
    let test = match name.to_ascii_lowercase().as_str() {
        "tag" => Test::Tag(wanted()),
        "vault" => Test::Vault { wanted: wanted(), named: Vec::new() },
        "url" => Test::Url(folded.clone()),
        "folder" => Test::Folder(wanted()),
        "type" => types(&folded),
        "has" => any_mark(HAS.into_iter().filter(|(_, name)| name.as_bytes().starts_with(&folded))),
        "is" => state(&folded),
        // Half a date is one that is still being typed.
        "before" | "after" if is_half_a_date(value) => return Read::Unfinished,
        "before" => Span::parse(value).map_or(Test::Nothing, |span| Test::ChangedBefore(span.start)),
        "after" => Span::parse(value).map_or(Test::Nothing, |span| Test::ChangedFrom(span.end)),
        // Addresses, times of day and the like are no filters.
        other if is_name(other) && !value.starts_with(|c: char| c.is_ascii_digit() || c == '/') => {
            return Read::UnknownName;
        }
        _ => return Read::Word,
    };
    let unknown = matches!(test, Test::Nothing);
    let filter = Filter { negated: negated && !unknown, test };
    match (folded.is_empty(), unknown) {
        (true, _) => Read::Unfinished,
        (false, true) => Read::UnknownValue(filter),
        (false, false) => Read::Filter(filter),
    }
}

fn is_name(text: &str) -> bool {
    (2..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_half_a_date(text: &str) -> bool {
    let whole = matches!(text.len(), 4 | 7 | 10);
    text.len() < 10 && !whole && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn types(value: &[u8]) -> Test {
    // `one-time` and `one_time` are the same.
    let plain = String::from_utf8_lossy(value).replace('-', "_");
    let own = ItemType::ALL.into_iter().filter(|kind| kind.name().starts_with(&plain));
    let other = ALIASES.into_iter().filter(|(_, name)| name.as_bytes().starts_with(value));
    let types: Vec<_> = own.chain(other.map(|(kind, _)| kind)).collect();
    if types.is_empty() { Test::Nothing } else { Test::Types(types) }
}

fn any_mark(marks: impl Iterator<Item = (u8, &'static str)>) -> Test {
    let marks: Vec<u8> = marks.map(|(mark, _)| mark).collect();
    if marks.is_empty() { Test::Nothing } else { Test::Marks(marks) }
}

fn state(value: &[u8]) -> Test {
    let named = |name: &str| name.as_bytes().starts_with(value);
    if named("archived") {
        Test::Place(Place::Archived)
    } else if named("trashed") {
        Test::Place(Place::Trashed)
    } else if named("favourite") || named("favorite") {
        Test::Marks(vec![marks::FAVOURITE])
    } else if named("conflict") {
        Test::Marks(vec![marks::CONFLICT])
    } else if named("doubtful") {
        Test::Marks(vec![marks::DOUBT])
    } else {
        Test::Nothing
    }
}

impl Filter {
    pub(crate) fn know_vault(&mut self, id: VaultId, name: &[u8]) {
        if let Test::Vault { wanted, named } = &mut self.test
            && wanted.fits(name)
        {
            named.push(id);
        }
    }

    /// Where it asks for items that a scope would leave out: `is:archived` looks there from everywhere.
    pub(crate) fn place(&self) -> Option<Place> {
        match self.test {
            Test::Place(place) if !self.negated => Some(place),
            _ => None,
        }
    }

    /// The rows of a block that it may let through.
    pub(crate) fn may_let_through(&self, slices: &Slices, block: usize) -> Mask {
        match &self.test {
            Test::Tag(Wanted { text, .. }) | Test::Url(text) if !self.negated => slices.may_hold(block, text),
            _ => ALL,
        }
    }

    pub(crate) fn lets_through(&self, row: &Row<'_>) -> bool {
        let fits = match &self.test {
            Test::Tag(tag) => row.tags().any(|entry| tag.fits(entry)),
            Test::Url(text) => row.hosts().any(|host| memchr::memmem::find(host, text).is_some()),
            Test::Folder(folder) => folder.fits(row.folder()) || is_below(row.folder(), &folder.text),
            Test::Types(types) => types.contains(&row.facts.item_type),
            Test::Marks(marks) => marks.iter().any(|mark| row.has(*mark)),
            Test::Place(place) => row.facts.place == *place,
            Test::Vault { wanted: _, named } => named.iter().any(|vault| row.is_in(vault)),
            Test::ChangedBefore(at) => row.facts.modified_at < at.0,
            Test::ChangedFrom(at) => row.facts.modified_at >= at.0,
            Test::Nothing => false,
        };
        fits != self.negated
    }
}
