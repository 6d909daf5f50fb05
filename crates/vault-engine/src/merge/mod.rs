//! Three-way merge of an item that was edited in two places.
//!
//! **The order of the log decides, never a clock.** The log's values stay current. Where both sides changed the same
//! text, the local one becomes a superseded value of the item, and the item is flagged. No user input is lost: every
//! text of the local item that its base did not have is in the result, except the lower of two counters of one-time
//! codes, which nobody typed. `docs/formats/item-payload.md` specifies the rules for each part.
//!
//! The module is pure: no I/O, clock or randomness. The same items merge to the same bytes on every device.
//!
//! A client keeps its unconfirmed revisions in [`LocalEdits`], which checks that they form a chain and
//! [rebases](LocalEdits::rebase) them after the log has advanced. [`merge`] is one step of a rebase.
//!
//! ```
//! use vault_engine::clock::Timestamp;
//! use vault_engine::item::{Item, ItemType};
//! use vault_engine::merge::{Merged, Sides, State, merge};
//!
//! let base = Item::new(ItemType::Note, Timestamp(1));
//! let (mut in_log, mut local) = (Item::new(ItemType::Note, Timestamp(1)), Item::new(ItemType::Note, Timestamp(1)));
//! in_log.title = "Harbour".into();
//! local.title = "Port".into();
//! let sides = Sides { base: Some(&base), in_log: State::Put(&in_log), local: State::Put(&local) };
//! let Merged::Item(item) = merge(&sides) else { panic!("both sides have changes") };
//! assert_eq!(item.title, "Harbour");
//! assert_eq!(item.superseded[0].value.expose(), "Port");
//! assert!(item.flags.edited_in_two_places);
//! ```

mod attachments;
mod chain;
mod choice;
pub(crate) mod client_state;
mod conflict;
mod copy;
mod counter;
mod fields;
mod items;
mod order;
mod passkeys;
mod same;
mod superseded;
mod unknown;

#[cfg(test)]
mod tests;

use conflict::Conflict;

use crate::item;
use crate::item::Item;

pub(crate) use copy::second;

pub use chain::{Body, BrokenChain, Current, LocalEdits, NewRevision, Rebased, Revision};

/// The state of an item at some point of the log.
#[derive(Clone, Copy)]
pub enum State<'a> {
    /// The item exists with this content.
    Put(&'a Item),
    /// Permanently deleted: a tombstone.
    Deleted,
}

/// The three sides of a merge, named because swapping two of them would lose an edit.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// The last common revision of the log and the local edit.
    ///
    /// `None` if its content is not available; every difference then counts as changed by both sides, and nothing is
    /// removed.
    pub base: Option<&'a Item>,
    /// The item's current revision in the verified log.
    pub in_log: State<'a>,
    /// The local edit, not yet in the log.
    pub local: State<'a>,
}

/// The result of a merge: the revision to write, if any.
pub enum Merged {
    /// The revision in the log already contains both sides: nothing to write.
    Unchanged,
    /// The item's next revision, whose parent is the one in the log.
    Item(Box<Item>),
    /// A tombstone, whose parent is the revision in the log.
    Deleted,
    /// One item cannot contain both sides: the log's item stays unchanged, and the whole local side becomes this new
    /// item with its own id.
    ///
    /// Returned if both sides together exceed a limit of the payload, or if both changed an unknown entry of a newer
    /// program.
    Split(Box<Item>),
}

/// Merges a local edit into the item's current revision in the log.
///
/// Both items must be encodable, as all items read from or written to a vault are. The result is then encodable too.
#[must_use]
pub fn merge(sides: &Sides<'_>) -> Merged {
    match (sides.in_log, sides.local) {
        (State::Deleted, State::Deleted) => Merged::Unchanged,
        (State::Deleted, State::Put(local)) => {
            if is_edited(sides.base, local) {
                Merged::Item(Box::new(copy::item(local)))
            } else {
                Merged::Unchanged
            }
        }
        (State::Put(log), State::Deleted) => {
            if is_edited(sides.base, log) {
                Merged::Unchanged
            } else {
                Merged::Deleted
            }
        }
        (State::Put(log), State::Put(local)) => match items::merge(sides.base, log, local) {
            Ok(merged) if same::item(&merged, log) => Merged::Unchanged,
            Ok(merged) if item::encode(&merged).is_ok() => Merged::Item(Box::new(merged)),
            Ok(_) | Err(Conflict) => Merged::Split(Box::new(second(local))),
        },
    }
}

/// Returns whether a side has an edit that a deletion on the other side must not remove.
///
/// Moving an item to the trash does not count as an edit; restoring it does.
fn is_edited(base: Option<&Item>, side: &Item) -> bool {
    base.is_none_or(|base| {
        let restored = base.trashed_at.is_some() && side.trashed_at.is_none();
        restored || !same::item_but_for_trash(base, side)
    })
}
