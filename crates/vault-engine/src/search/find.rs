//! The search over the rows.

use std::cmp::Ordering;
use std::ops::Range;

use super::best::{Best, Hit};
use super::bitmap_index::{ALL, Mask, Slice, and, count, is_certain, not, or, rows};
use super::fuzzy::Near;
use super::index::Index;
use super::matching::{Needle, rank};
use super::parts::for_each_part;
use super::query::SearchQuery;
use super::row::{Row, Within};
use super::scope::{Scope, Sort};

/// With fewer hits than this, rows that nearly fit are looked for.
const FEW: usize = 10;
/// Added to the ranks of rows that only nearly fit: they follow every true hit.
const NEARLY: u8 = 64;

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// Hits in all.
    pub total: usize,
    /// The keys of the hits asked for, best first.
    pub keys: Vec<u32>,
    /// Rows whose text or facts were looked at: the work that the search took.
    pub looked_at: usize,
    /// Whether there were so few that what nearly fits was looked for.
    pub nearly: bool,
}

/// A search under way, in some of the blocks of rows.
struct Search<'s> {
    index: &'s Index,
    query: &'s SearchQuery,
    scope: &'s Within,
    blocks: Range<usize>,
    cancelled: &'s (dyn Fn() -> bool + Sync),
    looked_at: usize,
}

impl Index {
    /// Finds items: those that hold every word and that every filter lets through. With words the best comes first,
    /// then favourites, then what was used and what was changed last; without, `sort` decides. If hardly anything fits,
    /// what nearly fits follows.
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
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Option<Hits> {
        let by_title = query.has_no_words() && sort == Sort::Title;
        let title = |row: u32| self.row(row).map(|row| row.title());
        let order = |a: &Hit, b: &Hit| {
            let titles = || if by_title { title(a.row).cmp(&title(b.row)) } else { Ordering::Equal };
            a.key.cmp(&b.key).then_with(titles).then(a.row.cmp(&b.row))
        };
        // With few hits all are needed, to tell what else to look for.
        let wanted = offset.saturating_add(limit).max(FEW);
        let scope = &match (scope, query.place()) {
            (Scope::All, Some(place)) => Within::Place(place),
            _ => Within::new(scope),
        };
        let (mut best, mut looked_at) = (Best::new(wanted, &order), 0);
        let mut in_all_parts =
            |best: &mut Best<_>, look: &(dyn Fn(&mut Search<'_>, &mut Best<_>) -> Option<()> + Sync)| {
                let found = for_each_part(self.slices.blocks(), |blocks| {
                    let mut search = Search { index: self, query, scope, blocks, cancelled, looked_at: 0 };
                    let mut best = Best::new(wanted, &order);
                    look(&mut search, &mut best)?;
                    Some((best, search.looked_at))
                });
                for part in found {
                    let (found, looked) = part?;
                    best.add(found);
                    looked_at += looked;
                }
                Some(())
            };
        in_all_parts(&mut best, &|search, best| search.exactly(sort, best))?;
        let nearly = !query.has_no_words() && best.total < FEW;
        if nearly {
            let found: Vec<u32> = best.hits.iter().map(|hit| hit.row).collect();
            let needles: Vec<Near<'_>> = query.needles.iter().map(Near::new).collect();
            in_all_parts(&mut best, &|search, best| search.nearly(&needles, &found, best))?;
        }
        let total = best.total;
        let page = best.sorted().into_iter().skip(offset).take(limit);
        let keys = page.filter_map(|hit| self.row(hit.row).map(|row| row.facts.key)).collect();
        Some(Hits { total, keys, looked_at, nearly })
    }
}

impl<'s> Search<'s> {
    /// Finds what fits.
    fn exactly<F: Fn(&Hit, &Hit) -> Ordering>(&mut self, sort: Sort, best: &mut Best<F>) -> Option<()> {
        match self.query.needles.as_slice() {
            [] => self.each(|_| ALL, &mut |at, row| best.take(row.sorted_hit(sort, at))),
            [only] if only.is_plain() && only.begins_with_letter() => self.one(only, best),
            needles => {
                // The longest word is in the fewest rows.
                let mut needles: Vec<&Needle> = needles.iter().collect();
                needles.sort_by_key(|needle| std::cmp::Reverse(needle.text.len()));
                let slices = &self.index.slices;
                let holding = |block| {
                    needles
                        .iter()
                        .map(|needle| needle.may_be_in(slices, block))
                        .reduce(and)
                        .unwrap_or_default()
                };
                self.each(holding, &mut |at, row| {
                    let haystack = row.haystack();
                    let ranks = needles.iter().map(|needle| needle.rank(&haystack));
                    if let Some(rank) = ranks.sum::<Option<u8>>() {
                        best.take(row.ranked_hit(rank.min(NEARLY), at));
                    }
                })
            }
        }
    }

