//! A bitmap index that excludes rows which cannot contain a text: one bit for each row and each feature of a text.
//!
//! The bits of 512 rows for the same feature are adjacent, so that a query reads a few cache lines for all of them (a
//! bit-sliced signature file: Faloutsos and Christodoulakis, 1984). There are no false negatives; the text of the
//! remaining rows is searched.

use zeroize::Zeroizing;

use super::fold::in_word;

/// Number of rows in a block.
pub const ROWS: usize = 512;
const WORDS: usize = ROWS / 64;
/// Classes of bytes: letters, digits, and one for all other bytes.
const LETTERS: usize = 37;
/// Buckets shared by all byte pairs other than letter pairs, which have a bit each.
const PAIRS: usize = 128;
const LETTER_PAIRS: usize = 26 * 26;
const BITMAPS: usize = 1 + 4 * LETTERS + LETTER_PAIRS + PAIRS;

/// One bit for each row of a block.
pub type Mask = [u64; WORDS];
/// All rows.
pub const ALL: Mask = [u64::MAX; WORDS];

/// The feature that a bit represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bitmap {
    /// The row exists and is neither archived nor in the trash.
    Listed,
    /// A word of the title starts with the letter.
    TitleInitial(u8),
    /// A word outside the title starts with the letter.
    OtherInitial(u8),
    /// The title contains the letter.
    InTitle(u8),
    /// The rest of the text contains the letter.
    InOther(u8),
    /// The two bytes are adjacent somewhere.
    Pair(u8, u8),
}

impl Bitmap {
    fn number(self) -> usize {
        let of = |set: usize, byte: u8| 1 + set * LETTERS + usize::from(letter(byte));
        match self {
            Self::Listed => 0,
            Self::TitleInitial(byte) => of(0, byte),
            Self::OtherInitial(byte) => of(1, byte),
            Self::InTitle(byte) => of(2, byte),
            Self::InOther(byte) => of(3, byte),
            // Multiplicative hashing with the golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
            Self::Pair(first @ b'a'..=b'z', second @ b'a'..=b'z') => {
                1 + 4 * LETTERS + usize::from(first - b'a') * 26 + usize::from(second - b'a')
            }
            Self::Pair(first, second) => {
                let mixed = (u32::from(first) << 8 | u32::from(second)).wrapping_mul(0x9e37_79b1);
                1 + 4 * LETTERS + LETTER_PAIRS + (mixed >> (32 - PAIRS.trailing_zeros())) as usize
            }
        }
    }
}

/// Returns the class of a byte: letters and digits have one each, all other bytes share one.
fn letter(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a',
        b'0'..=b'9' => 26 + byte - b'0',
        _ => 36,
    }
}

/// Returns whether the bits determine exactly which rows contain a text: a letter, a digit, or two letters.
pub fn is_certain(text: &[u8]) -> bool {
    match text {
        [byte] => letter(*byte) < 36,
        [first, second] => first.is_ascii_lowercase() && second.is_ascii_lowercase(),
        _ => false,
    }
}

/// The bits of all rows, zeroized on drop.
#[derive(Default)]
pub struct BitmapIndex(Vec<Zeroizing<Box<[u64]>>>);

impl BitmapIndex {
    pub fn blocks(&self) -> usize {
        self.0.len()
    }

    /// Adds a row with its title and the rest of its text.
    pub fn put(&mut self, row: usize, listed: bool, title: &[u8], other: &[u8]) {
        while self.0.len() <= row / ROWS {
            self.0.push(Zeroizing::new(vec![0; BITMAPS * WORDS].into_boxed_slice()));
        }
        let Some(block) = self.0.get_mut(row / ROWS) else { return };
        let mut set = |slice: Bitmap| {
            if let Some(word) = block.get_mut(slice.number() * WORDS + row % ROWS / 64) {
                *word |= 1 << (row % 64);
            }
        };
        if listed {
            set(Bitmap::Listed);
        }
        let mut before = b' ';
        for (in_title, text) in [(true, title), (false, other)] {
            for byte in text {
                set(if in_title { Bitmap::InTitle(*byte) } else { Bitmap::InOther(*byte) });
                if !in_word(before) {
                    set(if in_title { Bitmap::TitleInitial(*byte) } else { Bitmap::OtherInitial(*byte) });
                }
                set(Bitmap::Pair(before, *byte));
                before = *byte;
            }
        }
    }

