//! Whether a word begins with what was typed but for a slip or two, found for all words of a text in one pass.
//!
//! Bit-parallel approximate matching (Wu and Manber, 1992), with swapped neighbours as in Damerau's distance.

use super::fold::in_word;

/// Longer words are not guessed at: a bit for each sign, and one more, have to fit into a number.
pub const LONGEST: usize = 48;

/// A typed word made ready. How much of it was found is a bit: the one with the number `n` stands for its first `n` signs.
pub struct Slips {
    /// For each ASCII sign the places in the typed word where it stands.
    ascii: Box<[u64; 128]>,
    /// The same for other signs; none if there are no others.
    others: Vec<(char, u64)>,
    end: u64,
    /// Whether a second slip is forgiven.
    two: bool,
}

/// How much was found of a word so far: without a slip, with one, with two.
#[derive(Clone, Copy)]
struct Found([u64; 3]);

impl Slips {
    /// Makes a word ready, in which one slip is forgiven, or two.
    pub fn new(typed: &str, two: bool) -> Self {
        let mut ascii = Box::new([0; 128]);
        let mut others: Vec<(char, u64)> = Vec::new();
        let mut at = 1_u64;
        for sign in typed.chars().take(LONGEST) {
            match ascii.get_mut(sign as usize) {
                Some(places) => *places |= at,
                None => match others.iter_mut().find(|(other, _)| *other == sign) {
                    Some((_, places)) => *places |= at,
                    None => others.push((sign, at)),
                },
            }
            at <<= 1;
        }
        Self { ascii, others, end: at, two }
    }

    /// The slips, one or two, with which some word of a text begins with what was typed.
    pub fn fewest_in(&self, text: &[u8]) -> Option<usize> {
        if self.others.is_empty() {
            let ascii = |byte: u8| self.ascii.get(usize::from(byte)).copied().unwrap_or(0);
            self.of_places(text.iter().map(|byte| in_word(*byte).then(|| ascii(*byte))))
        } else {
            let places = |sign: char| match self.ascii.get(sign as usize) {
                Some(places) => in_word(sign as u8).then_some(*places),
                None => Some(self.others.iter().find(|(other, _)| *other == sign).map_or(0, |(_, at)| *at)),
            };
            self.of_places(String::from_utf8_lossy(text).chars().map(places))
        }
    }

    fn of_places(&self, text: impl Iterator<Item = Option<u64>>) -> Option<usize> {
        if self.two { self.fewest::<true>(text) } else { self.fewest::<false>(text) }
    }

    /// The same, of the places where each sign of a text stands in what was typed; none is a sign between words.
    fn fewest<const TWO: bool>(&self, text: impl Iterator<Item = Option<u64>>) -> Option<usize> {
        // Before a word: for each slip one sign of what was typed may be missing in it.
        let begin = Found([0b1, 0b11, if TWO { 0b111 } else { 0 }]);
        let (mut found, mut before, mut last) = (begin, Found([0; 3]), 0);
        let mut two_slips = false;
        for places in text {
            let Some(places) = places else {
                (found, before, last) = (begin, Found([0; 3]), 0);
                continue;
            };
            let next = found.followed_by::<TWO>(places, before, last);
            (before, found, last) = (found, next, places);
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
    /// What is found after another sign of the word, with the places where it and the one before it were typed.
    fn followed_by<const TWO: bool>(self, places: u64, before: Self, last: u64) -> Self {
        let same = |found: u64| (found & places) << 1;
        // This sign was typed first, the one before it after that.
        let swapped = |before: u64| (same(before) & last) << 1;
        // Of the word one sign too many, another sign than was typed, one too few.
        let slipped = |fewer: u64, now: u64, before: u64| fewer | fewer << 1 | now << 1 | swapped(before);
        let (Self([none, one, two]), Self([none_before, one_before, _])) = (self, before);
        let none_now = same(none);
        let one_now = same(one) | slipped(none, none_now, none_before);
        let two_now = if TWO { same(two) | slipped(one, one_now, one_before) } else { 0 };
        Self([none_now, one_now, two_now])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    #[test]
    fn as_many_slips_are_forgiven_as_are_allowed() {
        let near = |typed: &str, two| Slips::new(typed, two).fewest_in(b"my github").is_some();
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
    fn signs_of_every_script_count_as_one() {
        let fewest = |typed, text: &str| Slips::new(typed, true).fewest_in(text.as_bytes());
        assert_eq!(fewest("москва", "банк маскваbank"), Some(1));
        assert_eq!(fewest("москва", "банк масквы"), Some(2));
        assert_eq!(fewest("москва", "минск"), None);
        assert_eq!(fewest("zurich", "z\u{fc}rich"), Some(2), "a byte of another sign is a slip of its own");
    }

    /// Whether a word begins with what was typed but for so many letters changed, missing, too many, or swapped with the
    /// next: tried one after the other.
    fn begins_nearly(typed: &[u8], word: &[u8], slips: usize) -> bool {
        let same = word.iter().zip(typed).take_while(|(a, b)| a == b).count();
        let (word, typed) = (&word[same..], &typed[same..]);
        let Some((_, typed_rest)) = typed.split_first() else { return true };
        let Some(slips) = slips.checked_sub(1) else { return false };
        let Some((_, word_rest)) = word.split_first() else { return begins_nearly(typed_rest, word, slips) };
        begins_nearly(typed_rest, word_rest, slips)
            || begins_nearly(typed_rest, word, slips)
            || begins_nearly(typed, word_rest, slips)
            || matches!((word, typed), ([a, b, word @ ..], [c, d, typed @ ..])
                if a == d && b == c && begins_nearly(typed, word, slips))
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 4_096,
            rng_seed: RngSeed::Fixed(0x51_1b5),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn it_finds_what_trying_finds(typed in "[abc]{3,9}", words in "[abcd]{0,9}( [abcd]{1,9}){0,2}") {
            let tried = |slips| words.split(' ').any(|word| begins_nearly(typed.as_bytes(), word.as_bytes(), slips));
            let expected = (1..=2).find(|slips| tried(*slips));
            prop_assert_eq!(Slips::new(&typed, true).fewest_in(words.as_bytes()), expected);
            prop_assert_eq!(
                Slips::new(&typed, false).fewest_in(words.as_bytes()),
                expected.filter(|slips| *slips == 1)
            );
        }
    }
}
