//! Vaults, their logs and grants. Nothing of an answer is verified here.

use vault_wire::grant::Grant;
use vault_wire::invitation::{Answer, InvitationReading};
use vault_wire::message::{
    AnswerList, GrantList, HealBatch, LackingGrants, LogEntry, LogPage, LogQuery, LogRange, PushBatch,
    PushReply, VaultHead, VaultList,
};
use vault_wire::{AccountId, VaultId};

use crate::error::Error;
use crate::session::Session;
use crate::transport::{Cbor, Nothing, Request};

impl Session {
    /// Returns a page of the account's vaults: those after this id.
    ///
    /// # Errors
    /// [`Error::Malformed`] also if the page is not after the id, so that reading all pages ends.
    pub async fn vaults(&self, after: Option<&VaultId>) -> Result<VaultList, Error> {
        let request = Request::get("/v1/vaults");
        let request = match after {
            Some(after) => request.query(format!("after={after}")),
            None => request,
        };
        let Cbor(page): Cbor<VaultList> = self.call(&request).await?;
        let first = page.vaults.first().map(|head| &head.vault_id);
        if after.zip(first).is_some_and(|(after, first)| first <= after) {
            return Err(Error::Malformed);
        }
        Ok(page)
    }

    /// Creates a vault by its genesis record.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_vault(&self, genesis: &LogEntry) -> Result<VaultHead, Error> {
        let Cbor(head) = self.call(&Request::post("/v1/vaults").cbor(genesis)?.answered_by(201)).await?;
        Ok(head)
    }

    /// Returns the head of a vault.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Malformed`] also if it is of another vault.
    pub async fn head(&self, vault: &VaultId) -> Result<VaultHead, Error> {
        let Cbor(head): Cbor<VaultHead> =
            self.call(&Request::get(format!("/v1/vaults/{vault}/head"))).await?;
        if head.vault_id == *vault { Ok(head) } else { Err(Error::Malformed) }
    }

    /// Returns a page of a log.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Malformed`] also if it is another page than the requested one.
    pub async fn log_page(&self, vault: &VaultId, query: &LogQuery) -> Result<LogPage, Error> {
        self.page(vault, query, None).await
    }

    /// The same for an account that is invited to the vault, and no member yet.
    ///
    /// # Errors
    /// As [`Session::log_page`].
    pub async fn invited_page(
        &self,
        vault: &VaultId,
        query: &LogQuery,
        reading: &InvitationReading,
    ) -> Result<LogPage, Error> {
        self.page(vault, query, Some(reading)).await
    }

    async fn page(
        &self,
        vault: &VaultId,
        query: &LogQuery,
        reading: Option<&InvitationReading>,
    ) -> Result<LogPage, Error> {
        let request =
            Request::get(format!("/v1/vaults/{vault}/log")).query(query.to_string()).invited(reading);
        let Cbor(page): Cbor<LogPage> = self.call(&request).await?;
        let asked =
            page.vault_id == *vault && page.after == query.after && page.entries.len() as u64 <= query.limit;
        if asked { Ok(page) } else { Err(Error::Malformed) }
    }

    /// Returns a complete range of a log, without bodies.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Malformed`] also if it is another range.
    pub async fn log_range(&self, vault: &VaultId, index: u64) -> Result<LogRange, Error> {
        let request = Request::get(format!("/v1/vaults/{vault}/log/ranges/{index}"));
        let Cbor(range): Cbor<LogRange> = self.call(&request).await?;
        if range.vault_id == *vault && range.index == index { Ok(range) } else { Err(Error::Malformed) }
    }

    /// Sends entries. What the reply says is believed only once it is read back.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Malformed`] also if there is not one result for each entry.
    pub async fn push(&self, vault: &VaultId, batch: &PushBatch) -> Result<PushReply, Error> {
        let request = Request::post(format!("/v1/vaults/{vault}/log")).cbor(batch)?;
        let Cbor(reply): Cbor<PushReply> = self.call(&request).await?;
        if reply.results.len() == batch.entries.len() { Ok(reply) } else { Err(Error::Malformed) }
    }

    /// Sends entries again that a restored server has lost.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn heal(&self, vault: &VaultId, batch: &HealBatch) -> Result<VaultHead, Error> {
        let request = Request::post(format!("/v1/vaults/{vault}/log/heal")).cbor(batch)?;
        let Cbor(head) = self.call(&request).await?;
        Ok(head)
    }

    /// Returns the grant of an account for an epoch.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn grant(&self, vault: &VaultId, epoch: u32, account: &AccountId) -> Result<Grant, Error> {
        let path = format!("/v1/vaults/{vault}/grants/{epoch}/{account}");
        let Cbor(grant) = self.call(&Request::get(path)).await?;
        Ok(grant)
    }

    /// Stores the grant of one account.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn put_grant(&self, vault: &VaultId, grant: &Grant) -> Result<(), Error> {
        let (epoch, account) = (grant.context.epoch, grant.context.recipient);
        let path = format!("/v1/vaults/{vault}/grants/{epoch}/{account}");
        let Nothing = self.call(&Request::put(path).cbor(grant)?.answered_by(204)).await?;
        Ok(())
    }

    /// Returns the answers to invitations to a vault, for those who may add members.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn answers(&self, vault: &VaultId) -> Result<AnswerList, Error> {
        let Cbor(list) = self.call(&Request::get(format!("/v1/vaults/{vault}/accepts"))).await?;
        Ok(list)
    }

    /// Answers an invitation to a vault.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn answer(&self, vault: &VaultId, answer: &Answer) -> Result<(), Error> {
        let request = Request::post(format!("/v1/vaults/{vault}/accepts")).cbor(answer)?.answered_by(204);
        let Nothing = self.call(&request).await?;
        Ok(())
    }

    /// Returns the members for whom the server says that it has no grant of the present epoch.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn lacking_grants(&self, vault: &VaultId) -> Result<LackingGrants, Error> {
        let Cbor(lacking) = self.call(&Request::get(format!("/v1/vaults/{vault}/grants"))).await?;
        Ok(lacking)
    }

    /// Stores grants of several accounts for the current epoch.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn put_grants(&self, vault: &VaultId, grants: &GrantList) -> Result<(), Error> {
        let request = Request::post(format!("/v1/vaults/{vault}/grants")).cbor(grants)?.answered_by(204);
        let Nothing = self.call(&request).await?;
        Ok(())
    }
}
