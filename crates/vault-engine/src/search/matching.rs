//! Matching and ranking of a search word in a row.

use memchr::memmem::Finder;

use super::bitmap_index::{BitmapIndex, Mask, is_certain, or};
use super::fold::begins_word;
use super::rank;

/// A folded search word and its alternative spellings, compiled for searching.
pub struct Needle {
    pub text: Vec<u8>,
    finders: Vec<Finder<'static>>,
}

/// The text of a row that is searched.
pub struct Haystack<'a> {
    pub title: &'a [u8],
    /// Title and all other words.
    pub text: &'a [u8],
}

impl Needle {
    /// Creates a needle. Returns `None` for an empty text.
    pub fn new(text: Vec<u8>, others: &[Vec<u8>]) -> Option<Self> {
        let all = std::iter::once(&text).chain(others).filter(|text| !text.is_empty());
        let finders: Vec<_> = all.map(|text| Finder::new(text).into_owned()).collect();
        (!text.is_empty()).then_some(Self { text, finders })
    }

    /// Returns the rows of a block that may contain it.
    pub fn may_be_in(&self, bitmaps: &BitmapIndex, block: usize) -> Mask {
        let each = self.finders.iter().map(|finder| bitmaps.may_hold(block, finder.needle()));
        each.reduce(or).unwrap_or_default()
    }

    /// Returns whether it has no alternative spellings.
    pub fn is_plain(&self) -> bool {
        self.finders.len() == 1
    }

    /// Returns whether its first byte is a letter or digit, for which the index has exact bits.
    pub fn begins_with_letter(&self) -> bool {
        self.text.first().is_some_and(|byte| is_certain(&[*byte]))
    }

    /// Returns whether a row contains it.
    pub fn is_in(&self, row: &Haystack<'_>) -> bool {
        self.finders.iter().any(|finder| finder.find(row.text).is_some())
    }

    /// Returns the best rank of the needle in the row, if the row contains it.
    pub fn rank(&self, row: &Haystack<'_>) -> Option<u8> {
        self.finders.iter().filter_map(|finder| best_rank(finder, row)).min()
    }
}

fn best_rank(finder: &Finder<'_>, row: &Haystack<'_>) -> Option<u8> {
    let mut best = None;
    for at in finder.find_iter(row.text) {
        let rank = rank_at(at, finder.needle().len(), row);
        best = Some(best.map_or(rank, |best: u8| best.min(rank)));
        // Later matches cannot be better.
        if rank <= if at < row.title.len() { rank::TITLE_WORD } else { rank::OTHER_WORD } {
            break;
        }
    }
    best
}

/// Returns the rank of a match with the given offset and length.
fn rank_at(at: usize, length: usize, row: &Haystack<'_>) -> u8 {
    match (at, at < row.title.len(), begins_word(row.text, at)) {
        (0, true, _) if row.title.len() == length => rank::TITLE,
        (0, true, _) => rank::TITLE_PREFIX,
        (_, true, true) => rank::TITLE_WORD,
        (_, false, true) => rank::OTHER_WORD,
        (_, true, false) => rank::IN_TITLE,
        (_, false, false) => rank::IN_OTHER,
    }
}
