//! Parser of search queries.

use vault_wire::VaultId;

use super::ItemState;
use super::filter::{Filter, ParsedToken, read};
use super::fold::{fold, spelled};
use super::matching::Needle;
use super::token::tokens;
use crate::item::host;

/// Maximum length of a query, in characters; the rest is ignored.
const TEXT: usize = 1_000;
/// Maximum number of words and filters.
const PARTS: usize = 16;
/// Maximum number of parent domains of a pasted host that are searched too.
const HOSTS_ABOVE: usize = 4;

/// A parsed search text: words, and filters such as `tag:work -type:card has:totp "two words"`.
///
/// A quoted value of a filter must match completely, an unquoted one as a prefix, since the user may still be typing
/// it. A token that starts with a quote is never a filter.
#[derive(Default)]
pub struct SearchQuery {
    pub(crate) needles: Vec<Needle>,
    pub(crate) filters: Vec<Filter>,
    unknown: Vec<String>,
}

impl SearchQuery {
    /// Parses a search text. Every text is valid.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let bounded: String = text.chars().take(TEXT).collect();
        for token in tokens(&bounded).into_iter().take(PARTS) {
            match read(&token) {
                ParsedToken::Filter(filter) => query.filters.push(filter),
                ParsedToken::Unfinished => {}
                ParsedToken::UnknownName => query.unknown.push(token.text),
                ParsedToken::UnknownValue(filter) => {
                    query.filters.push(filter);
                    query.unknown.push(token.text);
                }
                ParsedToken::Word => query.needles.extend(needle(&token.text)),
            }
        }
        query
    }

    /// Returns filters with an unknown name or value, as typed. One with an unknown name is ignored; one with an
    /// unknown value matches nothing.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Returns the item state that a filter requests, such as archived.
    pub(crate) fn place(&self) -> Option<ItemState> {
        self.filters.iter().find_map(Filter::place)
    }

    /// Registers the name of a vault for `vault:` filters, which match only registered vaults.
    pub fn register_vault(&mut self, id: VaultId, name: &str) {
        let name = fold(name);
        self.filters.iter_mut().for_each(|filter| filter.register_vault(id, &name));
    }

    /// Returns whether there is no word, so that hits are ordered by the sort instead of by rank.
    #[must_use]
    pub fn has_no_words(&self) -> bool {
        self.needles.is_empty()
    }

    /// Returns whether there is neither a word nor a filter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty() && self.filters.is_empty()
    }
}

/// Returns a needle for a word and its alternative spellings.
fn needle(text: &str) -> Option<Needle> {
    // A pasted address is searched by its host and parent domains.
    let pasted = if text.contains("://") { host(text) } else { None };
    let (text, above) = match &pasted {
        Some(host) => {
            let host = without_www(host);
            let above =
                host.match_indices('.').filter_map(|(at, _)| host.get(at + 1..)).filter(|host| is_site(host));
            (host, above.take(HOSTS_ABOVE).map(fold).collect())
        }
        None => (text, Vec::new()),
    };
    let bare = without_www(text);
    let bare = (bare.len() < text.len() && bare.contains('.')).then(|| fold(bare));
    let others: Vec<_> = above.into_iter().chain(bare).chain(spelled(text)).collect();
    Needle::new(fold(text), &others)
}

fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// Returns whether a host is probably registrable, unlike `co.uk`. A heuristic, which only adds hits.
fn is_site(host: &str) -> bool {
    host.split_once('.').is_some_and(|(name, rest)| name.len() > 3 || rest.contains('.'))
}
