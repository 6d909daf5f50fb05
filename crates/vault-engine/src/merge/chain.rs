//! What a device wrote and the log has not confirmed: a chain of revisions that knows its base.

use vault_wire::RevHash;

use super::{Merged, Sides, State, copy, merge};
use crate::item::Item;

/// The body of a revision, opened.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// What it makes of the item.
    Open(State<'a>),
    /// It was dropped, as deleting for good does with all bodies before the tombstone.
    Dropped,
}

/// A revision of an item.
#[derive(Clone, Copy)]
pub struct Revision<'a> {
    /// Its hash.
    pub hash: RevHash,
    /// The revision it was made on; none for an item's first.
    pub parent: Option<RevHash>,
    /// Its content.
    pub body: Body<'a>,
}

/// The item's current revision in the verified log.
#[derive(Clone, Copy)]
pub struct Current<'a> {
    /// Its hash.
    pub hash: RevHash,
    /// What it makes of the item; if its body does not open, what the last one did that does.
    pub state: State<'a>,
}

/// A revision that was not made on the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the revision was not made on the one before it")]
pub struct BrokenChain;

/// The revisions of one item that this device has written and not yet read back in the verified log, oldest first.
///
/// The base of a merge cannot be chosen wrongly: it is the revision that the first of them was made on, and for each
/// later one the one before.
pub struct LocalEdits<'a> {
    base: Option<Revision<'a>>,
    edits: Vec<Revision<'a>>,
}

/// A content to be sealed and signed anew.
pub enum Written {
    /// An item.
    Put(Box<Item>),
    /// A tombstone.
    Tombstone,
}

/// What becomes of local edits once the log is known.
pub enum Rebased {
    /// The log stands where they were made: they can be pushed as they are signed, but for the oldest ones, this many,
    /// that are in the log already.
    AsTheyAre(usize),
    /// They are to be written anew.
    Anew {
        /// The item's next revisions, the first on top of the current one. Empty if the log has it all.
        item: Vec<Written>,
        /// The revisions of a new item, with an id of its own; empty unless one item cannot hold both sides. To be
        /// written in one transaction with the others, so that it happens once.
        second: Vec<Written>,
    },
}

impl<'a> LocalEdits<'a> {
    /// Begins with the revision that the log last confirmed; with none for an item that was made here.
    #[must_use]
    pub const fn since(confirmed: Option<Revision<'a>>) -> Self {
        Self { base: confirmed, edits: Vec::new() }
    }

    /// Adds the next revision.
    ///
    /// # Errors
    /// If its parent is not the revision before it.
    pub fn push(&mut self, edit: Revision<'a>) -> Result<(), BrokenChain> {
        let before = self.edits.last().or(self.base.as_ref()).map(|before| before.hash);
        if edit.parent != before {
            return Err(BrokenChain);
        }
        self.edits.push(edit);
        Ok(())
    }

    /// Takes note that a revision was read back in the verified log: it is now the base, and it and those before it are
    /// edits no longer. Tells whether it was one of them.
    pub fn confirm(&mut self, hash: &RevHash) -> bool {
        let Some(at) = self.position(hash) else { return false };
        self.base = self.edits.drain(..=at).next_back();
        true
    }

    /// Puts the edits on top of the item's current revision in the verified log, one after the other, so that each value
    /// that was typed between two contacts comes into the item's history. Without a current revision the item is new to
    /// the log.
    #[must_use]
    pub fn rebase(&self, current: Option<Current<'_>>) -> Rebased {
        let hash = current.map(|current| current.hash);
        let in_log = current.map_or(State::Deleted, |current| current.state);
        let confirmed = if hash == self.base.map(|base| base.hash) {
            Some(0)
        } else {
            hash.and_then(|hash| self.position(&hash)).map(|at| at + 1)
        };
        let edits = self.edits.get(confirmed.unwrap_or(0)..).unwrap_or_default();
        let mut base = match confirmed {
            Some(confirmed) if edits.iter().all(|edit| !edit.body.is_dropped()) => {
                return Rebased::AsTheyAre(confirmed);
            }
            // Its own body may have been dropped, but the log says what it was.
            Some(_) => in_log.item(),
            None => self.base.and_then(|base| base.body.item()),
        };
        let mut item: Vec<Written> = Vec::new();
        for (at, edit) in edits.iter().enumerate() {
            let Body::Open(local) = edit.body else { continue };
            let in_log = item.last().map_or(in_log, Written::state);
            match merge(&Sides { base, in_log, local }) {
                Merged::AsLogged => {}
                Merged::Item(merged) => item.push(Written::Put(merged)),
                Merged::Deleted => item.push(Written::Tombstone),
                Merged::Split(_) => {
                    let second = edits.iter().skip(at).filter_map(|edit| edit.body.second()).collect();
                    return Rebased::Anew { item, second };
                }
            }
            base = local.item();
        }
        Rebased::Anew { item, second: Vec::new() }
    }

    fn position(&self, hash: &RevHash) -> Option<usize> {
        self.edits.iter().position(|edit| edit.hash == *hash)
    }
}

impl<'a> State<'a> {
    /// The item, if there is one.
    fn item(self) -> Option<&'a Item> {
        match self {
            Self::Put(item) => Some(item),
            Self::Deleted => None,
        }
    }
}

impl<'a> Body<'a> {
    fn item(self) -> Option<&'a Item> {
        match self {
            Self::Open(state) => state.item(),
            Self::Dropped => None,
        }
    }

    fn is_dropped(self) -> bool {
        matches!(self, Self::Dropped)
    }

    /// The same content for the second item of a split.
    fn second(self) -> Option<Written> {
        match self {
            Self::Open(State::Put(item)) => Some(Written::Put(Box::new(copy::second(item)))),
            Self::Open(State::Deleted) => Some(Written::Tombstone),
            Self::Dropped => None,
        }
    }
}

impl Written {
    /// The state that it gives the item.
    #[must_use]
    pub fn state(&self) -> State<'_> {
        match self {
            Self::Put(item) => State::Put(item),
            Self::Tombstone => State::Deleted,
        }
    }
}
