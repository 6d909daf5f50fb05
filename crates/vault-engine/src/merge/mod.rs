//! The three-way merge of an item that was edited in two places.
//!
//! **The order of the log decides, never a clock.** What is already in the log stays current; where both sides changed
//! the same text, the local one is put on the item's list of set-aside values, and the item is marked. Nothing that
//! either side typed is lost: every text of the local item that its base did not have is in the result, but for the lower
//! of two counters of one-time codes, which nobody typed. The rules, part by part, are in `docs/formats/item-payload.md`.
//!
//! Everything here is pure: no input, output, clock or randomness. The same items give the same bytes on every device.
//!
//! A client keeps its unconfirmed revisions in [`LocalEdits`], which checks that they are a chain, and asks it to
//! [`rebase`](LocalEdits::rebase) them when the log has moved on. [`merge`] is one step of that.
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
//! let Merged::Item(item) = merge(&sides) else { panic!("both have changed something") };
//! assert_eq!(item.title, "Harbour");
//! assert_eq!(item.superseded[0].value.expose(), "Port");
//! assert!(item.flags.edited_in_two_places);
//! ```

mod aside;
mod attachments;
mod chain;
mod choice;
mod copy;
mod counter;
mod fields;
mod items;
mod order;
mod passkeys;
mod same;
mod unknown;

#[cfg(test)]
mod tests;

use crate::item;
use crate::item::Item;

pub use chain::{Body, BrokenChain, Current, LocalEdits, Rebased, Revision, Written};

/// What an item is at some point of the log.
#[derive(Clone, Copy)]
pub enum State<'a> {
    /// There, with this content.
    Put(&'a Item),
    /// Deleted for good: a tombstone.
    Deleted,
}

/// The three sides of a merge. The names keep them apart: to exchange two is to lose somebody's edit.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// The revision that the local edit was made on, and that the log has gone on from.
    ///
    /// None if its content is not at hand; then all that the sides differ in counts as changed by both, and nothing is
    /// removed.
    pub base: Option<&'a Item>,
    /// The item's current revision in the verified log.
    pub in_log: State<'a>,
    /// The local edit that is not in the log.
    pub local: State<'a>,
}

/// What a merge comes to. Only what it names is to be written.
pub enum Merged {
    /// The revision in the log has it all: there is nothing to write.
    AsLogged,
    /// The item's next revision, on top of the one in the log.
    Item(Box<Item>),
    /// A tombstone on top of the revision in the log.
    Deleted,
    /// One item cannot hold both sides, so there will be two: the log's stays as it is, and this one, the local side
    /// whole, becomes an item with an id of its own.
    ///
    /// It happens when both together exceed a limit of the payload, or when both changed something that only a newer
    /// program understands.
    Split(Box<Item>),
}

/// Both sides changed something of which an item can hold only one.
struct Clash;

/// Merges a local edit into the item as it stands in the log.
///
/// Both items must be such as can be encoded, which all are that were read from a vault or written to one; then so is
/// the result.
#[must_use]
pub fn merge(sides: &Sides<'_>) -> Merged {
    match (sides.in_log, sides.local) {
        (State::Deleted, State::Deleted) => Merged::AsLogged,
        (State::Deleted, State::Put(local)) => {
            if is_edited(sides.base, local) {
                Merged::Item(Box::new(copy::item(local)))
            } else {
                Merged::AsLogged
            }
        }
        (State::Put(log), State::Deleted) => {
            if is_edited(sides.base, log) {
                Merged::AsLogged
            } else {
                Merged::Deleted
            }
        }
        (State::Put(log), State::Put(local)) => match items::merge(sides.base, log, local) {
            Ok(merged) if same::item(&merged, log) => Merged::AsLogged,
            Ok(merged) if item::encode(&merged).is_ok() => Merged::Item(Box::new(merged)),
            Ok(_) | Err(Clash) => Merged::Split(Box::new(copy::second(local))),
        },
    }
}

/// Whether a side has something that the other side's deletion must not take along.
///
/// To move an item to the trash is no reason to keep it; to take it out is one.
fn is_edited(base: Option<&Item>, side: &Item) -> bool {
    base.is_none_or(|base| {
        let restored = base.trashed_at.is_some() && side.trashed_at.is_none();
        restored || !same::item_but_for_trash(base, side)
    })
}