    /// Finds what nearly fits, except what was found before.
    fn nearly<F: Fn(&Hit, &Hit) -> Ordering>(
        &mut self,
        needles: &[Near<'_>],
        found: &[u32],
        best: &mut Best<F>,
    ) -> Option<()> {
        let slices = &self.index.slices;
        let near = |block| {
            needles.iter().map(|needle| needle.may_be_in(slices, block)).reduce(and).unwrap_or_default()
        };
        self.each(near, &mut |at, row| {
            let haystack = row.haystack();
            let rank = needles.iter().map(|needle| needle.rank(&haystack)).sum::<Option<u8>>();
            if let Some(rank) = rank.filter(|_| !found.contains(&at)) {
                best.take(row.ranked_hit(NEARLY.saturating_add(rank), at));
            }
        })
    }

    /// Visits the rows that scope and filters let through, of those that `may` gives for each block.
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

    /// The rows of a block that scope and filters may let through.
    fn within(&self, block: usize) -> Mask {
        let slices = &self.index.slices;
        let scope = if self.scope.is_listed() { slices.having(block, Slice::Listed) } else { ALL };
        let filters = self.query.filters.iter().map(|filter| filter.may_let_through(slices, block));
        filters.fold(scope, and)
    }

    fn visit(&mut self, block: usize, mask: Mask, visit: &mut dyn FnMut(u32, &Row<'_>)) {
        for at in rows(block, mask) {
            let Some(row) = self.index.row(at) else { continue };
            self.looked_at += 1;
            if self.scope.holds(&row) && self.query.filters.iter().all(|filter| filter.lets_through(&row)) {
                visit(at, &row);
            }
        }
    }

    /// A single word is looked for where it fits best first: where a word of the title begins with its first letter, then
    /// where another word does, then everywhere else. Once there are enough, the others are only counted.
    fn one<F: Fn(&Hit, &Hit) -> Ordering>(&mut self, needle: &Needle, best: &mut Best<F>) -> Option<()> {
        let first = *needle.text.first()?;
        let plain = matches!(self.scope, Within::Listed) && self.query.filters.is_empty();
        let certain = is_certain(&needle.text);
        let index = self.index;
        let slices = &index.slices;
        let kinds = [
            (rank::TITLE, Some(Slice::TitleInitial(first))),
            (rank::OTHER_WORD, Some(Slice::OtherInitial(first))),
            (rank::IN_TITLE, None),
        ];
        for (number, (at_best, kind)) in kinds.into_iter().enumerate() {
            let only_count = plain && best.is_full_above(at_best);
            for block in self.blocks.clone() {
                if (self.cancelled)() {
                    return None;
                }
                let seen = kinds.iter().take(number).filter_map(|(_, slice)| *slice);
                let seen = seen.map(|slice| slices.having(block, slice)).reduce(or).unwrap_or_default();
                let of_kind = kind.map_or(ALL, |slice| slices.having(block, slice));
                let may = and(and(of_kind, not(seen)), needle.may_be_in(slices, block));
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
                    let letters = needle.text.iter().map(|byte| slices.having(block, Slice::InTitle(*byte)));
                    let in_title = letters.fold(ALL, and);
                    for (mask, in_title) in [(and(mask, in_title), true), (and(mask, not(in_title)), false)] {
                        // Where the bits tell the rank, it is enough that the row holds the word.
                        let known = match kind {
                            None if !in_title => Some(rank::IN_OTHER),
                            None | Some(Slice::OtherInitial(_)) if needle.text.len() == 1 => Some(at_best),
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
