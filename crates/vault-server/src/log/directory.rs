//! The certificates of other accounts.

use std::collections::BTreeSet;

use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical as _;
use vault_wire::invitation::InvitationReading;
use vault_wire::{AccountId, VaultId};

use super::head::Head;
use super::{Caller, LogError, Logs};
use crate::store::{AccountKey, Sql, StoreError};

const VAULTS: Sql<AccountKey> =
    Sql::new("SELECT vault_id FROM vault_list WHERE account_id = $1 AND role > 0");
const CERTIFICATE: Sql<AccountKey> = Sql::new("SELECT certificate FROM account WHERE account_id = $1");

impl Logs {
    /// The certificate of an account that is a member of a vault of the caller's, or of one to which the caller is invited.
    ///
    /// # Errors
    /// [`LogError::NotFound`] for all others.
    pub async fn certificate(
        &self,
        caller: &Caller,
        invitation: Option<&InvitationReading>,
        account: AccountId,
    ) -> Result<SignedCertificate, LogError> {
        if account != caller.account {
            let vaults = self.vaults_of(account).await?;
            let common = !self.vaults_of(caller.account).await?.is_disjoint(&vaults);
            let invited = match invitation {
                Some(invitation) if !common => self.is_invited(caller, invitation, &vaults).await?,
                _ => false,
            };
            if !common && !invited {
                return Err(LogError::NotFound);
            }
        }
        let read = self.store.account(account).read(|view| async move {
            let row = view.first(&CERTIFICATE, &[]).await?.ok_or(LogError::NotFound)?;
            SignedCertificate::decode(&row.get::<Vec<u8>>(0)?).map_err(|_| StoreError::Damaged.into())
        });
        read.await
    }

    /// Whether the invitation is to one of these vaults. Its signature names the vault, so only that one is opened.
    async fn is_invited(
        &self,
        caller: &Caller,
        invitation: &InvitationReading,
        vaults: &BTreeSet<VaultId>,
    ) -> Result<bool, LogError> {
        let named = vaults.iter().find(|vault| invitation.verify(vault, &caller.account).is_ok());
        let Some(vault) = named else { return Ok(false) };
        let check = self.store.vault(*vault).read(|view| async move {
            let head = Head::read(&view).await?.ok_or(LogError::NotFound)?;
            self.check_invitation(&view, &head, caller, invitation).await
        });
        match check.await {
            Ok(()) => Ok(true),
            Err(LogError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn vaults_of(&self, account: AccountId) -> Result<BTreeSet<VaultId>, StoreError> {
        let rows = self.store.account(account).read(|view| async move { view.query(&VAULTS, &[]).await });
        rows.await?.iter().map(|row| row.get(0)).collect()
    }
}
