//! The rows, and the search over them.

use std::collections::HashMap;

use vault_wire::ItemId;

use super::arena::Arena;
use super::fold::{Bits, fold, fold_into};
use super::matching::Haystack;
use super::query::is_below;
use super::{ENTRY, Entry, PART, PART_BYTES, Place, SearchQuery, fuzzy};
use crate::item::ItemType;
use crate::session::{Scope, Sort};

/// With fewer hits than this, rows that nearly fit are looked for.
const FEW: usize = 10;
/// Rows between two looks at whether the search is still wanted.
const STRIDE: u32 = 1_024;
/// Parts of a row's text: title, names, hosts, labels, tags, folder.
const PARTS: usize = 6;

/// Bits of [`Hot::marks`].
pub mod marks {
    pub const FAVOURITE: u8 = 1;
    pub const CODE: u8 = 2;
    pub const ATTACHMENTS: u8 = 4;
}

/// What nearly every search looks at.
struct Hot {
    title_bits: Bits,
    other_bits: Bits,
    start: u32,
    /// End of the title.
    title: u32,
    /// End of what words are searched in; the folder follows.
    text: u32,
    item_type: ItemType,
    place: Place,
    marks: u8,
    alive: bool,
}

/// What only hits are asked for.
struct Cold {
    id: ItemId,
    end: u32,
    created_at: u64,
    modified_at: u64,
}

/// The index of one open profile. Its text is wiped when it is dropped.
#[derive(Default)]
pub struct Index {
    text: Arena,
    hot: Vec<Hot>,
    cold: Vec<Cold>,
    rows: HashMap<ItemId, u32>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// Hits in all.
    pub total: usize,
    /// The hits asked for, best first.
    pub ids: Vec<ItemId>,
}

impl Index {
    /// An empty index with room for so many items.
    #[must_use]
    pub fn with_capacity(items: usize) -> Self {
        Self {
            text: Arena::with_capacity(items * 80),
            hot: Vec::with_capacity(items),
            cold: Vec::with_capacity(items),
            rows: HashMap::with_capacity(items),
        }
    }

    /// The number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes an item in, in place of what was known of it.
    pub fn put(&mut self, entry: &Entry<'_>) {
        self.bury(entry.id);
        let (text, parts) = row_text(entry);
        let text = zeroize::Zeroizing::new(text);
        let [title, _, _, _, tags, _] = parts;
        let at = |offset: usize| u32::try_from(self.text.len() + offset);
        // Beyond 4 GiB of titles an item is not found; it is listed all the same.
        let (Ok(start), Ok(title), Ok(searched), Ok(end), Ok(row)) =
            (at(0), at(title), at(tags), at(text.len()), u32::try_from(self.hot.len()))
        else {
            return;
        };
        self.text.push(&text);
        let title_text = self.text.slice(start, title);
        let mark = |set, mark| if set { mark } else { 0 };
        self.hot.push(Hot {
            title_bits: Bits::of(title_text),
            other_bits: Bits::of(self.text.slice(title, searched)),
            start,
            title,
            text: searched,
            item_type: entry.item_type,
            place: entry.place,
            marks: mark(entry.favourite, marks::FAVOURITE)
                | mark(entry.has_code, marks::CODE)
                | mark(entry.has_attachments, marks::ATTACHMENTS),
            alive: true,
        });
        self.cold.push(Cold {
            id: entry.id,
            end,
            created_at: entry.created_at.0,
            modified_at: entry.modified_at.0,
        });
        self.rows.insert(entry.id, row);
    }

    /// Forgets an item, if it is known.
    pub fn remove(&mut self, id: ItemId) {
        self.bury(id);
    }

    fn bury(&mut self, id: ItemId) {
        let Some(row) = self.rows.remove(&id) else { return };
        if let Some(hot) = self.hot.get_mut(row as usize) {
            hot.alive = false;
        }
        let dead = self.hot.len() - self.rows.len();
        if dead > STRIDE as usize && dead > self.rows.len() / 4 {
            self.sweep();
        }
    }

