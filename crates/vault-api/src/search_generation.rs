//! Cancels a search while the user types: each new query starts a generation, and searches of older ones end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::views::ItemQuery;

/// The generation of the newest query.
#[derive(Clone, Default)]
pub(crate) struct SearchGeneration(Arc<Newest>);

#[derive(Default)]
struct Newest {
    number: AtomicU64,
    last: Mutex<Option<ItemQuery>>,
}

/// A running search of one generation.
pub(crate) struct RunningSearch {
    newest: Arc<Newest>,
    number: u64,
}

impl SearchGeneration {
    /// Starts a search. Pages of the same list share a generation; the query of any other list starts a new one.
    pub(crate) fn begin(&self, query: &ItemQuery) -> RunningSearch {
        let first_page = ItemQuery { offset: 0, limit: 0, ..query.clone() };
        let mut last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref() != Some(&first_page) {
            *last = Some(first_page);
            self.0.number.fetch_add(1, Ordering::Relaxed);
        }
        RunningSearch { newest: Arc::clone(&self.0), number: self.0.number.load(Ordering::Relaxed) }
    }

    /// Drops the query text: it may reveal the content of the vault.
    pub(crate) fn forget(&self) {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl RunningSearch {
    /// Whether a newer generation has started.
    pub(crate) fn is_outdated(&self) -> bool {
        self.newest.number.load(Ordering::Relaxed) != self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::{ItemScope, ItemSort};

    #[test]
    fn a_new_query_ends_older_searches_but_another_page_does_not() {
        let search = SearchGeneration::default();
        let query = |text: &str, offset| ItemQuery {
            text: text.to_owned(),
            scope: ItemScope::All,
            sort: ItemSort::Title,
            offset,
            limit: 10,
        };
        let first = search.begin(&query("gi", 0));
        let second_page = search.begin(&query("gi", 10));
        assert!(!first.is_outdated() && !second_page.is_outdated());
        let next = search.begin(&query("git", 0));
        assert!(first.is_outdated() && second_page.is_outdated() && !next.is_outdated());
        let elsewhere = search.begin(&ItemQuery { scope: ItemScope::Trash, ..query("git", 0) });
        assert!(next.is_outdated() && !elsewhere.is_outdated());
        search.forget();
        assert!(!elsewhere.is_outdated());
    }
}
