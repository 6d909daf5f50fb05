//! What follows from a record that is in the log.

use vault_wire::AccountId;
use vault_wire::cbor::Canonical;
use vault_wire::roster::{Op, Record, SignedRecord, VerifiedIdentity};

use super::{changes, keys, people};
use crate::session::error::SessionError;
use crate::session::transaction::Transaction;

impl Transaction<'_> {
    /// Takes in a record that took effect: pins the identities that it names, and removes the changes that it contains.
    /// For members that were added from here, grants are due.
    pub(crate) fn take_in_record(
        &mut self,
        vault_key: i64,
        signed: &SignedRecord,
    ) -> Result<(), SessionError> {
        let from_here = changes::settle(&self.db, vault_key, &signed.entry_hash())? > 0;
        let Ok(record) = Record::decode(&signed.bytes) else { return Ok(()) };
        let own = self.vaults.author.account;
        for op in &record.ops {
            match op {
                Op::Add { certificate, accept, .. } => {
                    let Ok(identity) = VerifiedIdentity::check(certificate) else { continue };
                    let account = identity.account_id();
                    if account != own {
                        people::see(&self.db, &identity.certificate)?;
                    }
                    if from_here {
                        keys::set_due(&self.db, vault_key, [&account])?;
                    }
                    if let Some(accept) = accept {
                        let closed = vault_wire::invitation::Accept::decode(&accept.bytes);
                        if let Ok(closed) = closed {
                            self.forget_invitation(&closed.invite)?;
                        }
                    }
                    self.forget_answer(vault_key, &account)?;
                }
                Op::Certificate { certificate } => {
                    if let Ok(identity) = VerifiedIdentity::check(certificate)
                        && identity.account_id() != own
                    {
                        people::see(&self.db, &identity.certificate)?;
                    }
                }
                Op::Revoke { key } => self.forget_invitation(key)?,
                Op::Remove { account } => self.forget_grant(vault_key, account)?,
                Op::Leave => self.forget_grant(vault_key, &record.author)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn forget_invitation(&self, key: &vault_wire::SignPublicKey) -> Result<(), SessionError> {
        self.db.prepare_cached("DELETE FROM invitation WHERE public_key = ?1")?.execute([key.as_bytes()])?;
        Ok(())
    }

    pub(super) fn forget_answer(&self, vault_key: i64, account: &AccountId) -> Result<(), SessionError> {
        self.db
            .prepare_cached("DELETE FROM answer WHERE vault_key = ?1 AND account_id = ?2")?
            .execute((vault_key, account.as_bytes()))?;
        Ok(())
    }

    fn forget_grant(&self, vault_key: i64, account: &AccountId) -> Result<(), SessionError> {
        self.db
            .prepare_cached("DELETE FROM grant_due WHERE vault_key = ?1 AND account_id = ?2")?
            .execute((vault_key, account.as_bytes()))?;
        Ok(())
    }
}