    /// Marks a row as not listed. Its other bits stay and only cause a useless read.
    pub fn unlist(&mut self, row: usize) {
        let word = Bitmap::Listed.number() * WORDS + row % ROWS / 64;
        if let Some(word) = self.0.get_mut(row / ROWS).and_then(|block| block.get_mut(word)) {
            *word &= !(1 << (row % 64));
        }
    }

    /// Returns the rows of a block with a feature.
    pub fn rows_with(&self, block: usize, slice: Bitmap) -> Mask {
        let start = slice.number() * WORDS;
        let bits = self.0.get(block).and_then(|block| block.get(start..start + WORDS));
        bits.and_then(|bits| bits.try_into().ok()).unwrap_or([0; WORDS])
    }

    /// Returns the rows of a block that may contain a text.
    pub fn may_hold(&self, block: usize, text: &[u8]) -> Mask {
        if let [byte] = text {
            return or(
                self.rows_with(block, Bitmap::InTitle(*byte)),
                self.rows_with(block, Bitmap::InOther(*byte)),
            );
        }
        let pairs = text.windows(2).filter_map(|pair| match pair {
            [first, second] => Some(Bitmap::Pair(*first, *second)),
            _ => None,
        });
        pairs.map(|pair| self.rows_with(block, pair)).fold(ALL, and)
    }

    /// Returns the rows of a block that have at least `least` (at most 3) of the pairs in a text.
    pub fn pairs_at_least(&self, block: usize, text: &[u8], least: usize) -> Mask {
        let (mut one, mut two, mut three) = ([0; WORDS], [0; WORDS], [0; WORDS]);
        for pair in text.windows(2) {
            let has = self.may_hold(block, pair);
            three = or(three, and(two, has));
            two = or(two, and(one, has));
            one = or(one, has);
        }
        match least {
            0 => ALL,
            1 => one,
            2 => two,
            _ => three,
        }
    }

    /// Returns the rows of a block that lack at most `most` (at most 2) of the texts.
    pub fn lacking_at_most(&self, block: usize, texts: &[Vec<u8>], most: usize) -> Mask {
        // Bit-sliced counters: the rows that lack one, two, and three or more so far.
        let (mut one, mut two, mut three) = ([0; WORDS], [0; WORDS], [0; WORDS]);
        for text in texts {
            let lacking = not(self.may_hold(block, text));
            three = or(three, and(two, lacking));
            two = or(two, and(one, lacking));
            one = or(one, lacking);
        }
        not(match most {
            0 => one,
            1 => two,
            _ => three,
        })
    }
}

pub fn and(a: Mask, b: Mask) -> Mask {
    let mut bits = a;
    bits.iter_mut().zip(b).for_each(|(bits, b)| *bits &= b);
    bits
}

pub fn or(a: Mask, b: Mask) -> Mask {
    let mut bits = a;
    bits.iter_mut().zip(b).for_each(|(bits, b)| *bits |= b);
    bits
}

pub fn not(a: Mask) -> Mask {
    a.map(|bits| !bits)
}

/// Returns the index numbers of the rows in a block's mask.
pub fn rows(block: usize, mask: Mask) -> impl Iterator<Item = u32> {
    let first = u32::try_from(block * ROWS).unwrap_or(u32::MAX);
    (0_u32..).step_by(64).zip(mask).flat_map(move |(offset, mut bits)| {
        std::iter::from_fn(move || {
            let at = bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
            (at < 64).then_some(first + offset + at)
        })
    })
}

/// Returns the number of rows in a mask.
pub fn count(mask: Mask) -> usize {
    mask.iter().map(|bits| bits.count_ones() as usize).sum()
}
