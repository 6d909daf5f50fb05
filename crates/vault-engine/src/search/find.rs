//! The search in the index.

use std::cmp::Ordering;
use std::ops::Range;

use super::best::{Best, Hit};
use super::bitmap_index::{ALL, Bitmap, Mask, and, count, is_certain, not, or, rows};
use super::fuzzy::FuzzyNeedle;
use super::index::Index;
use super::matching::Needle;
use super::parts::for_each_part;
use super::query::SearchQuery;
use super::rank;
use super::row::{Row, Within};
use super::scope::{Scope, Sort};

/// With fewer hits than this, approximate matches are searched too.
const FEW: usize = 10;

/// The result of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// Total number of hits.
    pub total: usize,
    /// The keys of the requested hits, best first.
    pub keys: Vec<u32>,
    /// Number of rows whose text or facts were read: a measure of the work.
    pub rows_read: usize,
    /// Whether approximate matches were included because of few hits.
    pub approximate: bool,
}

/// A search in progress in a range of blocks.
struct Search<'s> {
    index: &'s Index,
    query: &'s SearchQuery,
    scope: &'s Within,
    blocks: Range<usize>,
    cancelled: &'s (dyn Fn() -> bool + Sync),
    rows_read: usize,
}

impl Index {
    /// Finds the items that contain every word and pass every filter. With words the hits are ordered by rank, then
    /// favourites, last use and last change; without, by `sort`. If there are few hits, approximate matches follow.
    ///
    /// Returns `None` if `cancelled` returned true meanwhile.
    #[must_use]
    pub fn search(
        &self,
        query: &SearchQuery,
        scope: &Scope,
        sort: Sort,
        offset: usize,
        limit: usize,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Option<Hits> {
        let by_title = query.has_no_words() && sort == Sort::Title;
        let title = |row: u32| self.row(row).map(|row| row.title());
        let order = |a: &Hit, b: &Hit| {
            let titles = || if by_title { title(a.row).cmp(&title(b.row)) } else { Ordering::Equal };
            a.key.cmp(&b.key).then_with(titles).then(a.row.cmp(&b.row))
        };
        // If there are few hits, all are needed, to exclude them from the approximate matches.
        let wanted = offset.saturating_add(limit).max(FEW);
        let scope = &match (scope, query.place()) {
            (Scope::All, Some(place)) => Within::ItemState(place),
            _ => Within::new(scope),
        };
        let (mut best, mut rows_read) = (Best::new(wanted, &order), 0);
        let mut in_all_parts =
            |best: &mut Best<_>, look: &(dyn Fn(&mut Search<'_>, &mut Best<_>) -> Option<()> + Sync)| {
                let found = for_each_part(self.bitmaps.blocks(), |blocks| {
                    let mut search = Search { index: self, query, scope, blocks, cancelled, rows_read: 0 };
                    let mut best = Best::new(wanted, &order);
                    look(&mut search, &mut best)?;
                    Some((best, search.rows_read))
                });
                for part in found {
                    let (found, looked) = part?;
                    best.add(found);
                    rows_read += looked;
                }
                Some(())
            };
        in_all_parts(&mut best, &|search, best| search.search_exact(sort, best))?;
        let approximate = !query.has_no_words() && best.total < FEW;
        if approximate {
            let found: Vec<u32> = best.hits.iter().map(|hit| hit.row).collect();
            let needles: Vec<FuzzyNeedle<'_>> = query.needles.iter().map(FuzzyNeedle::new).collect();
            in_all_parts(&mut best, &|search, best| search.search_approximate(&needles, &found, best))?;
        }
        let total = best.total;
        let page = best.sorted().into_iter().skip(offset).take(limit);
        let keys = page.filter_map(|hit| self.row(hit.row).map(|row| row.facts.key)).collect();
        Some(Hits { total, keys, rows_read, approximate })
    }
}

impl<'s> Search<'s> {
    /// Finds exact matches.
    fn search_exact<F: Fn(&Hit, &Hit) -> Ordering>(&mut self, sort: Sort, best: &mut Best<F>) -> Option<()> {
        match self.query.needles.as_slice() {
            [] => self.each(|_| ALL, &mut |at, row| best.take(row.sorted_hit(sort, at))),
            [only] if only.is_plain() && only.begins_with_letter() => self.search_word(only, best),
            needles => {
                // The longest word is usually in the fewest rows.
                let mut needles: Vec<&Needle> = needles.iter().collect();
                needles.sort_by_key(|needle| std::cmp::Reverse(needle.text.len()));
                let bitmaps = &self.index.bitmaps;
                let holding = |block| {
                    needles
                        .iter()
                        .map(|needle| needle.may_be_in(bitmaps, block))
                        .reduce(and)
                        .unwrap_or_default()
                };
                self.each(holding, &mut |at, row| {
                    let haystack = row.haystack();
                    let ranks = needles.iter().map(|needle| needle.rank(&haystack));
                    if let Some(rank) = ranks.sum::<Option<u8>>() {
                        best.take(row.ranked_hit(rank.min(rank::APPROXIMATE), at));
                    }
                })
            }
        }
    }

    /// Finds approximate matches, except the rows in `found`.
    fn search_approximate<F: Fn(&Hit, &Hit) -> Ordering>(
        &mut self,
        needles: &[FuzzyNeedle<'_>],
        found: &[u32],
        best: &mut Best<F>,
    ) -> Option<()> {
        let bitmaps = &self.index.bitmaps;
        let near = |block| {
            needles.iter().map(|needle| needle.may_be_in(bitmaps, block)).reduce(and).unwrap_or_default()
        };
        self.each(near, &mut |at, row| {
            let haystack = row.haystack();
            let rank = needles.iter().map(|needle| needle.rank(&haystack)).sum::<Option<u8>>();
            if let Some(rank) = rank.filter(|_| !found.contains(&at)) {
                best.take(row.ranked_hit(rank::APPROXIMATE.saturating_add(rank), at));
            }
        })
    }

    /// Visits the rows that pass scope and filters, of those that `may` returns for each block.
    fn each(&mut self, may: impl Fn(usize) -> Mask, visit: &mut dyn FnMut(u32, &Row<'_>)) -> Option<()> {
        for block in self.blocks.clone() {
            if (self.cancelled)() {
                return None;
            }
            let mask = and(self.within(block), may(block));
            self.visit(block, mask, visit);
        }
        Some(())
    }

    /// Returns the rows of a block that may pass scope and filters.
    fn within(&self, block: usize) -> Mask {
        let bitmaps = &self.index.bitmaps;
        let scope = if self.scope.is_listed() { bitmaps.rows_with(block, Bitmap::Listed) } else { ALL };
        let filters = self.query.filters.iter().map(|filter| filter.may_let_through(bitmaps, block));
        filters.fold(scope, and)
    }

    fn visit(&mut self, block: usize, mask: Mask, visit: &mut dyn FnMut(u32, &Row<'_>)) {
        for at in rows(block, mask) {
            let Some(row) = self.index.row(at) else { continue };
            self.rows_read += 1;
            if self.scope.holds(&row) && self.query.filters.iter().all(|filter| filter.lets_through(&row)) {
                visit(at, &row);
            }
        }
    }

    /// Searches a single word in the order of the best rank: first rows with a word of the title that starts with its
    /// first letter, then rows with another such word, then all others. Once there are enough hits, the rest are only
    /// counted.
    fn search_word<F: Fn(&Hit, &Hit) -> Ordering>(
        &mut self,
        needle: &Needle,
        best: &mut Best<F>,
    ) -> Option<()> {
        let first = *needle.text.first()?;
        let plain = matches!(self.scope, Within::Listed) && self.query.filters.is_empty();
        let certain = is_certain(&needle.text);
        let index = self.index;
        let bitmaps = &index.bitmaps;
        let kinds = [
            (rank::TITLE, Some(Bitmap::TitleInitial(first))),
            (rank::OTHER_WORD, Some(Bitmap::OtherInitial(first))),
            (rank::IN_TITLE, None),
        ];
        for (number, (at_best, kind)) in kinds.into_iter().enumerate() {
            let only_count = plain && best.is_full_above(at_best);
            for block in self.blocks.clone() {
                if (self.cancelled)() {
                    return None;
                }
                let seen = kinds.iter().take(number).filter_map(|(_, slice)| *slice);
                let seen = seen.map(|slice| bitmaps.rows_with(block, slice)).reduce(or).unwrap_or_default();
                let of_kind = kind.map_or(ALL, |slice| bitmaps.rows_with(block, slice));
                let may = and(and(of_kind, not(seen)), needle.may_be_in(bitmaps, block));
                let mask = and(self.within(block), may);
                if only_count && certain {
                    best.total += count(mask);
                } else if only_count {
                    let mut total = 0;
                    self.visit(block, mask, &mut |_, row| {
                        total += usize::from(needle.is_in(&row.haystack()));
                    });
                    best.total += total;
                } else {
                    let letters =
                        needle.text.iter().map(|byte| bitmaps.rows_with(block, Bitmap::InTitle(*byte)));
                    let in_title = letters.fold(ALL, and);
                    for (mask, in_title) in [(and(mask, in_title), true), (and(mask, not(in_title)), false)] {
                        // If the bits determine the rank, it suffices that the row contains the word.
                        let known = match kind {
                            None if !in_title => Some(rank::IN_OTHER),
                            None | Some(Bitmap::OtherInitial(_)) if needle.text.len() == 1 => Some(at_best),
                            _ => None,
                        };
                        self.visit(block, mask, &mut |at, row| {
                            let rank = match known {
                                Some(rank) => (certain || needle.is_in(&row.haystack())).then_some(rank),
                                None => needle.rank(&row.haystack()),
                            };
                            if let Some(rank) = rank {
                                best.take(row.ranked_hit(rank, at));
                            }
                        });
                    }
                }
            }
        }
        Some(())
    }
}
