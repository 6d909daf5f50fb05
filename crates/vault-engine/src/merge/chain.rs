//! The revisions of an item that a device wrote and the log has not confirmed: a chain on a known base.

use vault_wire::RevHash;

use super::{Merged, Sides, State, copy, merge};
use crate::item::Item;

/// The decrypted body of a revision.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// The state of the item in this revision.
    Open(State<'a>),
    /// Dropped: a permanent deletion drops all bodies before the tombstone.
    Dropped,
}

/// A revision of an item.
#[derive(Clone, Copy)]
pub struct Revision<'a> {
    /// Its hash.
    pub hash: RevHash,
    /// The hash of the parent revision; `None` for an item's first.
    pub parent: Option<RevHash>,
    /// Its content.
    pub body: Body<'a>,
}

/// The item's current revision in the verified log.
#[derive(Clone, Copy)]
pub struct Current<'a> {
    /// Its hash.
    pub hash: RevHash,
    /// The state of the item in this revision, or in the last one whose body opens.
    pub state: State<'a>,
}

/// The error for a revision whose parent is not the revision before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the parent of the revision is not the revision before it")]
pub struct BrokenChain;

/// The revisions of one item that this device has written and that are not yet confirmed in the verified log, oldest
/// first.
///
/// The type ensures the right base of each merge: for the first edit the last confirmed revision, for each later one
/// the edit before it.
pub struct LocalEdits<'a> {
    base: Option<Revision<'a>>,
    edits: Vec<Revision<'a>>,
}

/// A content to be sealed and signed again.
pub enum NewRevision {
    /// An item.
    Put(Box<Item>),
    /// A tombstone.
    Tombstone,
}

/// The result of rebasing local edits on the log.
pub enum Rebased {
    /// The log has not diverged: the signed edits can be pushed unchanged, except this many of the oldest, which are
    /// already in the log.
    UpToDate(usize),
    /// The edits must be written again.
    Rewritten {
        /// The item's next revisions, the first on top of the current one. Empty if the log contains all edits.
        item: Vec<NewRevision>,
        /// The revisions of a new item with its own id; empty unless one item cannot contain both sides. Must be
        /// written in one transaction with `item`, so that the item is split only once.
        second: Vec<NewRevision>,
    },
}

impl<'a> LocalEdits<'a> {
    /// Starts an empty chain on the last confirmed revision, or `None` for an item created on this device.
    #[must_use]
    pub const fn since(confirmed: Option<Revision<'a>>) -> Self {
        Self { base: confirmed, edits: Vec::new() }
    }

    /// Appends the next revision.
    ///
    /// # Errors
    /// Returns [`BrokenChain`] if its parent is not the revision before it.
    pub fn push(&mut self, edit: Revision<'a>) -> Result<(), BrokenChain> {
        let before = self.edits.last().or(self.base.as_ref()).map(|before| before.hash);
        if edit.parent != before {
            return Err(BrokenChain);
        }
        self.edits.push(edit);
        Ok(())
    }

    /// Makes a revision that was read back in the verified log the new base, and removes it and the edits before it.
    /// Returns whether it was one of the edits.
    pub fn confirm(&mut self, hash: &RevHash) -> bool {
        let Some(at) = self.position(hash) else { return false };
        self.base = self.edits.drain(..=at).next_back();
        true
    }

    /// Merges the edits one by one onto the item's current revision in the verified log, so that the item's history
    /// contains every intermediate value. Without a current revision the item is new to the log.
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
                return Rebased::UpToDate(confirmed);
            }
            // Its own body may have been dropped, but the log has the content.
            Some(_) => in_log.item(),
            None => self.base.and_then(|base| base.body.item()),
        };
        let mut item: Vec<NewRevision> = Vec::new();
        for (at, edit) in edits.iter().enumerate() {
            let Body::Open(local) = edit.body else { continue };
            let in_log = item.last().map_or(in_log, NewRevision::state);
            match merge(&Sides { base, in_log, local }) {
                Merged::Unchanged => {}
                Merged::Item(merged) => item.push(NewRevision::Put(merged)),
                Merged::Deleted => item.push(NewRevision::Tombstone),
                Merged::Split(_) => {
                    let second = edits.iter().skip(at).filter_map(|edit| edit.body.second()).collect();
                    return Rebased::Rewritten { item, second };
                }
            }
            base = local.item();
        }
        Rebased::Rewritten { item, second: Vec::new() }
    }

    fn position(&self, hash: &RevHash) -> Option<usize> {
        self.edits.iter().position(|edit| edit.hash == *hash)
    }
}

impl<'a> State<'a> {
    /// Returns the item, unless it is deleted.
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

    /// Returns the content for the second item of a split.
    fn second(self) -> Option<NewRevision> {
        match self {
            Self::Open(State::Put(item)) => Some(NewRevision::Put(Box::new(copy::second(item)))),
            Self::Open(State::Deleted) => Some(NewRevision::Tombstone),
            Self::Dropped => None,
        }
    }
}

impl NewRevision {
    /// Returns the state of the item after this revision.
    #[must_use]
    pub fn state(&self) -> State<'_> {
        match self {
            Self::Put(item) => State::Put(item),
            Self::Tombstone => State::Deleted,
        }
    }
}
