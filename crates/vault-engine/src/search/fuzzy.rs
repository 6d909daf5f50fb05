//! Words with a slip or two in them, and letters picked from a title.

use super::fold::in_word;
use super::matching::{Haystack, Needle, rank};
use super::slices::{Mask, Slice, Slices, and, or};

/// Fewer letters are not picked from titles: nearly everything would fit.
const FEWEST_PICKED: usize = 3;
/// Shorter words are not guessed at; from the second length on two slips are forgiven.
const SLIP: usize = 4;
const SLIPS: usize = 8;
/// Longer words are not guessed at either.
const LONGEST: usize = 48;

/// A needle made ready to be found with slips in it.
pub struct Near<'n> {
    needle: &'n Needle,
    /// The signs of it, if they are not all ASCII.
    signs: Option<Vec<char>>,
    slips: usize,
    /// Every sign of it once, for a first look.
    letters: Vec<Vec<u8>>,
}

impl<'n> Near<'n> {
    pub fn new(needle: &'n Needle) -> Self {
        let text = String::from_utf8_lossy(&needle.text);
        let length = text.chars().count();
        let slips = match length {
            ..SLIP | LONGEST.. => 0,
            SLIP..SLIPS => 1,
            _ => 2,
        };
        let mut letters: Vec<Vec<u8>> = text.chars().map(|c| c.to_string().into_bytes()).collect();
        letters.sort_unstable();
        letters.dedup();
        Self { needle, signs: (!text.is_ascii()).then(|| text.chars().collect()), slips, letters }
    }

    /// The rows of a block that may nearly hold the needle.
    pub fn may_be_in(&self, slices: &Slices, block: usize) -> Mask {
        let exact = self.needle.may_be_in(slices, block);
        let slipped = match self.slips {
            0 => Mask::default(),
            most => {
                let letters = slices.lacking_at_most(block, &self.letters, most);
                // A slip breaks up three pairs at most, when it swaps two letters. Other signs have more bytes than one.
                let pairs = if self.signs.is_none() { self.needle.text.len() - 1 } else { 0 };
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
        self.signs.is_none() && self.needle.text.len() >= FEWEST_PICKED
    }

    /// The rank of a row that holds the needle, or nearly.
    pub fn rank(&self, row: &Haystack<'_>) -> Option<u8> {
        let picked =
            || (self.is_picked() && is_picked(&self.needle.text, row.title)).then_some(rank::LETTERS);
        self.needle.rank(row).into_iter().chain(self.slipped(row)).chain(picked()).min()
    }

    fn slipped(&self, row: &Haystack<'_>) -> Option<u8> {
        if self.slips == 0 {
            return None;
        }
        let mut best = None;
        let mut at = 0;
        for word in row.text.split(|byte| !in_word(*byte)) {
            let in_title = at < row.title.len();
            at += word.len() + 1;
            let slips = if word.is_empty() { None } else { self.slips_in(word) };
            let rank = match (slips, in_title) {
                (Some(..=1), true) => return Some(rank::SLIP_TITLE),
                (Some(..=1), false) => rank::SLIP_OTHER,
                (Some(_), true) => rank::SLIPS_TITLE,
                (Some(_), false) => rank::SLIPS_OTHER,
                (None, _) => continue,
            };
            best = Some(best.map_or(rank, |best: u8| best.min(rank)));
        }
        best
    }

    /// How many slips there are in the beginning of a word, if they are not too many.
    fn slips_in(&self, word: &[u8]) -> Option<usize> {
        match &self.signs {
            None => self.fewest(|most| begins_nearly(&self.needle.text, word, most)),
            Some(signs) => {
                let word: Vec<char> =
                    String::from_utf8_lossy(word).chars().take(signs.len() + self.slips).collect();
                self.fewest(|most| begins_nearly(signs, &word, most))
            }
        }
    }

    /// The fewest slips with which it fits. Nearly always not even the most would do.
    fn fewest(&self, fits: impl Fn(usize) -> bool) -> Option<usize> {
        if fits(self.slips) { (1..=self.slips).find(|most| fits(*most)) } else { None }
    }
}

/// Whether a word begins with what was typed but for so many letters changed, missing, too many, or swapped with the
/// next.
fn begins_nearly<T: PartialEq>(typed: &[T], word: &[T], slips: usize) -> bool {
    let same = word.iter().zip(typed).take_while(|(a, b)| a == b).count();
    let (word, typed) = (word.get(same..).unwrap_or_default(), typed.get(same..).unwrap_or_default());
    let Some((_, typed_rest)) = typed.split_first() else { return true };
    let Some(slips) = slips.checked_sub(1) else { return false };
    let Some((_, word_rest)) = word.split_first() else { return begins_nearly(typed_rest, word, slips) };
    begins_nearly(typed_rest, word_rest, slips)
        || begins_nearly(typed_rest, word, slips)
        || begins_nearly(typed, word_rest, slips)
        || matches!((word, typed), ([a, b, word @ ..], [c, d, typed @ ..])
            if a == d && b == c && begins_nearly(typed, word, slips))
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
    fn as_many_slips_are_forgiven_as_are_allowed() {
        let near = |typed: &str, slips| begins_nearly(typed.as_bytes(), b"github", slips);
        for typed in
            ["github", "githb", "gjthub", "giithub", "gihtub", "igthub", "githubb", "ithub", "gith", "fithub"]
        {
            assert!(near(typed, 1), "{typed}");
        }
        for typed in ["gtihbu", "gjthjb", "xxgithub", "githubbb", "tihub"] {
            assert!(!near(typed, 1) && near(typed, 2), "{typed}");
        }
        for typed in ["hubgit", "gabcub", "xxxgithub"] {
            assert!(!near(typed, 2), "{typed}");
        }
    }

    #[test]
    fn letters_are_picked_from_a_title_in_order() {
        assert!(is_picked(b"ghl", b"my github login"));
        assert!(!is_picked(b"ihl", b"my github login"));
        assert!(!is_picked(b"glh", b"my github login"));
    }
}
