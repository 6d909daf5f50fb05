//! The exact strength of the texts that the generator made lately.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// The number of texts whose strength is remembered.
const REMEMBERED: usize = 100;

/// The bits of generated texts, found by a keyed hash: the texts themselves are not kept.
#[derive(Default)]
pub(crate) struct GeneratedBits {
    hasher: RandomState,
    newest_last: Mutex<VecDeque<(u64, f64)>>,
}

impl GeneratedBits {
    /// Remembers the bits of a generated text.
    pub(crate) fn remember(&self, text: &str, bits: f64) {
        let mut known = self.newest_last.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() == REMEMBERED {
            known.pop_front();
        }
        known.push_back((self.hasher.hash_one(text), bits));
    }

    /// Returns the bits of a text, if it was generated lately and not edited since.
    pub(crate) fn of(&self, text: &str) -> Option<f64> {
        let hash = self.hasher.hash_one(text);
        self.newest_last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .rev()
            .find(|(of, _)| *of == hash)
            .map(|(_, bits)| *bits)
    }
}
