//! What is typed into the search field.

use vault_wire::VaultId;

use super::fold::fold;
use super::index::{Row, marks};
use super::matching::Needle;
use super::{ENTRY, Place};
use crate::item::{ItemType, host};

/// Longest text that is looked at, in characters.
const TEXT: usize = 1_000;
/// Most words and filters.
const PARTS: usize = 16;

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

/// A search text taken apart: words, and filters such as `tag:work -type:card has:totp "two words"`.
///
/// A filter's value may be quoted; unquoted it need only be the beginning, since it may still be being typed.
pub struct SearchQuery {
    pub(super) needles: Vec<Needle>,
    pub(super) filters: Vec<Filter>,
}

pub(super) struct Filter {
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

impl SearchQuery {
    /// Reads what is typed; every text means something.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self { needles: Vec::new(), filters: Vec::new() };
        let bounded: String = text.chars().take(TEXT).collect();
        for token in tokens(&bounded).into_iter().take(PARTS) {
            match filter(&token) {
                Some(Some(filter)) => query.filters.push(filter),
                Some(None) => {}
                None => {
                    // A pasted address stands for its host.
                    let pasted = if token.text.contains("://") { host(&token.text) } else { None };
                    let needle = fold(pasted.as_deref().unwrap_or(&token.text));
                    if !needle.is_empty() {
                        query.needles.push(Needle::new(needle));
                    }
                }
            }
        }
        query
    }

    /// Tells the name of a vault, for filters by vault: they know those only that they were told.
    pub fn know_vault(&mut self, id: VaultId, name: &str) {
        let name = fold(name);
        for filter in &mut self.filters {
            if let Test::Vault { wanted, named } = &mut filter.test
                && wanted.fits(&name)
            {
                named.push(id);
            }
        }
    }

    /// Whether there is no word, so that hits are ordered by the sort instead of by how well they fit.
    #[must_use]
    pub fn has_no_words(&self) -> bool {
        self.needles.is_empty()
    }

    /// Whether there is neither word nor filter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty() && self.filters.is_empty()
    }
}

/// A word of the text, quotes taken off.
struct Token {
    text: String,
    quoted: bool,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut token = Token { text: String::new(), quoted: false };
    let mut inside = false;
    for c in text.chars() {
        match c {
            '"' => {
                inside = !inside;
                token.quoted = true;
            }
            c if c.is_whitespace() && !inside => {
                tokens.push(std::mem::replace(&mut token, Token { text: String::new(), quoted: false }));
            }
            c => token.text.push(c),
        }
    }
    tokens.push(token);
    tokens.retain(|token| !token.text.is_empty());
    tokens
}

/// None if the token is no filter; some none if it is one that is not finished.
fn filter(token: &Token) -> Option<Option<Filter>> {
    let (negated, text) =
        token.text.strip_prefix('-').map_or((false, token.text.as_str()), |text| (true, text));
    let (name, value) = text.split_once(':')?;
    let value = fold(value.trim());
    let wanted = || Wanted { text: value.clone(), whole: token.quoted };
    let named = |name: &str| name.as_bytes().starts_with(&value);
    let test = match name.to_ascii_lowercase().as_str() {
        "tag" => Test::Tag(wanted()),
        "vault" => Test::Vault { wanted: wanted(), named: Vec::new() },
        "url" => Test::Url(value.clone()),
        "folder" => Test::Folder(wanted()),
        "type" => {
            // `one-time` and `one_time` are the same.
            let plain = String::from_utf8_lossy(&value).replace('-', "_");
            let own = ItemType::ALL.into_iter().filter(|kind| kind.name().starts_with(&plain));
            let other = ALIASES.into_iter().filter(|(_, name)| named(name)).map(|(kind, _)| kind);
            Test::Types(own.chain(other).collect())
        }
        "has" => Test::Marks(HAS.into_iter().filter(|(_, name)| named(name)).map(|(mark, _)| mark).collect()),
        "is" if named("archived") => Test::Place(Place::Archived),
        "is" if named("trashed") => Test::Place(Place::Trashed),
        "is" => {
            let favourite = named("favourite") || named("favorite");
            Test::Marks(if favourite { vec![marks::FAVOURITE] } else { Vec::new() })
        }
        _ => return None,
    };
    Some((!value.is_empty()).then_some(Filter { negated, test }))
}

impl Filter {
    pub(super) fn lets_through(&self, row: &Row<'_>) -> bool {
        let any = |part: &[u8], fits: &dyn Fn(&[u8]) -> bool| {
            part.split(|byte| char::from(*byte) == ENTRY).any(fits)
        };
        let fits = match &self.test {
            Test::Tag(tag) => any(row.tags(), &|entry| tag.fits(entry)),
            Test::Url(text) => any(row.hosts(), &|entry| memchr::memmem::find(entry, text).is_some()),
            Test::Folder(folder) => folder.fits(row.folder()) || is_below(row.folder(), &folder.text),
            Test::Types(types) => types.contains(&row.item_type()),
            Test::Marks(marks) => marks.iter().any(|mark| row.has(*mark)),
            Test::Place(place) => row.place() == *place,
            Test::Vault { wanted: _, named } => named.iter().any(|vault| row.is_in(vault)),
        };
        fits != self.negated
    }
}

/// Whether a folder path lies below another.
pub(super) fn is_below(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.first() == Some(&b'/'))
}
