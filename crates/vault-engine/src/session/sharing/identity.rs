//! A new identity of this account, in the logs of its vaults.
//!
//! Each log gets a record of its own, which the new identity signs. It is made on the log as it is, so another device that was
//! quicker leaves nothing to do. Until it is in a log, the vault is readable only: what the earlier identity signs may be somebody
//! else's by now. A vault that no server has gets the record at once.

use std::collections::BTreeMap;

use vault_crypto::sign_record;
use vault_wire::log::{Entry, LogVerifier, Named, Verdict, next_root};
use vault_wire::message::PushBatch;
use vault_wire::roster::{Op, Record, Roster, SignedRecord};

use super::error::MembersError;
use crate::session::error::SessionError;
use crate::session::rows::entries::NewEntry;
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::session::vaults::past;
use crate::session::vaults::vault::{Author, Vault};

/// A record that names a new identity in a vault that no server has.
pub(crate) struct NamedHere {
    vault_key: i64,
    record: SignedRecord,
}

impl Session {
    /// Returns whether the log of a vault has an earlier identity of this account, and can be told the present one.
    pub(super) fn is_identity_due(&self, vault: &Vault) -> Result<bool, SessionError> {
        let author = &self.vaults.author;
        let member = vault.roster.member(&author.account);
        Ok(member.is_some_and(|member| author.follows(member.certificate())) && self.takes_records(vault)?)
    }

    /// Makes the record that names the present identity.
    pub(super) fn identity_record(&mut self, vault_key: i64) -> Result<Option<PushBatch>, SessionError> {
        let certificate = Box::new(self.vaults.author.certificate.clone());
        let record = match self.record_of(vault_key, vec![Op::Certificate { certificate }]) {
            Ok(record) => record,
            Err(MembersError::Session(error)) => return Err(error),
            Err(_) => return Ok(None),
        };
        let signed = self.signed(&record, None);
        match self.verdict(vault_key, &signed)? {
            Verdict::Accepted => self.prepare_push(vault_key, &[], signed, None).map(Some),
            _ => Ok(None),
        }
    }

    /// Makes the records that name `next` in the vaults that no server has, and their rosters.
    pub(crate) fn named_here(
        &self,
        next: &Author,
    ) -> Result<(Vec<NamedHere>, BTreeMap<i64, Roster>), SessionError> {
        let (mut records, mut rosters) = (Vec::new(), BTreeMap::new());
        for vault in self.vaults.iter().filter(|vault| vault.confirmed.is_none()) {
            let member = vault.roster.member(&next.account);
            if !member.is_some_and(|member| next.follows(member.certificate())) {
                continue;
            }
            let base = self.base_of(vault)?;
            let record = Record {
                vault_id: vault.id,
                prev: *vault.roster.last_record(),
                base_seq: base.seq,
                base_root: base.root,
                author: next.account,
                generation: next.identity.generation(),
                made_at: self.clock.now().0,
                ops: vec![Op::Certificate { certificate: Box::new(next.certificate.clone()) }],
            };
            let record = sign_record(&record, &next.identity, None);
            let mut named = Named::default();
            named.add(Entry::Record(&record));
            let past = past::load(&self.db, vault.vault_key, vault.head, &named)?;
            let mut log = LogVerifier::resume(vault.roster.clone(), past);
            if log.push(Entry::Record(&record)) == Verdict::Accepted {
                rosters.insert(vault.vault_key, log.into_roster());
                records.push(NamedHere { vault_key: vault.vault_key, record });
            }
        }
        Ok((records, rosters))
    }
}

impl Transaction<'_> {
    /// Appends a record to the log of a vault that no server has.
    pub(crate) fn append_record(&mut self, named: &NamedHere) -> Result<(), SessionError> {
        let NamedHere { vault_key, record } = named;
        let head = self.head(self.vault(*vault_key)?);
        let (seq, hash, signatures) = (head.seq + 1, record.entry_hash(), record.signatures());
        let root = next_root(&head.root, seq, &hash, &signatures);
        let entry = NewEntry {
            vault_key: *vault_key,
            seq,
            root: &root,
            item_id: None,
            hash: hash.as_bytes(),
            header: &record.bytes,
            signatures: &signatures,
            body_hash: None,
            body: None,
            written_at: self.now,
        };
        entry.insert(&self.db)?;
        self.set_head(*vault_key, vault_wire::log::Head { seq, root });
        Ok(())
    }
}
