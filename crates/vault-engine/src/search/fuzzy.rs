//! Approximate matches: words with typos, and subsequences of a title.

use super::bitmap_index::{Bitmap, BitmapIndex, Mask, and, or};
use super::matching::{Haystack, Needle};
use super::rank;
use super::typos::{LONGEST, TypoPattern};

/// Minimum length of a subsequence: shorter ones would match nearly every title.
const FEWEST_PICKED: usize = 3;
/// Minimum length for one typo; shorter words are not matched approximately.
const ONE_TYPO: usize = 4;
/// Minimum length for two typos.
const TWO_TYPOS: usize = 8;

/// A needle compiled for approximate matching.
pub struct FuzzyNeedle<'n> {
    needle: &'n Needle,
    typos: Option<TypoPattern>,
    /// Maximum number of typos.
    most: usize,
    is_ascii: bool,
    /// Its distinct characters, for the bitmap filter.
    letters: Vec<Vec<u8>>,
}

impl<'n> FuzzyNeedle<'n> {
    pub fn new(needle: &'n Needle) -> Self {
        let text = String::from_utf8_lossy(&needle.text);
        let length = text.chars().count();
        let most = match length {
            ..ONE_TYPO | LONGEST.. => 0,
            ONE_TYPO..TWO_TYPOS => 1,
            _ => 2,
        };
        let typos = (most > 0).then(|| TypoPattern::new(&text, most > 1));
        let mut letters: Vec<Vec<u8>> = text.chars().map(|c| c.to_string().into_bytes()).collect();
        letters.sort_unstable();
        letters.dedup();
        Self { needle, typos, most, is_ascii: text.is_ascii(), letters }
    }

    /// Returns the rows of a block that may match the needle approximately.
    pub fn may_be_in(&self, bitmaps: &BitmapIndex, block: usize) -> Mask {
        let exact = self.needle.may_be_in(bitmaps, block);
        let with_typos = match self.most {
            0 => Mask::default(),
            most => {
                let letters = bitmaps.lacking_at_most(block, &self.letters, most);
                // A typo destroys at most three pairs, as a transposition does. Characters other than ASCII have
                // several bytes.
                let pairs = if self.is_ascii { self.needle.text.len() - 1 } else { 0 };
                let least = pairs.saturating_sub(3 * most);
                and(letters, bitmaps.pairs_at_least(block, &self.needle.text, least))
            }
        };
        or(exact, or(with_typos, self.may_be_picked(bitmaps, block)))
    }

    fn may_be_picked(&self, bitmaps: &BitmapIndex, block: usize) -> Mask {
        match self.needle.text.first() {
            Some(first) if self.is_picked() => {
                let letters =
                    self.needle.text.iter().map(|byte| bitmaps.rows_with(block, Bitmap::InTitle(*byte)));
                letters.fold(bitmaps.rows_with(block, Bitmap::TitleInitial(*first)), and)
            }
            _ => Mask::default(),
        }
    }

    /// Returns whether the needle may be a subsequence of a title.
    fn is_picked(&self) -> bool {
        self.is_ascii && self.needle.text.len() >= FEWEST_PICKED
    }

    /// Returns the rank of a row that matches the needle exactly or approximately.
    pub fn rank(&self, row: &Haystack<'_>) -> Option<u8> {
        let picked =
            || (self.is_picked() && is_picked(&self.needle.text, row.title)).then_some(rank::LETTERS);
        self.needle.rank(row).into_iter().chain(self.with_typos(row)).chain(picked()).min()
    }

    fn with_typos(&self, row: &Haystack<'_>) -> Option<u8> {
        let typos = self.typos.as_ref()?;
        let in_title = typos.fewest_in(row.title);
        if in_title == Some(1) {
            return Some(rank::TYPO_TITLE);
        }
        let rest = row.text.get(row.title.len()..).unwrap_or_default();
        match (in_title, typos.fewest_in(rest)) {
            (_, Some(1)) => Some(rank::TYPO_OTHER),
            (Some(_), _) => Some(rank::TYPOS_TITLE),
            (None, rest) => rest.map(|_| rank::TYPOS_OTHER),
        }
    }
}

/// Returns whether all letters occur in order, the first at the start of a word.
fn is_picked(letters: &[u8], title: &[u8]) -> bool {
    let Some((first, rest)) = letters.split_first() else { return true };
    let begins = |at: &usize| title.get(*at) == Some(first) && super::fold::begins_word(title, *at);
    let start = (0..title.len()).find(begins);
    let mut titles = start.and_then(|at| title.get(at + 1..)).unwrap_or_default().iter();
    start.is_some() && rest.iter().all(|wanted| titles.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsequences_of_a_title_match_in_order() {
        assert!(is_picked(b"ghl", b"my github login"));
        assert!(!is_picked(b"ihl", b"my github login"));
        assert!(!is_picked(b"glh", b"my github login"));
    }
}
