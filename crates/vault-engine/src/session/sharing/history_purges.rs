//! What a rule removed from histories, and the server is to drop too.
//!
//! That a body is missing here says nothing: a device receives only those of current revisions. So what was removed is noted, in
//! rows of `meta` for each vault: items, and the first revision of each that is kept.

use rusqlite::{Connection, OptionalExtension};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::roster::Op;
use vault_wire::{ItemId, RevHash, VaultId};

use crate::session::error::SessionError;
use crate::session::vaults::past;
use crate::session::vaults::vault::Vault;

/// Name of a row, before the vault's id and the hash of its first revision.
const REMOVED: &str = "purge-history.";
/// The most items in a row.
const TOGETHER: usize = 1_024;

/// Items, and the first revision of each that is kept.
struct Removed(Vec<(ItemId, RevHash)>);

/// Whether the server is to drop what came before a revision.
enum State {
    Due(Op),
    /// The revision is not in the log yet.
    Later,
    /// It was purged, or is no revision of the log any more.
    Done,
}

/// Notes that everything before these revisions was removed.
pub(crate) fn note(db: &Connection, vault: &VaultId, kept: &[(ItemId, RevHash)]) -> Result<(), SessionError> {
    for part in kept.chunks(TOGETHER) {
        let Some((_, first)) = part.first() else { continue };
        // A revision becomes the first one that is kept only once.
        let name = format!("{}{first}", prefix(vault));
        let mut put = db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?;
        put.execute((name, Removed(part.to_vec()).encode()))?;
    }
    Ok(())
}

/// Returns what is to be purged of a vault's histories, and the rows of which nothing is any more.
pub(super) fn due(
    db: &Connection,
    vault: &Vault,
    confirmed: u64,
    most: usize,
) -> Result<(Vec<Op>, Vec<String>), SessionError> {
    let (mut due, mut done) = (Vec::new(), Vec::new());
    let begin = prefix(&vault.id);
    let mut find = db
        .prepare_cached("SELECT name, value FROM meta WHERE name >= ?1 AND name < ?1 || 'g' ORDER BY name")?;
    let mut rows = find.query([&begin])?;
    while let Some(row) = rows.next()? {
        let Removed(kept) =
            Removed::decode(&row.get::<_, Vec<u8>>(1)?).map_err(|_| SessionError::DatabaseDamaged)?;
        let mut is_done = true;
        for (item_id, hash) in kept {
            match state(db, vault, confirmed, item_id, &hash)? {
                State::Due(op) => {
                    due.push(op);
                    is_done = false;
                }
                State::Later => is_done = false,
                State::Done => {}
            }
            if due.len() >= most {
                return Ok((due, done));
            }
        }
        if is_done {
            done.push(row.get(0)?);
        }
    }
    Ok((due, done))
}

/// Forgets rows.
pub(super) fn forget(db: &Connection, rows: &[String]) -> Result<(), SessionError> {
    let mut delete = db.prepare_cached("DELETE FROM meta WHERE name = ?1")?;
    rows.iter().try_for_each(|name| Ok(delete.execute([name]).map(drop)?))
}

fn state(
    db: &Connection,
    vault: &Vault,
    confirmed: u64,
    item_id: ItemId,
    kept: &RevHash,
) -> Result<State, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT seq FROM entry INDEXED BY entry_of_item WHERE item_id = ?1 AND vault_key = ?2 AND hash = ?3",
    )?;
    let found = find.query_row((item_id.as_bytes(), vault.vault_key, kept.as_bytes()), |row| row.get(0));
    let Some(before_seq) = found.optional()? else { return Ok(State::Done) };
    if before_seq > confirmed {
        return Ok(State::Later);
    }
    let current = past::current(db, vault.vault_key, confirmed, &item_id)?;
    let is_due = current.is_some_and(|current| before_seq <= current.seq)
        && vault.roster.purged_before(&item_id) < before_seq;
    Ok(if is_due { State::Due(Op::Purge { item_id, before_seq }) } else { State::Done })
}

fn prefix(vault: &VaultId) -> String {
    format!("{REMOVED}{vault}.")
}

impl Canonical for Removed {
    const MAX_LEN: usize = 8 + TOGETHER * 64;

    fn write(&self) -> Array {
        self.0.iter().fold(Array::new(), |list, (item, kept)| {
            list.array(&Array::new().bytes(item.as_bytes()).bytes(kept.as_bytes()))
        })
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = reader.array_up_to(TOGETHER as u64)?;
        let mut kept = Vec::new();
        for _ in 0..count {
            reader.array(2)?;
            kept.push((reader.fixed()?, reader.fixed()?));
        }
        Ok(Self(kept))
    }
}
