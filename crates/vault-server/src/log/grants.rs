//! Grants: the vault's keys, sealed for each member.

use vault_wire::cbor::Canonical as _;
use vault_wire::grant::{Grant, GrantContext};
use vault_wire::log::RejectReason;
use vault_wire::message::{LackingGrants, MAX_GRANTS, Refusal};
use vault_wire::{AccountId, VaultId};

use super::{Caller, LogError, Logs, access};
use crate::hints::Change;
use crate::store::{Sql, StoreError, Tx, VaultKey};
use crate::values;

const READ: Sql<VaultKey> =
    Sql::new("SELECT content FROM grant_box WHERE vault_id = $1 AND account_id = $2 AND epoch = $3");
const WRITE: Sql<VaultKey> = Sql::new(
    "INSERT INTO grant_box (vault_id, account_id, epoch, content) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vault_id, account_id, epoch) DO UPDATE SET content = excluded.content",
);
const GENERATION: Sql<VaultKey> =
    Sql::new("SELECT generation FROM member WHERE vault_id = $1 AND account_id = $2");
const LACKING: Sql<VaultKey> = Sql::new(
    "SELECT m.account_id FROM member m
     WHERE m.vault_id = $1 AND NOT EXISTS (
         SELECT 1 FROM grant_box g WHERE g.vault_id = $1 AND g.account_id = m.account_id AND g.epoch = $2)
     ORDER BY m.account_id LIMIT $3",
);

impl Logs {
    /// The first members without a grant of the present epoch, for those who may put it.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn lacking_grants(&self, caller: &Caller, vault: VaultId) -> Result<LackingGrants, LogError> {
        let read = self.store.vault(vault).read(|view| async move {
            let (head, role) = access::member(&view, caller).await?;
            if !role.may_rotate() {
                return Err(LogError::Forbidden);
            }
            let rows = view.query(&LACKING, values![head.epoch, MAX_GRANTS]).await?;
            let accounts = rows.iter().map(|row| row.get(0)).collect::<Result<_, StoreError>>()?;
            Ok(LackingGrants { epoch: head.epoch, accounts })
        });
        read.await
    }

    /// The grant of an epoch, for its recipient.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn grant(
        &self,
        caller: &Caller,
        vault: VaultId,
        epoch: u32,
        recipient: AccountId,
    ) -> Result<Grant, LogError> {
        let read = self.store.vault(vault).read(|view| async move {
            access::member(&view, caller).await?;
            if recipient != caller.account {
                return Err(LogError::Forbidden);
            }
            let row = view.first(&READ, values![recipient, epoch]).await?.ok_or(LogError::NotFound)?;
            Grant::decode(&row.get::<Vec<u8>>(0)?).map_err(|_| StoreError::Damaged.into())
        });
        read.await
    }

    /// Stores grants, all or none, in place of those for the same epochs and members.
    ///
    /// # Errors
    /// [`LogError::Forbidden`] if the caller may not make one of them, [`LogError::Refused`] if one is for nobody's use.
    pub async fn put_grants(
        &self,
        caller: &Caller,
        vault: VaultId,
        grants: &[Grant],
    ) -> Result<(), LogError> {
        let put = self.store.vault(vault).run(|tx| async move {
            let (head, role) = access::member(&tx, caller).await?;
            for grant in grants {
                let GrantContext { vault_id, epoch, recipient, generation } = grant.context;
                if vault_id != vault {
                    return Err(LogError::Malformed);
                }
                let own = recipient == caller.account;
                if !own && !role.may_rotate() {
                    return Err(LogError::Forbidden);
                }
                let current = if own { (1..=head.epoch).contains(&epoch) } else { epoch == head.epoch };
                if !current {
                    return Err(RejectReason::Epoch.into());
                }
                if generation_of(&tx, &recipient).await?.is_none_or(|newest| generation > newest) {
                    return Err(LogError::Refused(Some(Refusal::Rejected(RejectReason::Member))));
                }
                tx.execute(&WRITE, values![recipient, epoch, grant.encode()]).await?;
            }
            Ok(())
        });
        put.await?;
        // Those who wait for a key look for it.
        self.hints.announce(Change::Beside(vault));
        Ok(())
    }
}

async fn generation_of(tx: &Tx<VaultKey>, account: &AccountId) -> Result<Option<u32>, StoreError> {
    tx.first(&GENERATION, values![account]).await?.map(|row| row.get(0)).transpose()
}
