//! What a backup says of the database it is of, and what is checked in its copy.

use std::ops::ControlFlow;

use rusqlite::Connection;
use vault_wire::log::Head;
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot, Root, VaultId};

use crate::session::integrity::check;
use crate::session::integrity::check::Log;
use crate::session::keys::Home;
use crate::session::vaults::vault::Vaults;
use crate::session::{CheckError, SessionError};

/// All documents of a database, ordered by their ids.
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

/// How far the log of each vault goes, ordered by their ids.
pub(crate) fn heads(db: &Connection) -> Result<Vec<(VaultId, Head)>, SessionError> {
    let mut all = db.prepare("SELECT vault_id, head_seq, head_root FROM vault ORDER BY vault_id")?;
    let all = all.query_map([], |row| {
        let head = Head { seq: row.get(1)?, root: Root::from_bytes(row.get(2)?) };
        Ok((VaultId::from_bytes(row.get(0)?), head))
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

/// Replays the log of each vault for as long as `go_on` lets it, and answers with the number of their entries. Without keys
/// the cards that name the other vaults stay shut: that of the home vault must be the one known, those of the others must
/// hold in themselves.
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

/// Opens the keys of a database that is about to become a profile, and replays its logs.
pub(crate) fn prove(db: &Connection, root_key: &vault_crypto::RootKey) -> Result<u64, CheckError> {
    let vaults = Vaults::open(db, root_key, &root_key.derive_local_key())?;
    check::check(db, vaults.logs(), &mut || ControlFlow::Continue(()))
}
