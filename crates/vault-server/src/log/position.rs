//! How far a vault is, and who may know it.

use std::collections::BTreeSet;

use vault_wire::{AccountId, VaultId};

use super::head::Head;
use super::{Caller, Factor, LogError, Logs};
use crate::hints::Position;
use crate::store::{Sql, StoreError, VaultKey};
use crate::values;

const POSITION: Sql<VaultKey> = Sql::new("SELECT head_seq, record_seq FROM vault_head WHERE vault_id = $1");
const POSITION_FOR: Sql<VaultKey> = Sql::new(
    "SELECT h.head_seq, h.record_seq, h.factor
     FROM vault_head h JOIN member m ON m.vault_id = h.vault_id
     WHERE h.vault_id = $1 AND m.account_id = $2",
);
const MEMBERS: Sql<VaultKey> = Sql::new("SELECT account_id FROM member WHERE vault_id = $1");

/// Who may read a vault.
#[derive(Clone, Debug)]
pub struct Readers {
    /// How far the vault is.
    pub position: Position,
    /// Whether they need a second factor.
    pub factor: bool,
    /// The members.
    pub members: BTreeSet<AccountId>,
}

impl Head {
    const fn position(&self) -> Position {
        Position { seq: self.seq, record_seq: self.record_seq }
    }
}

impl Logs {
    /// How far a vault is; `None` if it does not exist.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn position(&self, vault: VaultId) -> Result<Option<Position>, StoreError> {
        let row = self.store.vault(vault).first(&POSITION, &[]).await?;
        row.map(|row| Ok(Position { seq: row.get(0)?, record_seq: row.get(1)? })).transpose()
    }

    /// How far a vault is, for members.
    ///
    /// # Errors
    /// As for [`Logs::head`].
    pub async fn position_for(&self, caller: &Caller, vault: VaultId) -> Result<Position, LogError> {
        let row = self.store.vault(vault).first(&POSITION_FOR, values![caller.account]).await?;
        let row = row.ok_or(LogError::NotFound)?;
        if row.get(2)? && caller.factor == Factor::Missing {
            return Err(LogError::FactorRequired);
        }
        Ok(Position { seq: row.get(0)?, record_seq: row.get(1)? })
    }

    /// Who may read a vault; `None` if it does not exist.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn readers(&self, vault: VaultId) -> Result<Option<Readers>, StoreError> {
        let read = self.store.vault(vault).read(|view| async move {
            let Some(head) = Head::read(&view).await? else { return Ok(None) };
            let members = view.query(&MEMBERS, &[]).await?;
            let members = members.iter().map(|row| row.get(0)).collect::<Result<_, StoreError>>()?;
            Ok(Some(Readers { position: head.position(), factor: head.factor, members }))
        });
        read.await
    }
}
