//! The certificates of other accounts.

use std::collections::BTreeSet;

use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical as _;
use vault_wire::{AccountId, VaultId};

use super::{Caller, LogError, Logs};
use crate::store::{AccountKey, Sql, StoreError};

const VAULTS: Sql<AccountKey> =
    Sql::new("SELECT vault_id FROM vault_list WHERE account_id = $1 AND role > 0");
const CERTIFICATE: Sql<AccountKey> = Sql::new("SELECT certificate FROM account WHERE account_id = $1");

impl Logs {
    /// The certificate of an account that is a member of a vault of the caller's, or the caller.
    ///
    /// # Errors
    /// [`LogError::NotFound`] for all others.
    pub async fn certificate(
        &self,
        caller: &Caller,
        account: AccountId,
    ) -> Result<SignedCertificate, LogError> {
        let known = account == caller.account
            || !self.vaults_of(caller.account).await?.is_disjoint(&self.vaults_of(account).await?);
        if !known {
            return Err(LogError::NotFound);
        }
        let read = self.store.account(account).read(|view| async move {
            let row = view.first(&CERTIFICATE, &[]).await?.ok_or(LogError::NotFound)?;
            SignedCertificate::decode(&row.get::<Vec<u8>>(0)?).map_err(|_| StoreError::Damaged.into())
        });
        read.await
    }

    async fn vaults_of(&self, account: AccountId) -> Result<BTreeSet<VaultId>, StoreError> {
        let rows = self.store.account(account).read(|view| async move { view.query(&VAULTS, &[]).await });
        rows.await?.iter().map(|row| row.get(0)).collect()
    }
}
