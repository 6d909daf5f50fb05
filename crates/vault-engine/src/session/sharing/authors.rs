//! Who wrote what.

use vault_wire::cbor::Canonical;
use vault_wire::revision::RevisionHeader;
use vault_wire::{AccountId, ItemId, identity_words};

use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view;
use crate::session::state::Session;
use crate::session::vaults::vault::Vault;

impl Session {
    /// Returns who wrote the current revision of an item, if that was another account.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such item.
    pub fn changed_by(&self, id: ItemId) -> Result<Option<String>, SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        let stored = StoredRevision::of_entry(&self.db, current.entry_key)?;
        self.author_of(self.vaults.get(current.vault_key)?, &stored)
    }

    /// Returns the name of a revision's author, if that is another account; without a name, words or digits that
    /// identify it.
    pub(crate) fn author_of(
        &self,
        vault: &Vault,
        stored: &StoredRevision,
    ) -> Result<Option<String>, SessionError> {
        let header = RevisionHeader::decode(&stored.signed.header);
        let author = header.map_err(|_| SessionError::DatabaseDamaged)?.author;
        if author == self.vaults.author.account {
            return Ok(None);
        }
        let name = self.name_of(vault, &author)?;
        Ok(Some(name.unwrap_or_else(|| unnamed(vault, &author))))
    }
}

/// The first two words of a member's identity, or the first digits of a former member's account.
fn unnamed(vault: &Vault, account: &AccountId) -> String {
    match vault.roster.member(account) {
        Some(member) => {
            let [first, second, ..] = identity_words(&member.identity.hash);
            [first, second].join(" ")
        }
        None => account.to_string().chars().take(8).collect(),
    }
}
