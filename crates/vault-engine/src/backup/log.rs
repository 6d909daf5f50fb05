//! Reading documents and log heads for a manifest, and replaying the logs of a copy.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rusqlite::Connection;
use vault_wire::log::Head;
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot, Root, VaultId};

use crate::session::integrity::check;
use crate::session::keys::Home;
use crate::session::rows::blobs;
use crate::session::vaults::log::Log;
use crate::session::vaults::vault::Vaults;
use crate::session::{CheckError, SessionError};
use crate::store;

/// Lists all documents of a database, ordered by id.
pub(crate) fn documents(db: &Connection) -> Result<Vec<BlobRef>, SessionError> {
    let mut all = db.prepare("SELECT blob_id, ct_size, ct_root FROM blob ORDER BY blob_id")?;
    let all = all.query_map([], |row| {
        Ok(BlobRef {
            blob_id: BlobId::from_bytes(row.get(0)?),
            ct_size: row.get(1)?,
            ct_root: CtRoot::from_bytes(row.get(2)?),
        })
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

/// Lists the documents of a database that were not downloaded yet. Before schema version 4 there were none.
pub(crate) fn not_here(db: &Connection) -> Result<BTreeSet<BlobId>, SessionError> {
    const FIRST: u32 = 4;
    if store::form(db)? < FIRST {
        return Ok(BTreeSet::new());
    }
    Ok(blobs::not_here(db)?.into_iter().collect())
}

/// Lists the head of each vault's log, ordered by vault id.
pub(crate) fn heads(db: &Connection) -> Result<Vec<(VaultId, Head)>, SessionError> {
    let mut all = db.prepare("SELECT vault_id, head_seq, head_root FROM vault ORDER BY vault_id")?;
    let all = all.query_map([], |row| {
        let head = Head { seq: row.get(1)?, root: Root::from_bytes(row.get(2)?) };
        Ok((VaultId::from_bytes(row.get(0)?), head))
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

/// Replays the log of each vault until `go_on` cancels, and returns the number of entries. Without keys the metadata
/// that names the other vaults cannot be opened: the home vault's log must have the known genesis, the other logs are
/// checked by themselves.
pub(crate) fn replay(
    db: &Connection,
    home: &Home,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<u64, CheckError> {
    let logs = Log::all(db)?;
    if !logs.iter().any(|log| log.vault == home.vault_id && log.genesis == home.genesis) {
        return Err(SessionError::DatabaseDamaged.into());
    }
    check::check(db, logs.into_iter(), go_on)
}

/// Opens the vault keys of a database that is to become a profile, and replays its logs.
pub(crate) fn prove(db: &Connection, root_key: &vault_crypto::RootKey) -> Result<u64, CheckError> {
    let vaults = Vaults::open(db, root_key, &root_key.derive_local_key())?;
    check::check(db, vaults.logs(), &mut || ControlFlow::Continue(()))
}
