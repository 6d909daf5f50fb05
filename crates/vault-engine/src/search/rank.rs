//! The order of hits.
//!
//! Hits are ordered by rank, lowest first; then favourites before others; then by last use, newest first; then by last
//! change, newest first ([`Row::ranked_hit`](super::row::Row::ranked_hit)). The rank of a hit is the sum of the ranks of
//! the query's words, and [`APPROXIMATE`] more if it is no exact match of all. Hits of a query without words are ordered
//! by the sort of the list ([`Row::sorted_hit`](super::row::Row::sorted_hit)).

/// The word is the title.
pub const TITLE: u8 = 0;
/// The title starts with the word.
pub const TITLE_PREFIX: u8 = 1;
/// A word of the title starts with it.
pub const TITLE_WORD: u8 = 2;
/// A word of another part starts with it.
pub const OTHER_WORD: u8 = 3;
/// The title contains it.
pub const IN_TITLE: u8 = 4;
/// Another part contains it.
pub const IN_OTHER: u8 = 5;
/// The title contains it with one typo.
pub const TYPO_TITLE: u8 = 6;
/// Another part contains it with one typo.
pub const TYPO_OTHER: u8 = 7;
/// The title has its letters in order.
pub const LETTERS: u8 = 8;
/// The title contains it with two typos.
pub const TYPOS_TITLE: u8 = 9;
/// Another part contains it with two typos.
pub const TYPOS_OTHER: u8 = 10;

/// The rank that is added to approximate matches: they come after all exact ones.
pub const APPROXIMATE: u8 = 64;
