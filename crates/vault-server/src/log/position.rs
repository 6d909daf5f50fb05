//! How far a vault is, and who may know it.

use std::collections::BTreeSet;

use vault_wire::{AccountId, VaultId};

use super::head::Head;
use super::{Caller, LogError, Logs, access};
use crate::hints::Position;
use crate::store::{Sql, StoreError, VaultKey};

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
        let read = self.store.vault(vault).read(|view| async move { Head::read(&view).await });
        Ok(read.await?.map(|head| head.position()))
    }

    /// How far a vault is, for members.
    ///
    /// # Errors
    /// As for [`Logs::head`].
    pub async fn position_for(&self, caller: &Caller, vault: VaultId) -> Result<Position, LogError> {
        let read = self.store.vault(vault).read(|view| async move { access::member(&view, caller).await });
        Ok(read.await?.0.position())
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
