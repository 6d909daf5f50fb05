//! Words with a slip in them, and letters picked from a title.

use super::fold::in_word;
use super::matching::{Haystack, Needle, rank};

/// Shorter words are not guessed at: nearly everything would fit.
const SHORTEST: usize = 3;

/// The rank of a row that nearly holds the needle.
pub fn rank(needle: &Needle, row: &Haystack<'_>) -> Option<u8> {
    let missing = needle.missing(row);
    if needle.text.len() < SHORTEST || missing > 1 {
        return None;
    }
    if missing == 0 && is_subsequence(&needle.text, row.title) {
        return Some(rank::FUZZY_TITLE);
    }
    // Three letters with a slip are only two.
    let [first, second, _, _, ..] = needle.text.as_slice() else { return None };
    let (first, second) = (*first, *second);
    // The word begins with the first letter, or with the second if they are swapped or one is too many. (With its first
    // letter left out the needle is a substring, and was found.)
    let starts = memchr::memchr2_iter(first, second, row.text)
        .filter(|at| at.checked_sub(1).and_then(|at| row.text.get(at)).is_none_or(|c| !in_word(*c)));
    let near = |at: &usize| row.text.get(*at..).is_some_and(|word| starts_with_one_slip(word, &needle.text));
    let at = starts.into_iter().find(near)?;
    Some(if at < row.title.len() { rank::FUZZY_TITLE } else { rank::FUZZY_OTHER })
}

/// Whether all bytes of the needle occur in order, the first at the beginning of a word.
fn is_subsequence(needle: &[u8], title: &[u8]) -> bool {
    let Some((first, rest)) = needle.split_first() else { return true };
    let start = (0..title.len()).find(|at| {
        title.get(*at) == Some(first)
            && at.checked_sub(1).and_then(|at| title.get(at)).is_none_or(|c| !in_word(*c))
    });
    let mut letters = start.and_then(|at| title.get(at + 1..)).unwrap_or_default().iter();
    start.is_some() && rest.iter().all(|wanted| letters.any(|letter| letter == wanted))
}

/// Whether a word begins with the needle but for one letter changed, missing, too many, or swapped with the next.
fn starts_with_one_slip(word: &[u8], needle: &[u8]) -> bool {
    let same = word.iter().zip(needle).take_while(|(a, b)| a == b).count();
    let (word, needle) = (word.get(same..).unwrap_or_default(), needle.get(same..).unwrap_or_default());
    let begins = |from: usize, wanted: usize| {
        word.get(from..)
            .is_some_and(|word| needle.get(wanted..).is_some_and(|needle| word.starts_with(needle)))
    };
    let swapped = matches!((word, needle), ([a, b, ..], [c, d, ..]) if a == d && b == c);
    begins(1, 1) || begins(1, 0) || begins(0, 1) || swapped && begins(2, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_forgiven_and_two_are_not() {
        for needle in ["github", "githb", "gjthub", "giithub", "gihtub", "igthub", "githubb", "ithub", "gith"]
        {
            assert!(starts_with_one_slip(b"github login", needle.as_bytes()), "{needle}");
        }
        for needle in ["gtihbu", "gjthjb", "hub", "xxgithub", "githubbb"] {
            assert!(!starts_with_one_slip(b"github login", needle.as_bytes()), "{needle}");
        }
    }

    #[test]
    fn letters_are_picked_from_a_title_in_order() {
        assert!(is_subsequence(b"ghl", b"my github login"));
        assert!(!is_subsequence(b"ihl", b"my github login"));
        assert!(!is_subsequence(b"glh", b"my github login"));
    }
}
