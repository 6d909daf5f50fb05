//! The rows, and the search over them.

use std::cmp::Ordering;
use std::collections::HashMap;

use vault_wire::{ItemId, VaultId};

use super::arena::Arena;
use super::fold::{Bits, fold, fold_into};
use super::matching::{Haystack, Needle};
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
    /// Beginning of the tags.
    tags: u32,
    /// End of what words are searched in; the folder follows.
    text: u32,
    modified_at: u64,
    item_type: ItemType,
    place: Place,
    marks: u8,
    alive: bool,
}

/// What only hits are asked for.
struct Cold {
    id: ItemId,
    end: u32,
    /// Where the vault stands among [`Index::vaults`].
    vault: u32,
    created_at: u64,
}

/// The index of one open profile. Its text is wiped when it is dropped.
#[derive(Default)]
pub struct Index {
    text: Arena,
    /// Where each row's text begins, once more and close together: hits in the text find their row by it.
    starts: Vec<u32>,
    hot: Vec<Hot>,
    cold: Vec<Cold>,
    rows: HashMap<ItemId, u32>,
    /// The vaults that items were in; there are few.
    vaults: Vec<VaultId>,
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
            starts: Vec::with_capacity(items),
            hot: Vec::with_capacity(items),
            cold: Vec::with_capacity(items),
            rows: HashMap::with_capacity(items),
            vaults: Vec::new(),
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
        let [title, _, _, labels, tags, _] = parts;
        let at = |offset: usize| u32::try_from(self.text.len() + offset);
        // Beyond 4 GiB of titles an item is not found; it is listed all the same.
        let (Ok(start), Ok(title), Ok(labels), Ok(searched), Ok(end), Ok(row)) =
            (at(0), at(title), at(labels), at(tags), at(text.len()), u32::try_from(self.hot.len()))
        else {
            return;
        };
        self.text.push(&text);
        self.starts.push(start);
        let title_text = self.text.slice(start, title);
        let mark = |set, mark| if set { mark } else { 0 };
        self.hot.push(Hot {
            title_bits: Bits::of(title_text),
            other_bits: Bits::of(self.text.slice(title, searched)),
            start,
            title,
            tags: labels + 1,
            text: searched,
            modified_at: entry.modified_at.0,
            item_type: entry.item_type,
            place: entry.place,
            marks: mark(entry.favourite, marks::FAVOURITE)
                | mark(entry.has_code, marks::CODE)
                | mark(entry.has_attachments, marks::ATTACHMENTS),
            alive: true,
        });
        let vault = self.vaults.iter().position(|known| *known == entry.vault).unwrap_or_else(|| {
            self.vaults.push(entry.vault);
            self.vaults.len() - 1
        });
        let vault = u32::try_from(vault).unwrap_or(u32::MAX);
        self.cold.push(Cold { id: entry.id, end, vault, created_at: entry.created_at.0 });
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
        let mut old = std::mem::replace(self, Self::with_capacity(self.rows.len()));
        self.vaults = std::mem::take(&mut old.vaults);
        for (mut hot, mut cold) in old.hot.into_iter().zip(old.cold).filter(|(hot, _)| hot.alive) {
            let (Ok(start), Ok(row)) = (u32::try_from(self.text.len()), u32::try_from(self.hot.len())) else {
                return;
            };
            self.text.push(old.text.slice(hot.start, cold.end));
            let moved = hot.start - start;
            (hot.start, hot.title, hot.tags) = (start, hot.title - moved, hot.tags - moved);
            (hot.text, cold.end) = (hot.text - moved, cold.end - moved);
            self.rows.insert(cold.id, row);
            self.starts.push(start);
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
        let by_title = query.has_no_words() && sort == Sort::Title;
        let title = |at: u32| self.hot.get(at as usize).map(|hot| self.text.slice(hot.start, hot.title));
        let order = |a: &Hit, b: &Hit| {
            let titles = || if by_title { title(a.1).cmp(&title(b.1)) } else { Ordering::Equal };
            a.0.cmp(&b.0).then_with(titles).then(a.1.cmp(&b.1))
        };
        let mut best = Best::new(offset.saturating_add(limit), order);
        // The longest word is looked for in the text of all rows at once, the others only where it is.
        let longest = query.needles.iter().enumerate().max_by_key(|(_, needle)| needle.text.len());
        let longest = longest.filter(|(_, needle)| needle.text.len() > 1);
        let mut take = |at: u32, row: &Row<'_>, known: Option<u8>| {
            let haystack = self.haystack(row.hot);
            let ranks = query.needles.iter().enumerate().map(|(number, needle)| match (longest, known) {
                (Some((first, _)), Some(rank)) if first == number => Some(rank),
                _ => needle.rank(&haystack),
            });
            if let Some(rank) = ranks.sum::<Option<u8>>() {
                best.take((row.key(query, sort, rank), at));
            }
        };
        match longest {
            Some((_, needle)) => self.each_holding(needle, query, &scope, cancelled, &mut take)?,
            None => self.each(query, &scope, cancelled, &mut |at, row| take(at, row, None))?,
        }
        if !query.has_no_words() && best.total < FEW {
            // Fewer than a handful, so all of them are still there, wherever the page begins.
            let found: Vec<u32> = best.hits.iter().map(|hit| hit.1).collect();
            self.each(query, &scope, cancelled, &mut |at, row| {
                let haystack = self.haystack(row.hot);
                let near =
                    |needle: &Needle| needle.rank(&haystack).or_else(|| fuzzy::rank(needle, &haystack));
                if let Some(rank) = query.needles.iter().map(near).sum::<Option<u8>>()
                    && !found.contains(&at)
                {
                    // After every true hit, whatever their ranks add up to.
                    best.take((row.key(query, sort, rank.saturating_add(128)), at));
                }
            })?;
        }
        let total = best.total;
        let page = best.sorted().into_iter().skip(offset);
        let ids = page.filter_map(|(_, at)| self.cold.get(at as usize).map(|cold| cold.id)).collect();
        Some(Hits { total, ids })
    }

    /// Visits the rows whose text holds a word, with its best rank in each.
    fn each_holding(
        &self,
        needle: &Needle,
        query: &SearchQuery,
        scope: &Within,
        cancelled: &dyn Fn() -> bool,
        visit: &mut dyn FnMut(u32, &Row<'_>, Option<u8>),
    ) -> Option<()> {
        if cancelled() {
            return None;
        }
        let mut row = 0_u32;
        let mut best: Option<u8> = None;
        let mut end = 0;
        for (count, place) in (1_u32..).zip(needle.places(self.text.bytes())) {
            if count.is_multiple_of(STRIDE) && cancelled() {
                return None;
            }
            if place >= end {
                if let Some(rank) = best.take() {
                    self.visit(row, query, scope, &mut |at, row| visit(at, row, Some(rank)));
                }
                while self.starts.get(row as usize + 1).is_some_and(|start| *start as usize <= place) {
                    row += 1;
                }
                end = self.starts.get(row as usize + 1).map_or(usize::MAX, |start| *start as usize);
            }
            if let Some(hot) = self.hot.get(row as usize).filter(|hot| place < hot.text as usize) {
                let rank = needle.rank_at(place - hot.start as usize, &self.haystack(hot));
                best = Some(best.map_or(rank, |best| best.min(rank)));
            }
        }
        if let Some(rank) = best {
            self.visit(row, query, scope, &mut |at, row| visit(at, row, Some(rank)));
        }
        Some(())
    }

    fn haystack(&self, hot: &Hot) -> Haystack<'_> {
        Haystack {
            title: self.text.slice(hot.start, hot.title),
            text: self.text.slice(hot.start, hot.text),
            title_bits: hot.title_bits,
            other_bits: hot.other_bits,
        }
    }

    /// Visits the rows that scope and filters let through.
    fn each(
        &self,
        query: &SearchQuery,
        scope: &Within,
        cancelled: &dyn Fn() -> bool,
        visit: &mut dyn FnMut(u32, &Row<'_>),
    ) -> Option<()> {
        for (at, _) in (0_u32..).zip(&self.hot) {
            if at.is_multiple_of(STRIDE) && cancelled() {
                return None;
            }
            self.visit(at, query, scope, visit);
        }
        Some(())
    }

    fn visit(&self, at: u32, query: &SearchQuery, scope: &Within, visit: &mut dyn FnMut(u32, &Row<'_>)) {
        if let (Some(hot), Some(cold)) = (self.hot.get(at as usize), self.cold.get(at as usize)) {
            let row = Row { text: &self.text, vaults: &self.vaults, hot, cold };
            if hot.alive && scope.holds(&row) && query.filters.iter().all(|filter| filter.lets_through(&row))
            {
                visit(at, &row);
            }
        }
    }
}

/// What a hit is ordered by, and its row.
type Hit = (u64, u32);

/// Counts hits and keeps the best of them.
struct Best<F> {
    total: usize,
    hits: Vec<Hit>,
    wanted: usize,
    /// Once enough are there: whatever does not come before it is only counted.
    bound: Option<Hit>,
    order: F,
}

impl<F: Fn(&Hit, &Hit) -> Ordering> Best<F> {
    fn new(wanted: usize, order: F) -> Self {
        // With few hits all are needed, to tell what else to look for.
        Self { total: 0, hits: Vec::new(), wanted: wanted.max(FEW), bound: None, order }
    }

    fn take(&mut self, hit: Hit) {
        self.total += 1;
        if self.bound.is_some_and(|bound| (self.order)(&hit, &bound) != Ordering::Less) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() >= self.wanted.saturating_mul(2).max(STRIDE as usize) {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        if let Some(last) = self.wanted.checked_sub(1).filter(|last| *last < self.hits.len()) {
            let (_, bound, _) = self.hits.select_nth_unstable_by(last, &self.order);
            self.bound = Some(*bound);
            self.hits.truncate(self.wanted);
        }
    }

    fn sorted(mut self) -> Vec<Hit> {
        self.shrink();
        self.hits.sort_unstable_by(&self.order);
        self.hits
    }
}

/// A row with its text.
pub struct Row<'a> {
    text: &'a Arena,
    vaults: &'a [VaultId],
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

    pub fn is_in(&self, vault: &VaultId) -> bool {
        self.vaults.get(self.cold.vault as usize) == Some(vault)
    }

    pub fn has(&self, mark: u8) -> bool {
        self.hot.marks & mark != 0
    }

    pub fn hosts(&self) -> &'a [u8] {
        self.part(2)
    }

    pub fn tags(&self) -> &'a [u8] {
        self.text.slice(self.hot.tags, self.hot.text)
    }

    pub fn folder(&self) -> &'a [u8] {
        self.text.slice(self.hot.text.saturating_add(1), self.cold.end)
    }

    fn part(&self, number: usize) -> &'a [u8] {
        let whole = self.text.slice(self.hot.start, self.cold.end);
        whole.split(|byte| char::from(*byte) == PART).nth(number).unwrap_or_default()
    }

    /// The beginning of the title as a number, in the same order: most titles differ there.
    fn title_key(&self) -> u64 {
        let title = self.text.slice(self.hot.start, self.hot.title);
        (0..8).fold(0, |key, at| key << 8 | u64::from(title.get(at).copied().unwrap_or(0)))
    }

    /// What rows are ordered by: the lower the earlier.
    fn key(&self, query: &SearchQuery, sort: Sort, rank: u8) -> u64 {
        if query.has_no_words() {
            return match sort {
                Sort::Title => self.title_key(),
                Sort::Modified => !self.hot.modified_at,
                Sort::Created => !self.cold.created_at,
            };
        }
        let age = (1 << 55) - 1 - self.hot.modified_at.min((1 << 55) - 1);
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
    Vault(VaultId),
    Place(Place),
    /// Templates are not in the index.
    Nowhere,
}

impl Within {
    fn new(scope: &Scope) -> Self {
        match scope {
            Scope::All => Self::Listed,
            Scope::Favourites => Self::Favourites,
            Scope::Type(item_type) => Self::Type(*item_type),
            Scope::Tag(tag) => Self::Tag(fold(tag)),
            Scope::Folder(folder) => Self::Folder(fold(folder)),
            Scope::Vault(vault) => Self::Vault(*vault),
            Scope::Archive => Self::Place(Place::Archived),
            Scope::Trash => Self::Place(Place::Trashed),
            Scope::Templates => Self::Nowhere,
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
            Self::Vault(vault) => listed && row.is_in(vault),
            Self::Place(place) => row.place() == *place,
            Self::Nowhere => false,
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
