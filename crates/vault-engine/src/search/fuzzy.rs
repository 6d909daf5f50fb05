//! Words with a slip or two in them, and letters picked from a title.

use super::bitmap_index::{Mask, Slice, Slices, and, or};
use super::matching::{Haystack, Needle, rank};
use super::typos::{LONGEST, Slips};

/// Fewer letters are not picked from titles: nearly everything would fit.
const FEWEST_PICKED: usize = 3;
/// Shorter words are not guessed at.
const ONE_SLIP: usize = 4;
/// From this length on two slips are forgiven.
const TWO_SLIPS: usize = 8;

/// A needle made ready to be found with slips in it.
pub struct Near<'n> {
    needle: &'n Needle,
    slips: Option<Slips>,
    /// How many are forgiven.
    most: usize,
    is_ascii: bool,
    /// Every sign of it once, for a first look.
    letters: Vec<Vec<u8>>,
}

impl<'n> Near<'n> {
    pub fn new(needle: &'n Needle) -> Self {
        let text = String::from_utf8_lossy(&needle.text);
        let length = text.chars().count();
        let most = match length {
            ..ONE_SLIP | LONGEST.. => 0,
            ONE_SLIP..TWO_SLIPS => 1,
            _ => 2,
        };
        let slips = (most > 0).then(|| Slips::new(&text, most > 1));
        let mut letters: Vec<Vec<u8>> = text.chars().map(|c| c.to_string().into_bytes()).collect();
        letters.sort_unstable();
        letters.dedup();
        Self { needle, slips, most, is_ascii: text.is_ascii(), letters }
    }

    /// The rows of a block that may nearly hold the needle.
    pub fn may_be_in(&self, slices: &Slices, block: usize) -> Mask {
        let exact = self.needle.may_be_in(slices, block);
        let slipped = match self.most {
            0 => Mask::default(),
            most => {
                let letters = slices.lacking_at_most(block, &self.letters, most);
                // A slip breaks up three pairs at most, when it swaps two letters. Other signs have more bytes than one.
                let pairs = if self.is_ascii { self.needle.text.len() - 1 } else { 0 };
                let least = pairs.saturating_sub(3 * most);
                and(letters, slices.pairs_at_least(block, &self.needle.text, least))
            }
        };
        or(exact, or(slipped, self.may_be_picked(slices, block)))
    }

    fn may_be_picked(&self, slices: &Slices, block: usize) -> Mask {
        match self.needle.text.first() {
            Some(first) if self.is_picked() => {
                let letters = self.needle.text.iter().map(|byte| slices.having(block, Slice::InTitle(*byte)));
                letters.fold(slices.having(block, Slice::TitleInitial(*first)), and)
            }
            _ => Mask::default(),
        }
    }

    /// Whether the needle may stand for letters picked from a title.
    fn is_picked(&self) -> bool {
        self.is_ascii && self.needle.text.len() >= FEWEST_PICKED
    }

    /// The rank of a row that holds the needle, or nearly.
    pub fn rank(&self, row: &Haystack<'_>) -> Option<u8> {
        let picked =
            || (self.is_picked() && is_picked(&self.needle.text, row.title)).then_some(rank::LETTERS);
        self.needle.rank(row).into_iter().chain(self.slipped(row)).chain(picked()).min()
    }

    fn slipped(&self, row: &Haystack<'_>) -> Option<u8> {
        let slips = self.slips.as_ref()?;
        let in_title = slips.fewest_in(row.title);
        if in_title == Some(1) {
            return Some(rank::SLIP_TITLE);
        }
        let rest = row.text.get(row.title.len()..).unwrap_or_default();
        match (in_title, slips.fewest_in(rest)) {
            (_, Some(1)) => Some(rank::SLIP_OTHER),
            (Some(_), _) => Some(rank::SLIPS_TITLE),
            (None, rest) => rest.map(|_| rank::SLIPS_OTHER),
        }
    }
}

/// Whether all letters occur in order, the first at the beginning of a word.
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
    fn letters_are_picked_from_a_title_in_order() {
        assert!(is_picked(b"ghl", b"my github login"));
        assert!(!is_picked(b"ihl", b"my github login"));
        assert!(!is_picked(b"glh", b"my github login"));
    }
}
