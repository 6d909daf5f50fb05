//! Filters of a search: `tag:work`, `-type:card`, `has:totp`, `before:2026-03` …

use vault_wire::VaultId;

use super::ItemState;
use super::bitmap_index::{ALL, BitmapIndex, Mask};
use super::date::Span;
use super::fold::fold;
use super::row::{Row, is_below, marks};
use super::token::Token;
use crate::clock::Timestamp;
use crate::item::ItemType;

/// Additional names of item types.
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

/// A filter, optionally negated.
pub struct Filter {
    negated: bool,
    test: Test,
}

enum Test {
    Tag(ValuePattern),
    Url(Vec<u8>),
    Folder(ValuePattern),
    Types(Vec<ItemType>),
    Marks(Vec<u8>),
    ItemState(ItemState),
    Vault {
        wanted: ValuePattern,
        /// The vaults with a matching name.
        named: Vec<VaultId>,
    },
    ChangedBefore(Timestamp),
    ChangedFrom(Timestamp),
    /// Matches nothing, for an unknown value.
    Nothing,
}

/// A pattern for a list value: the whole value or a prefix.
struct ValuePattern {
    text: Vec<u8>,
    whole: bool,
}

impl ValuePattern {
    fn fits(&self, entry: &[u8]) -> bool {
        if self.whole { entry == self.text } else { entry.starts_with(&self.text) }
    }
}

/// A parsed token of the search text.
pub enum ParsedToken {
    /// A word to search for.
    Word,
    /// A filter.
    Filter(Filter),
    /// A filter without a complete value yet.
    Unfinished,
    /// A filter with an unknown name.
    UnknownName,
    /// A filter with an unknown value.
    UnknownValue(Filter),
}

/// Parses a token.
pub(crate) fn read(token: &Token) -> ParsedToken {
    let (negated, text) =
        token.text.strip_prefix('-').map_or((false, token.text.as_str()), |text| (true, text));
    let Some((name, value)) = text.split_once(':').filter(|_| !token.literal) else {
        return ParsedToken::Word;
    };
    let value = value.trim();
    let folded = fold(value);
    let wanted = || ValuePattern { text: folded.clone(), whole: token.quoted };
    let test = match name.to_ascii_lowercase().as_str() {
        "tag" => Test::Tag(wanted()),
        "vault" => Test::Vault { wanted: wanted(), named: Vec::new() },
        "url" => Test::Url(folded.clone()),
        "folder" => Test::Folder(wanted()),
        "type" => types(&folded),
        "has" => any_mark(HAS.into_iter().filter(|(_, name)| name.as_bytes().starts_with(&folded))),
        "is" => state(&folded),
        // A partial date is still being typed.
        "before" | "after" if is_half_a_date(value) => return ParsedToken::Unfinished,
        "before" => Span::parse(value).map_or(Test::Nothing, |span| Test::ChangedBefore(span.start)),
        "after" => Span::parse(value).map_or(Test::Nothing, |span| Test::ChangedFrom(span.end)),
        // Addresses, times of day and the like are not filters.
        other if is_name(other) && !value.starts_with(|c: char| c.is_ascii_digit() || c == '/') => {
            return ParsedToken::UnknownName;
        }
        _ => return ParsedToken::Word,
    };
    let unknown = matches!(test, Test::Nothing);
    let filter = Filter { negated: negated && !unknown, test };
    match (folded.is_empty(), unknown) {
        (true, _) => ParsedToken::Unfinished,
        (false, true) => ParsedToken::UnknownValue(filter),
        (false, false) => ParsedToken::Filter(filter),
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
    // `one-time` and `one_time` are equivalent.
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
        Test::ItemState(ItemState::Archived)
    } else if named("trashed") {
        Test::ItemState(ItemState::Trashed)
    } else if named("favourite") || named("favorite") {
        Test::Marks(vec![marks::FAVOURITE])
    } else if named("conflict") {
        Test::Marks(vec![marks::CONFLICT])
    } else if named("doubtful") {
        Test::Marks(vec![marks::WARNING])
    } else {
        Test::Nothing
    }
}

impl Filter {
    pub(crate) fn register_vault(&mut self, id: VaultId, name: &[u8]) {
        if let Test::Vault { wanted, named } = &mut self.test
            && wanted.fits(name)
        {
            named.push(id);
        }
    }

    /// Returns the item state that the filter requests: `is:archived` overrides the scope.
    pub(crate) fn place(&self) -> Option<ItemState> {
        match self.test {
            Test::ItemState(place) if !self.negated => Some(place),
            _ => None,
        }
    }

    /// Returns the rows of a block that may pass the filter.
    pub(crate) fn may_let_through(&self, bitmaps: &BitmapIndex, block: usize) -> Mask {
        match &self.test {
            Test::Tag(ValuePattern { text, .. }) | Test::Url(text) if !self.negated => {
                bitmaps.may_hold(block, text)
            }
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
            Test::ItemState(place) => row.facts.place == *place,
            Test::Vault { wanted: _, named } => named.iter().any(|vault| row.is_in(vault)),
            Test::ChangedBefore(at) => row.facts.modified_at < at.0,
            Test::ChangedFrom(at) => row.facts.modified_at >= at.0,
            Test::Nothing => false,
        };
        fits != self.negated
    }
}
