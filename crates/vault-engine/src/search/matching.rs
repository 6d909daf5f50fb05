//! How well a row fits a word that was typed.

use memchr::memmem::Finder;

use super::fold::{Bits, has_own_bit, in_word};

/// How well a word fits; lower is better.
pub mod rank {
    pub const TITLE: u8 = 0;
    pub const TITLE_PREFIX: u8 = 1;
    pub const TITLE_WORD: u8 = 2;
    pub const OTHER_WORD: u8 = 3;
    pub const IN_TITLE: u8 = 4;
    pub const IN_OTHER: u8 = 5;
    pub const FUZZY_TITLE: u8 = 6;
    pub const FUZZY_OTHER: u8 = 7;
}

/// A typed word, folded and made ready.
pub struct Needle {
    pub text: Vec<u8>,
    finder: Finder<'static>,
    bits: u64,
}

/// What a row shows to a needle.
pub struct Haystack<'a> {
    pub title: &'a [u8],
    /// Title and all other words.
    pub text: &'a [u8],
    pub title_bits: Bits,
    pub other_bits: Bits,
}

impl Needle {
    pub fn new(text: Vec<u8>) -> Self {
        let bits = Bits::of(&text).all;
        let finder = Finder::new(&text).into_owned();
        Self { text, finder, bits }
    }

    /// Every place of a text where the needle is.
    pub fn places<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        self.finder.find_iter(text)
    }

    /// How many of the needle's bits a row lacks.
    pub fn missing(&self, row: &Haystack<'_>) -> u32 {
        (self.bits & !(row.title_bits.all | row.other_bits.all)).count_ones()
    }

    /// The best rank at which the row holds the needle, if it does.
    pub fn rank(&self, row: &Haystack<'_>) -> Option<u8> {
        if self.missing(row) > 0 {
            return None;
        }
        if let [byte] = self.text.as_slice()
            && has_own_bit(*byte)
        {
            return self.rank_of_byte(*byte, row);
        }
        let mut best = None;
        for at in self.finder.find_iter(row.text) {
            let rank = self.rank_at(at, row);
            best = Some(best.map_or(rank, |best: u8| best.min(rank)));
            // What follows cannot be better.
            if rank <= if at < row.title.len() { rank::TITLE_WORD } else { rank::OTHER_WORD } {
                break;
            }
        }
        best
    }

    /// The rank of the needle at a place of a row's text where it is.
    pub fn rank_at(&self, at: usize, row: &Haystack<'_>) -> u8 {
        let word = at.checked_sub(1).and_then(|before| row.text.get(before)).is_none_or(|c| !in_word(*c));
        match (at, at < row.title.len(), word) {
            (0, true, _) if row.title.len() == self.text.len() => rank::TITLE,
            (0, true, _) => rank::TITLE_PREFIX,
            (_, true, true) => rank::TITLE_WORD,
            (_, false, true) => rank::OTHER_WORD,
            (_, true, false) => rank::IN_TITLE,
            (_, false, false) => rank::IN_OTHER,
        }
    }

    /// A single letter or digit is decided by the sets alone.
    fn rank_of_byte(&self, byte: u8, row: &Haystack<'_>) -> Option<u8> {
        let bit = self.bits;
        if row.title_bits.initials & bit != 0 {
            return Some(match row.title {
                [only] if *only == byte => rank::TITLE,
                [first, ..] if *first == byte => rank::TITLE_PREFIX,
                _ => rank::TITLE_WORD,
            });
        }
        let others = [
            (row.other_bits.initials, rank::OTHER_WORD),
            (row.title_bits.all, rank::IN_TITLE),
            (row.other_bits.all, rank::IN_OTHER),
        ];
        others.into_iter().find(|(bits, _)| bits & bit != 0).map(|(_, rank)| rank)
    }
}
