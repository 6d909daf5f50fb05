//! Approximate prefix search with one or two typos, for all words of a text in one pass.
//!
//! Bit-parallel approximate matching (Wu and Manber, 1992), extended by transpositions as in the Damerau distance.

use super::fold::in_word;

/// Words of this length or more are not matched approximately: the pattern needs a bit for each character, and one
/// more.
pub const LONGEST: usize = 48;

/// A compiled search word. In the match state, bit `n` is set if the first `n` characters were matched.
pub struct TypoPattern {
    /// For each ASCII character, its positions in the search word as a bit mask.
    ascii: Box<[u64; 128]>,
    /// The same for other characters; empty if there are none.
    others: Vec<(char, u64)>,
    end: u64,
    /// Whether a second typo is allowed.
    two: bool,
}

/// The match state: the prefixes matched without typos, with one and with two.
#[derive(Clone, Copy)]
struct Found([u64; 3]);

impl TypoPattern {
    /// Compiles a search word, with one typo allowed, or two.
    pub fn new(typed: &str, two: bool) -> Self {
        let mut ascii = Box::new([0; 128]);
        let mut others: Vec<(char, u64)> = Vec::new();
        let mut at = 1_u64;
        for sign in typed.chars().take(LONGEST) {
            match ascii.get_mut(sign as usize) {
                Some(dirs) => *dirs |= at,
                None => match others.iter_mut().find(|(other, _)| *other == sign) {
                    Some((_, dirs)) => *dirs |= at,
                    None => others.push((sign, at)),
                },
            }
            at <<= 1;
        }
        Self { ascii, others, end: at, two }
    }

    /// Returns the smallest number of typos, 1 or 2, with which a word of the text starts with the search word.
    pub fn fewest_in(&self, text: &[u8]) -> Option<usize> {
        if self.others.is_empty() {
            let ascii = |byte: u8| self.ascii.get(usize::from(byte)).copied().unwrap_or(0);
            self.of_places(text.iter().map(|byte| in_word(*byte).then(|| ascii(*byte))))
        } else {
            let dirs = |sign: char| match self.ascii.get(sign as usize) {
                Some(dirs) => in_word(sign as u8).then_some(*dirs),
                None => Some(self.others.iter().find(|(other, _)| *other == sign).map_or(0, |(_, at)| *at)),
            };
            self.of_places(String::from_utf8_lossy(text).chars().map(dirs))
        }
    }

    fn of_places(&self, text: impl Iterator<Item = Option<u64>>) -> Option<usize> {
        if self.two { self.fewest::<true>(text) } else { self.fewest::<false>(text) }
    }

    /// Runs the automaton over the position masks of the characters of a text; `None` separates words.
    fn fewest<const TWO: bool>(&self, text: impl Iterator<Item = Option<u64>>) -> Option<usize> {
        // Before a word: with each typo, one character of the search word may be missing.
        let begin = Found([0b1, 0b11, if TWO { 0b111 } else { 0 }]);
        let (mut found, mut before, mut last) = (begin, Found([0; 3]), 0);
        let mut two_slips = false;
        for dirs in text {
            let Some(dirs) = dirs else {
                (found, before, last) = (begin, Found([0; 3]), 0);
                continue;
            };
            let next = found.followed_by::<TWO>(dirs, before, last);
            (before, found, last) = (found, next, dirs);
            let Found([none, one, two]) = found;
            if (none | one) & self.end != 0 {
                return Some(1);
            }
            two_slips |= two & self.end != 0;
        }
        two_slips.then_some(2)
    }
}

impl Found {
    /// Returns the next state for the position masks of the current and the last character.
    fn followed_by<const TWO: bool>(self, dirs: u64, before: Self, last: u64) -> Self {
        let same = |found: u64| (found & dirs) << 1;
        // The current and the last character are transposed.
        let swapped = |before: u64| (same(before) & last) << 1;
        // An inserted, a substituted and a deleted character.
        let with_typos = |fewer: u64, now: u64, before: u64| fewer | fewer << 1 | now << 1 | swapped(before);
        let (Self([none, one, two]), Self([none_before, one_before, _])) = (self, before);
        let none_now = same(none);
        let one_now = same(one) | with_typos(none, none_now, none_before);
        let two_now = if TWO { same(two) | with_typos(one, one_now, one_before) } else { 0 };
        Self([none_now, one_now, two_now])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    #[test]
    fn words_match_with_the_allowed_number_of_typos() {
        let near = |typed: &str, two| TypoPattern::new(typed, two).fewest_in(b"my github").is_some();
        for typed in
            ["github", "githb", "gjthub", "giithub", "gihtub", "igthub", "githubb", "ithub", "gith", "fithub"]
        {
            assert!(near(typed, false), "{typed}");
        }
        for typed in ["gtihbu", "gjthjb", "xxgithub", "githubbb", "tihub"] {
            assert!(!near(typed, false) && near(typed, true), "{typed}");
        }
        for typed in ["hubgit", "gabcub", "xxxgithub", "hubmygit"] {
            assert!(!near(typed, true), "{typed}");
        }
    }

    #[test]
    fn characters_of_every_script_count_as_one() {
        let fewest = |typed, text: &str| TypoPattern::new(typed, true).fewest_in(text.as_bytes());
        assert_eq!(fewest("москва", "банк маскваbank"), Some(1));
        assert_eq!(fewest("москва", "банк масквы"), Some(2));
        assert_eq!(fewest("москва", "минск"), None);
        assert_eq!(
            fewest("zurich", "z\u{fc}rich"),
            Some(2),
            "each byte of an unknown character counts as a typo"
        );
    }

    /// Returns whether a word starts with the search word with at most `typos` edits, by exhaustive search.
    fn begins_nearly(typed: &[u8], word: &[u8], typos: usize) -> bool {
        let same = word.iter().zip(typed).take_while(|(a, b)| a == b).count();
        let (word, typed) = (&word[same..], &typed[same..]);
        let Some((_, typed_rest)) = typed.split_first() else { return true };
        let Some(typos) = typos.checked_sub(1) else { return false };
        let Some((_, word_rest)) = word.split_first() else { return begins_nearly(typed_rest, word, typos) };
        begins_nearly(typed_rest, word_rest, typos)
            || begins_nearly(typed_rest, word, typos)
            || begins_nearly(typed, word_rest, typos)
            || matches!((word, typed), ([a, b, word @ ..], [c, d, typed @ ..])
                if a == d && b == c && begins_nearly(typed, word, typos))
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 4_096,
            rng_seed: RngSeed::Fixed(0x51_1b5),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn the_automaton_agrees_with_exhaustive_search(typed in "[abc]{3,9}", words in "[abcd]{0,9}( [abcd]{1,9}){0,2}") {
            let tried = |typos| words.split(' ').any(|word| begins_nearly(typed.as_bytes(), word.as_bytes(), typos));
            let expected = (1..=2).find(|typos| tried(*typos));
            prop_assert_eq!(TypoPattern::new(&typed, true).fewest_in(words.as_bytes()), expected);
            prop_assert_eq!(
                TypoPattern::new(&typed, false).fewest_in(words.as_bytes()),
                expected.filter(|typos| *typos == 1)
            );
        }
    }
}
