//! What is typed into the search field.

use vault_wire::VaultId;

use super::Place;
use super::filter::{Filter, Read, read};
use super::fold::{fold, spelled};
use super::matching::Needle;
use crate::item::host;

/// Longest text that is looked at, in characters.
const TEXT: usize = 1_000;
/// Most words and filters.
const PARTS: usize = 16;
/// Most hosts above a pasted one that are looked for as well.
const HOSTS_ABOVE: usize = 4;

/// A search text taken apart: words, and filters such as `tag:work -type:card has:totp "two words"`.
///
/// A filter's value may be quoted; unquoted it need only be the beginning, since it may still be being typed. What
/// begins with a quote is never a filter.
#[derive(Default)]
pub struct SearchQuery {
    pub(crate) needles: Vec<Needle>,
    pub(crate) filters: Vec<Filter>,
    unknown: Vec<String>,
}

impl SearchQuery {
    /// Reads what is typed; every text means something.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let bounded: String = text.chars().take(TEXT).collect();
        for token in tokens(&bounded).into_iter().take(PARTS) {
            match read(&token) {
                Read::Filter(filter) => query.filters.push(filter),
                Read::Unfinished => {}
                Read::UnknownName => query.unknown.push(token.text),
                Read::UnknownValue(filter) => {
                    query.filters.push(filter);
                    query.unknown.push(token.text);
                }
                Read::Word => query.needles.extend(needle(&token.text)),
            }
        }
        query
    }

    /// Filters that there are not, or whose value there is not, as they were typed. One of an unknown name changes
    /// nothing; one of an unknown value lets nothing through.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Where a filter asks for items that are not among all.
    pub(crate) fn place(&self) -> Option<Place> {
        self.filters.iter().find_map(Filter::place)
    }

    /// Tells the name of a vault, for filters by vault: they know those only that they were told.
    pub fn know_vault(&mut self, id: VaultId, name: &str) {
        let name = fold(name);
        self.filters.iter_mut().for_each(|filter| filter.know_vault(id, &name));
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

/// A word with the other ways to write it.
fn needle(text: &str) -> Option<Needle> {
    // A pasted address stands for its host, and for the hosts above that.
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

/// Whether a host is likely somebody's own and not, like `co.uk`, everybody's. A guess, which only adds hits.
fn is_site(host: &str) -> bool {
    host.split_once('.').is_some_and(|(name, rest)| name.len() > 3 || rest.contains('.'))
}

/// A word of the text, quotes taken off.
pub(crate) struct Token {
    pub text: String,
    /// Some of it was in quotes.
    pub quoted: bool,
    /// It began with a quote.
    pub literal: bool,
}

fn tokens(text: &str) -> Vec<Token> {
    let new = || Token { text: String::new(), quoted: false, literal: false };
    let mut tokens = Vec::new();
    let mut token = new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '"' => {
                inside = !inside;
                token.literal |= token.text.is_empty() && !token.quoted;
                token.quoted = true;
            }
            c if c.is_whitespace() && !inside => tokens.push(std::mem::replace(&mut token, new())),
            c => token.text.push(c),
        }
    }
    tokens.push(token);
    tokens.retain(|token| !token.text.is_empty());
    tokens
}
