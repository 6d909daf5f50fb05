//! Which rows can hold a text at all: one bit for each row and each thing that a text can hold.
//!
//! The bits of 512 rows that stand for the same thing lie together, so that a question is a few lines of memory for all
//! of them ("signature file, bit-sliced": Faloutsos and Christodoulakis, 1984). What a row's bits deny it does not hold;
//! what they do not deny is looked for in its text.

use zeroize::Zeroizing;

use super::fold::in_word;

/// Rows whose bits lie together.
pub const ROWS: usize = 512;
const WORDS: usize = ROWS / 64;
/// Letters and digits, and one for all other bytes.
const LETTERS: usize = 37;
/// Two letters after each other have a bit to themselves; any other two bytes share these.
const PAIRS: usize = 128;
const LETTER_PAIRS: usize = 26 * 26;
const SLICES: usize = 1 + 4 * LETTERS + LETTER_PAIRS + PAIRS;

/// The bits of a block of rows for one question.
pub type Mask = [u64; WORDS];
/// Every row.
pub const ALL: Mask = [u64::MAX; WORDS];

/// What a bit stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slice {
    /// The row is there and lies neither in the archive nor in the trash.
    Listed,
    /// A word of the title begins with the letter.
    TitleInitial(u8),
    /// A word outside the title does.
    OtherInitial(u8),
    /// The title holds the letter.
    InTitle(u8),
    /// The rest does.
    InOther(u8),
    /// The bytes follow each other somewhere.
    Pair(u8, u8),
}

impl Slice {
    fn number(self) -> usize {
        let of = |set: usize, byte: u8| 1 + set * LETTERS + usize::from(letter(byte));
        match self {
            Self::Listed => 0,
            Self::TitleInitial(byte) => of(0, byte),
            Self::OtherInitial(byte) => of(1, byte),
            Self::InTitle(byte) => of(2, byte),
            Self::InOther(byte) => of(3, byte),
            // Multiplied by the golden ratio, the upper bits (Knuth, The Art of Computer Programming 3, 6.4).
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

/// Letters and digits have a number each, all other bytes share one.
fn letter(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - b'a',
        b'0'..=b'9' => 26 + byte - b'0',
        _ => 36,
    }
}

/// Whether the bits say for certain which rows hold a text: a letter, a digit, or two letters.
pub fn is_certain(text: &[u8]) -> bool {
    match text {
        [byte] => letter(*byte) < 36,
        [first, second] => first.is_ascii_lowercase() && second.is_ascii_lowercase(),
        _ => false,
    }
}

/// The bits of all rows, wiped when they go.
#[derive(Default)]
pub struct Slices(Vec<Zeroizing<Box<[u64]>>>);

impl Slices {
    pub fn blocks(&self) -> usize {
        self.0.len()
    }

    /// Takes in the text of a row, the title being its beginning.
    pub fn put(&mut self, row: usize, listed: bool, title: &[u8], other: &[u8]) {
        while self.0.len() <= row / ROWS {
            self.0.push(Zeroizing::new(vec![0; SLICES * WORDS].into_boxed_slice()));
        }
        let Some(block) = self.0.get_mut(row / ROWS) else { return };
        let mut set = |slice: Slice| {
            if let Some(word) = block.get_mut(slice.number() * WORDS + row % ROWS / 64) {
                *word |= 1 << (row % 64);
            }
        };
        if listed {
            set(Slice::Listed);
        }
        let mut before = b' ';
        for (in_title, text) in [(true, title), (false, other)] {
            for byte in text {
                set(if in_title { Slice::InTitle(*byte) } else { Slice::InOther(*byte) });
                if !in_word(before) {
                    set(if in_title { Slice::TitleInitial(*byte) } else { Slice::OtherInitial(*byte) });
                }
                set(Slice::Pair(before, *byte));
                before = *byte;
            }
        }
    }

    /// Forgets that a row is listed; its other bits only make for a look in vain.
    pub fn bury(&mut self, row: usize) {
        let word = Slice::Listed.number() * WORDS + row % ROWS / 64;
        if let Some(word) = self.0.get_mut(row / ROWS).and_then(|block| block.get_mut(word)) {
            *word &= !(1 << (row % 64));
        }
    }

    /// The rows of a block that have a bit.
    pub fn having(&self, block: usize, slice: Slice) -> Mask {
        let start = slice.number() * WORDS;
        let bits = self.0.get(block).and_then(|block| block.get(start..start + WORDS));
        bits.and_then(|bits| bits.try_into().ok()).unwrap_or([0; WORDS])
    }

    /// The rows of a block that may hold a text.
    pub fn may_hold(&self, block: usize, text: &[u8]) -> Mask {
        if let [byte] = text {
            return or(self.having(block, Slice::InTitle(*byte)), self.having(block, Slice::InOther(*byte)));
        }
        let pairs = text.windows(2).filter_map(|pair| match pair {
            [first, second] => Some(Slice::Pair(*first, *second)),
            _ => None,
        });
        pairs.map(|pair| self.having(block, pair)).fold(ALL, and)
    }

    /// The rows of a block that have at least so many of the pairs in a text, three at most.
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

    /// The rows of a block that lack at most so many of the texts, two at most.
    pub fn lacking_at_most(&self, block: usize, texts: &[Vec<u8>], most: usize) -> Mask {
        // Bit-sliced counting: which rows lack one, two, three or more so far.
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

/// The rows of a block's mask, by their number in the index.
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

/// How many rows a mask has.
pub fn count(mask: Mask) -> usize {
    mask.iter().map(|bits| bits.count_ones() as usize).sum()
}