    /// Closes the gaps that changed and removed items left.
    fn sweep(&mut self) {
        let old = std::mem::replace(self, Self::with_capacity(self.rows.len()));
        for (mut hot, mut cold) in old.hot.into_iter().zip(old.cold).filter(|(hot, _)| hot.alive) {
            let (Ok(start), Ok(row)) = (u32::try_from(self.text.len()), u32::try_from(self.hot.len())) else {
                return;
            };
            self.text.push(old.text.slice(hot.start, cold.end));
            let moved = hot.start - start;
            (hot.start, hot.title, hot.text, cold.end) =
                (start, hot.title - moved, hot.text - moved, cold.end - moved);
            self.rows.insert(cold.id, row);
            self.hot.push(hot);
            self.cold.push(cold);
        }
    }

    /// Finds items: those that hold every word and that every filter lets through. With words the best comes first,
    /// then favourites, then what was changed last; without, `sort` decides. If hardly anything fits, what nearly
    /// fits follows.
    ///
    /// None if `cancelled` said so meanwhile.
    #[must_use]
    pub fn search(
        &self,
        query: &SearchQuery,
        scope: &Scope,
        sort: Sort,
        offset: usize,
        limit: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Hits> {
        let scope = Within::new(scope);
        let mut hits = Vec::new();
        self.each(query, &scope, cancelled, |at, row| {
            let haystack = row.haystack();
            let ranks = query.needles.iter().map(|needle| needle.rank(&haystack));
            if let Some(rank) = ranks.sum::<Option<u8>>() {
                hits.push((row.key(query, sort, rank), at));
            }
        })?;
        if !query.has_no_words() && hits.len() < FEW {
            let found: Vec<u32> = hits.iter().map(|(_, at)| *at).collect();
            self.each(query, &scope, cancelled, |at, row| {
                let haystack = row.haystack();
                let ranks = query
                    .needles
                    .iter()
                    .map(|needle| needle.rank(&haystack).or_else(|| fuzzy::rank(needle, &haystack)));
                if let Some(rank) = ranks.sum::<Option<u8>>().filter(|_| !found.contains(&at)) {
                    // After every true hit, whatever their ranks add up to.
                    hits.push((row.key(query, sort, rank.saturating_add(128)), at));
                }
            })?;
        }
        let total = hits.len();
        let end = offset.saturating_add(limit).min(total);
        let by_title = query.has_no_words() && sort == Sort::Title;
        let title = |at: u32| self.hot.get(at as usize).map(|hot| self.text.slice(hot.start, hot.title));
        let order = |a: &(u64, u32), b: &(u64, u32)| {
            let titles = if by_title { title(a.1).cmp(&title(b.1)) } else { a.0.cmp(&b.0) };
            titles.then(a.1.cmp(&b.1))
        };
        if end < total {
            hits.select_nth_unstable_by(end, order);
            hits.truncate(end);
        }
        hits.sort_unstable_by(order);
        let page = hits
            .into_iter()
            .skip(offset)
            .filter_map(|(_, at)| self.cold.get(at as usize).map(|cold| cold.id));
        Some(Hits { total, ids: page.collect() })
    }

    /// Visits the rows that scope and filters let through.
    fn each(
        &self,
        query: &SearchQuery,
        scope: &Within,
        cancelled: &dyn Fn() -> bool,
        mut visit: impl FnMut(u32, &Row<'_>),
    ) -> Option<()> {
        for ((at, hot), cold) in (0_u32..).zip(&self.hot).zip(&self.cold) {
            if at.is_multiple_of(STRIDE) && cancelled() {
                return None;
            }
            let row = Row { text: &self.text, hot, cold };
            if hot.alive && scope.holds(&row) && query.filters.iter().all(|filter| filter.lets_through(&row))
            {
                visit(at, &row);
            }
        }
        Some(())
    }
}

/// A row with its text.
pub struct Row<'a> {
    text: &'a Arena,
    hot: &'a Hot,
    cold: &'a Cold,
}

impl<'a> Row<'a> {
    pub fn item_type(&self) -> ItemType {
        self.hot.item_type
    }

    pub fn place(&self) -> Place {
        self.hot.place
    }

    pub fn has(&self, mark: u8) -> bool {
        self.hot.marks & mark != 0
    }

    pub fn hosts(&self) -> &'a [u8] {
        self.part(2)
    }

