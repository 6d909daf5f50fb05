//! Deterministic mutation of inputs.

/// A small random generator (SplitMix64, Steele et al., "Fast Splittable Pseudorandom Number Generators",
/// 2014).
pub struct Rng(u64);

impl Rng {
    /// Creates the generator of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let below = self.next().checked_rem(end as u64).unwrap_or(0);
        usize::try_from(below).unwrap()
    }

    /// Returns a random element.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Byte sequences that are typical edge cases: heads of CBOR items of every width, limits of integers, syntax
/// of texts and tables.
const PIECES: [&[u8]; 24] = [
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\x17",
    b"\x18\x17",
    b"\x18\xff",
    b"\x19\xff\xff",
    b"\x1a\xff\xff\xff\xff",
    b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xbb\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\x58\x00",
    b"\x9f",
    b"\xbf",
    b"\x5f\x40\xff",
    b"\xf6",
    b"\xf5",
    b"\xf9\x7e\x00",
    b"\"",
    b",\n",
    b"{\"\":[",
    "\u{202e}\u{fb03}".as_bytes(),
];

/// Changes an input at one to eight positions; `other` is another input of the same target.
pub fn mutate(input: &[u8], other: &[u8], max_len: usize, rng: &mut Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..1 + rng.below(3) * rng.below(4) {
        let at = rng.below(bytes.len());
        let end = (at + 1 + rng.below(16)).min(bytes.len());
        match rng.below(10) {
            0 | 1 if !bytes.is_empty() => bytes[at] ^= 1 << rng.below(8),
            2 if !bytes.is_empty() => bytes[at] = rng.next().to_le_bytes()[0],
            3 if !bytes.is_empty() => bytes[at] = bytes[at].wrapping_add(*rng.pick(&[1, 255])),
            4 => drop(bytes.drain(at..end)),
            5 => {
                let copied = bytes[at..end].to_vec();
                let to = rng.below(bytes.len() + 1);
                bytes.splice(to..to, copied);
            }
            6 => {
                let piece = *rng.pick(&PIECES);
                bytes.splice(at..at, piece.iter().copied());
            }
            7 => {
                let piece = *rng.pick(&PIECES);
                let end = (at + piece.len()).min(bytes.len());
                bytes.splice(at..end, piece.iter().copied());
            }
            8 => bytes.truncate(rng.below(bytes.len() + 1)),
            _ => {
                let from = rng.below(other.len());
                let to = (from + 1 + rng.below(64)).min(other.len());
                bytes.splice(at..end.min(bytes.len()), other[from..to].iter().copied());
            }
        }
    }
    bytes.truncate(max_len);
    bytes
}
