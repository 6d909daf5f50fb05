//! Query parameters of a log request.

use std::fmt;
use std::str::FromStr;

use crate::message::MAX_PAGE_ENTRIES;

/// The bodies that a page of the log includes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bodies {
    /// Bodies of current revisions.
    #[default]
    Live,
    /// All stored bodies.
    All,
    /// No bodies.
    None,
}

impl Bodies {
    const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::All => "all",
            Self::None => "none",
        }
    }
}

/// The requested part of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// Number of the last entry that the client has; 0 if none.
    pub after: u64,
    /// Maximum number of entries, 1 to [`MAX_PAGE_ENTRIES`]. A server may send fewer.
    pub limit: u64,
    /// Bodies to include.
    pub bodies: Bodies,
}

impl Default for LogQuery {
    fn default() -> Self {
        Self { after: 0, limit: MAX_PAGE_ENTRIES, bodies: Bodies::Live }
    }
}

/// The query has an unknown or repeated name, or a value out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the query is malformed")]
pub struct QueryError;

impl fmt::Display for LogQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { after, limit, bodies } = self;
        write!(f, "after={after}&limit={limit}&bodies={}", bodies.word())
    }
}

impl FromStr for LogQuery {
    type Err = QueryError;

    /// Parses the part after the `?`. Names may be in any order; missing ones get their default.
    fn from_str(text: &str) -> Result<Self, QueryError> {
        let (mut after, mut limit, mut bodies) = (None, None, None);
        // There are only three names, so the split is bounded.
        for pair in text.splitn(4, '&').filter(|pair| !pair.is_empty()) {
            let fresh = match pair.split_once('=').ok_or(QueryError)? {
                ("after", value) => after.replace(number(value)?).is_none(),
                ("limit", value) => limit.replace(number(value)?).is_none(),
                ("bodies", value) => bodies.replace(word(value)?).is_none(),
                _ => false,
            };
            if !fresh {
                return Err(QueryError);
            }
        }
        let limit = limit.unwrap_or(MAX_PAGE_ENTRIES);
        if !(1..=MAX_PAGE_ENTRIES).contains(&limit) {
            return Err(QueryError);
        }
        Ok(Self { after: after.unwrap_or(0), limit, bodies: bodies.unwrap_or_default() })
    }
}

/// Parses a number in canonical form: digits, no sign, no leading zero.
fn number(text: &str) -> Result<u64, QueryError> {
    let value: u64 = text.parse().map_err(|_| QueryError)?;
    if value.to_string() == text { Ok(value) } else { Err(QueryError) }
}

fn word(text: &str) -> Result<Bodies, QueryError> {
    [Bodies::Live, Bodies::All, Bodies::None]
        .into_iter()
        .find(|bodies| bodies.word() == text)
        .ok_or(QueryError)
}
