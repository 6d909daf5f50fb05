//! Where items went. One that is moved to another vault gets another id there, so that members of both cannot tell that
//! it is the same; links to it name the id that it had. Only this computer remembers which became which.

use rusqlite::Connection;
use vault_wire::{ItemId, VaultId};

use super::transfer::Carried;
use crate::item::ItemType;
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::rows::{meta, view};
use crate::session::state::Session;

/// Moves that are remembered; the oldest are forgotten first.
const KEPT: usize = 4_096;
/// Two ids.
const PAIR: usize = 32;

/// The item that a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// Its id now.
    pub id: ItemId,
    /// The vault it is in.
    pub vault: VaultId,
    /// Its type.
    pub item_type: ItemType,
    /// Its title.
    pub title: String,
    /// Whether it lies in the trash.
    pub trashed: bool,
}

impl Session {
    /// Follows a link, also to an item that was moved to another vault of this profile since; none if it is gone.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn linked(&self, id: ItemId) -> Result<Option<Linked>, SessionError> {
        let mut id = id;
        let mut moves = None;
        loop {
            if let Some(row) = list::rows_of_items(&self.db, &[id])?.pop() {
                let place = view::current(&self.db, id)?.map(|current| current.place);
                let trashed = place == Some(view::Place::Trash.number());
                let crate::session::lists::query::Row { vault, item_type, title, .. } = row;
                return Ok(Some(Linked { id, vault, item_type, title, trashed }));
            }
            let known = match &mut moves {
                Some(known) => known,
                unread => unread.insert(read(&self.db)?),
            };
            // Each step is one that was moved later, so this ends.
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

/// Remembers where items went.
pub(crate) fn note(db: &Connection, carried: &[Carried]) -> Result<(), SessionError> {
    if carried.is_empty() {
        return Ok(());
    }
    let mut moves = read(db)?;
    moves.extend(carried.iter().map(|one| (one.from, one.to)));
    let surplus = moves.len().saturating_sub(KEPT);
    let kept = moves.get(surplus..).unwrap_or_default();
    let bytes: Vec<u8> =
        kept.iter().flat_map(|(from, to)| [*from.as_bytes(), *to.as_bytes()].concat()).collect();
    meta::set(db, meta::MOVED, &bytes)
}

/// From where to where, the oldest first.
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