    pub fn tags(&self) -> &'a [u8] {
        self.part(4)
    }

    pub fn folder(&self) -> &'a [u8] {
        self.part(5)
    }

    fn part(&self, number: usize) -> &'a [u8] {
        let whole = self.text.slice(self.hot.start, self.cold.end);
        whole.split(|byte| char::from(*byte) == PART).nth(number).unwrap_or_default()
    }

    fn haystack(&self) -> Haystack<'a> {
        Haystack {
            title: self.text.slice(self.hot.start, self.hot.title),
            text: self.text.slice(self.hot.start, self.hot.text),
            title_bits: self.hot.title_bits,
            other_bits: self.hot.other_bits,
        }
    }

    /// What rows are ordered by: the lower the earlier.
    fn key(&self, query: &SearchQuery, sort: Sort, rank: u8) -> u64 {
        if query.has_no_words() {
            return match sort {
                Sort::Title => 0,
                Sort::Modified => !self.cold.modified_at,
                Sort::Created => !self.cold.created_at,
            };
        }
        let age = (1 << 55) - 1 - self.cold.modified_at.min((1 << 55) - 1);
        let not_favourite = u64::from(!self.has(marks::FAVOURITE));
        u64::from(rank) << 56 | not_favourite << 55 | age
    }
}

/// A scope, folded like the rows.
enum Within {
    Listed,
    Favourites,
    Type(ItemType),
    Tag(Vec<u8>),
    Folder(Vec<u8>),
    Place(Place),
}

impl Within {
    fn new(scope: &Scope) -> Self {
        match scope {
            Scope::All => Self::Listed,
            Scope::Favourites => Self::Favourites,
            Scope::Type(item_type) => Self::Type(*item_type),
            Scope::Tag(tag) => Self::Tag(fold(tag)),
            Scope::Folder(folder) => Self::Folder(fold(folder)),
            Scope::Archive => Self::Place(Place::Archived),
            Scope::Trash => Self::Place(Place::Trashed),
        }
    }

    fn holds(&self, row: &Row<'_>) -> bool {
        let listed = row.place() == Place::Listed;
        match self {
            Self::Listed => listed,
            Self::Favourites => listed && row.has(marks::FAVOURITE),
            Self::Type(item_type) => listed && row.item_type() == *item_type,
            Self::Tag(tag) => {
                listed && row.tags().split(|byte| char::from(*byte) == ENTRY).any(|entry| entry == tag)
            }
            Self::Folder(folder) => listed && (row.folder() == folder || is_below(row.folder(), folder)),
            Self::Place(place) => row.place() == *place,
        }
    }
}

/// The folded text of a row, and where each of its parts ends.
fn row_text(entry: &Entry<'_>) -> (Vec<u8>, [usize; PARTS]) {
    let mut words = entry.words.split(PART);
    let mut listed = || words.next().unwrap_or_default().split(ENTRY).collect::<Vec<_>>();
    let (names, hosts, labels) = (listed(), listed(), listed());
    let tags: Vec<&str> = entry.tags.iter().map(String::as_str).collect();
    let parts = [vec![entry.title], names, hosts, labels, tags, vec![entry.folder.unwrap_or_default()]];
    let room = entry.title.len() + entry.words.len() + entry.folder.map_or(0, str::len) + PARTS;
    // Folding can make a text longer; twice is plenty, and a copy left behind is wiped with the allocator's pages.
    let mut text = Vec::with_capacity(room * 2 + entry.tags.iter().map(|tag| tag.len() + 1).sum::<usize>());
    let mut ends = [0; PARTS];
    for (number, (part, end)) in parts.into_iter().zip(&mut ends).enumerate() {
        if number > 0 {
            text.push(PART as u8);
        }
        let start = text.len();
        for (number, value) in part.into_iter().enumerate() {
            if number > 0 {
                text.push(ENTRY as u8);
            }
            let value = value.get(..value.floor_char_boundary(PART_BYTES)).unwrap_or_default();
            if text.len() - start + value.len() <= PART_BYTES {
                fold_into(&mut text, value);
            }
        }
        *end = text.len();
    }
    (text, ends)
}
