//! Statements.

use std::marker::PhantomData;

use super::ShardKey;

/// A statement on the tables of one kind of shard.
///
/// The text is a constant of the program, so no value can be part of it. `$1` is the shard's key, and the caller's values
/// follow from `$2`.
#[derive(Debug)]
pub struct Sql<K> {
    text: &'static str,
    shard: PhantomData<fn(K)>,
}

impl<K: ShardKey> Sql<K> {
    /// Wraps the text.
    ///
    /// # Panics
    /// If the text does not use `$1`. In a constant, that is an error of compilation:
    ///
    /// ```compile_fail
    /// use vault_server::store::{AccountKey, Sql};
    /// const ALL: Sql<AccountKey> = Sql::new("SELECT login FROM account");
    /// fn main() { drop(ALL) }
    /// ```
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        assert!(names_key(text.as_bytes()), "the statement does not name the shard's key as $1");
        Self { text, shard: PhantomData }
    }

    /// The text.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }
}

/// Whether `$1` occurs, and not as the beginning of a longer number.
const fn names_key(mut text: &[u8]) -> bool {
    while let [first, rest @ ..] = text {
        if *first == b'$'
            && let [b'1', after @ ..] = rest
            && !matches!(after, [b'0'..=b'9', ..])
        {
            return true;
        }
        text = rest;
    }
    false
}
