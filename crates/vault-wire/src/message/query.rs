//! What stands behind the `?` when a log is asked for.

use std::fmt;
use std::str::FromStr;

use crate::message::MAX_PAGE_ENTRIES;

/// Which bodies a page of the log is to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bodies {
    /// Those of the revisions that are current.
    #[default]
    Live,
    /// All that are kept.
    All,
    /// None.
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

/// Which part of a log is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// The number of the last entry that is already there; 0 if none is.
    pub after: u64,
    /// The most entries to send, 1 to [`MAX_PAGE_ENTRIES`]. A server may send fewer.
    pub limit: u64,
    /// Which bodies to send.
    pub bodies: Bodies,
}

impl Default for LogQuery {
    fn default() -> Self {
        Self { after: 0, limit: MAX_PAGE_ENTRIES, bodies: Bodies::Live }
    }
}

/// A query with an unknown or repeated name, or a value out of bounds.
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

    /// Reads the part after the `?`. Names may come in any order; those left out have their default.
    fn from_str(text: &str) -> Result<Self, QueryError> {
        let (mut after, mut limit, mut bodies) = (None, None, None);
        // Three names, no more, so the text is never split further than that.
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

/// Reads a number in its one spelling: digits, no sign, no zero in front.
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
