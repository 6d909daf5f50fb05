//! Search as one types: with each new text, the search for the one before is no longer wanted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::views::ItemQuery;

/// The text that was typed last.
#[derive(Clone, Default)]
pub(crate) struct Typing(Arc<Typed>);

#[derive(Default)]
struct Typed {
    number: AtomicU64,
    last: Mutex<Option<ItemQuery>>,
}

/// One search, as long as no other text was typed.
pub(crate) struct Wanted {
    typed: Arc<Typed>,
    number: u64,
}

impl Typing {
    /// Takes a query in. Pages of the same list are wanted side by side; any other list ends the wish for them.
    pub(crate) fn begin(&self, query: &ItemQuery) -> Wanted {
        let first_page = ItemQuery { offset: 0, limit: 0, ..query.clone() };
        let mut last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref() != Some(&first_page) {
            *last = Some(first_page);
            self.0.number.fetch_add(1, Ordering::Relaxed);
        }
        Wanted { typed: Arc::clone(&self.0), number: self.0.number.load(Ordering::Relaxed) }
    }

    /// Forgets the text, which may say what somebody has.
    pub(crate) fn forget(&self) {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Wanted {
    /// Whether something else was typed meanwhile.
    pub(crate) fn is_over(&self) -> bool {
        self.typed.number.load(Ordering::Relaxed) != self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::{ItemScope, ItemSort};

    #[test]
    fn another_text_ends_the_search_for_the_one_before_and_another_page_does_not() {
        let typing = Typing::default();
        let query = |text: &str, offset| ItemQuery {
            text: text.to_owned(),
            scope: ItemScope::All,
            sort: ItemSort::Title,
            offset,
            limit: 10,
        };
        let first = typing.begin(&query("gi", 0));
        let second_page = typing.begin(&query("gi", 10));
        assert!(!first.is_over() && !second_page.is_over());
        let next = typing.begin(&query("git", 0));
        assert!(first.is_over() && second_page.is_over() && !next.is_over());
        let elsewhere = typing.begin(&ItemQuery { scope: ItemScope::Trash, ..query("git", 0) });
        assert!(next.is_over() && !elsewhere.is_over());
        typing.forget();
        assert!(!elsewhere.is_over());
    }
}
