//! Redirects of moved items. An item moved to another vault gets a new id, so that members of both vaults cannot link
//! the two; existing links still name the old id. Only this computer stores which id became which.

use rusqlite::Connection;
use vault_wire::{ItemId, VaultId};

use crate::item::ItemType;
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::rows::{meta, view};
use crate::session::state::Session;

/// Redirects that are kept; the oldest are dropped first.
const KEPT: usize = 4_096;
/// Two ids.
const PAIR: usize = 32;

/// The item that a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkTarget {
    /// Its current id.
    pub id: ItemId,
    /// The vault it is in.
    pub vault: VaultId,
    /// Its type.
    pub item_type: ItemType,
    /// Its title.
    pub title: String,
    /// Whether it is in the trash.
    pub trashed: bool,
}

impl Session {
    /// Follows a link, also to an item that has been moved to another vault of this profile. Returns `None` if it no
    /// longer exists.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn link_target(&self, id: ItemId) -> Result<Option<LinkTarget>, SessionError> {
        let mut id = id;
        let mut moves = None;
        loop {
            if let Some(row) = list::rows_of_items(&self.db, &[id])?.pop() {
                let place = view::current(&self.db, id)?.map(|current| current.place);
                let trashed = place == Some(view::ItemState::Trash.number());
                let crate::session::lists::query::Row { vault, item_type, title, .. } = row;
                return Ok(Some(LinkTarget { id, vault, item_type, title, trashed }));
            }
            let known = match &mut moves {
                Some(known) => known,
                unread => unread.insert(read(&self.db)?),
            };
            // Each step is a later move, so this terminates.
            let Some(at) = known.iter().rposition(|(from, _)| *from == id) else { return Ok(None) };
            let mut later = known.split_off(at).into_iter();
            match later.next() {
                Some((_, to)) => id = to,
                None => return Ok(None),
            }
            *known = later.collect();
        }
    }
}

/// Stores redirects for moved items.
pub(crate) fn note(
    db: &Connection,
    moved: impl ExactSizeIterator<Item = (ItemId, ItemId)>,
) -> Result<(), SessionError> {
    if moved.len() == 0 {
        return Ok(());
    }
    let mut moves = read(db)?;
    moves.extend(moved);
    let surplus = moves.len().saturating_sub(KEPT);
    let kept = moves.get(surplus..).unwrap_or_default();
    let bytes: Vec<u8> =
        kept.iter().flat_map(|(from, to)| [*from.as_bytes(), *to.as_bytes()].concat()).collect();
    meta::set(db, meta::MOVED, &bytes)
}

/// Reads the pairs of old and new id, oldest first.
fn read(db: &Connection) -> Result<Vec<(ItemId, ItemId)>, SessionError> {
    let bytes = meta::get(db, meta::MOVED)?.unwrap_or_default();
    let (pairs, _) = bytes.as_chunks::<PAIR>();
    let pair = |bytes: &[u8; PAIR]| {
        let (ids, _) = bytes.as_chunks::<16>();
        let id = |at: usize| ids.get(at).copied().map(ItemId::from_bytes);
        Some((id(0)?, id(1)?))
    };
    Ok(pairs.iter().filter_map(pair).collect())
}
