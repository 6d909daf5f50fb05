//! Changes of members that a directory asks for. Programs of a vault's managers make them, each where its account may.

use std::collections::{BTreeMap, BTreeSet};

use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::cbor::Canonical;
use vault_wire::roster::{Op, Record, SignedRecord};
use vault_wire::{AccountId, CertificateHash, VaultId};

use super::difference::{Deviation, DeviationKind};
use crate::session::error::SessionError;
use crate::session::sharing::changes;
use crate::session::state::Session;
use crate::session::vaults::vault::Vault;

/// Changes that are made at once.
const STEP: usize = 256;

impl Session {
    /// Adds the changes that the directory of a vault asks for and this account may make. Returns how many.
    pub(crate) fn assign_members(&mut self, vault_key: i64) -> Result<usize, SessionError> {
        let vault = self.vaults.get(vault_key)?;
        let due = self.assignable(vault)?;
        if due.is_empty() {
            return Ok(0);
        }
        let known = self.asked_for(vault)?;
        let due: Vec<&Deviation> = due
            .iter()
            .filter(|deviation| !known.contains(&(deviation.account, deviation.kind)))
            .take(STEP)
            .collect();
        let added: BTreeSet<AccountId> = due
            .iter()
            .filter(|deviation| matches!(deviation.kind, DeviationKind::Add(_)))
            .map(|deviation| deviation.account)
            .collect();
        let certificates = match self.team_of(vault)? {
            Some(directory) if !added.is_empty() => self.certificates(directory.id, &added)?,
            _ => BTreeMap::new(),
        };
        let ops: Vec<Op> = due
            .iter()
            .filter_map(|Deviation { account, kind, .. }| {
                let account = *account;
                Some(match kind {
                    DeviationKind::Add(role) => Op::Add {
                        certificate: Box::new(certificates.get(&account)?.clone()),
                        role: *role,
                        accept: None,
                    },
                    DeviationKind::Role(role) => Op::Role { account, role: *role },
                    DeviationKind::Remove => Op::Remove { account },
                    DeviationKind::RemoveOwner => return None,
                })
            })
            .collect();
        if !ops.is_empty() {
            self.write(|tx| {
                ops.iter().try_for_each(|op| changes::add_of_team(&tx.db, vault_key, op, tx.now))
            })?;
        }
        Ok(ops.len())
    }

    /// Returns whether the directory of a vault asks for changes that this account may make and that do not wait yet.
    pub(crate) fn has_assignments(&self, vault: &Vault) -> Result<bool, SessionError> {
        let due = self.assignable(vault)?;
        if due.is_empty() {
            return Ok(false);
        }
        let known = self.asked_for(vault)?;
        Ok(due.iter().any(|deviation| !known.contains(&(deviation.account, deviation.kind))))
    }

    /// What the changes of a vault's members that wait, or had no effect, would do.
    fn asked_for(&self, vault: &Vault) -> Result<BTreeSet<(AccountId, DeviationKind)>, SessionError> {
        let ops = changes::ops(&self.db, vault.vault_key)?;
        Ok(ops.iter().filter_map(done_by).collect())
    }

    /// The changes that the directory of a vault asks for and this account may make.
    fn assignable(&self, vault: &Vault) -> Result<Vec<Deviation>, SessionError> {
        let own = self.vaults.author.account;
        if !vault.role_of(&own).is_some_and(|role| role.may_rotate()) {
            return Ok(Vec::new());
        }
        let Some(directory) = self.team_of(vault)? else { return Ok(Vec::new()) };
        let mut due = self.deviations(&directory, vault)?;
        due.retain(|deviation| {
            deviation.by.contains(&own)
                && !deviation.is_contradicted
                && deviation.kind != DeviationKind::RemoveOwner
        });
        Ok(due)
    }

    /// Returns the present certificates of members of a vault, as its log has them.
    fn certificates(
        &self,
        vault: VaultId,
        wanted: &BTreeSet<AccountId>,
    ) -> Result<BTreeMap<AccountId, SignedCertificate>, SessionError> {
        let vault = self.vaults.find(vault)?;
        let hashes: BTreeMap<CertificateHash, AccountId> = wanted
            .iter()
            .filter_map(|account| Some((vault.roster.member(account)?.identity.hash, *account)))
            .collect();
        let mut records = self.db.prepare_cached(
            "SELECT header, signature FROM entry LEFT JOIN entry_status USING (entry_key)
             WHERE vault_key = ?1 AND item_id IS NULL AND body_hash IS NULL AND status IS NULL ORDER BY seq",
        )?;
        let mut rows = records.query([vault.vault_key])?;
        let mut found = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let signatures: Vec<u8> = row.get(1)?;
            let record = SignedRecord::from_parts(row.get(0)?, &signatures);
            let record = record.map_err(|_| SessionError::DatabaseDamaged)?;
            let Ok(record) = Record::decode(&record.bytes) else { continue };
            for op in record.ops {
                let (Op::Add { certificate, .. } | Op::Certificate { certificate }) = op else { continue };
                if let Some(account) = hashes.get(&certificate.hash()) {
                    found.insert(*account, *certificate);
                }
            }
        }
        Ok(found)
    }
}

/// What an operation does that a directory may ask for.
fn done_by(op: &Op) -> Option<(AccountId, DeviationKind)> {
    Some(match op {
        Op::Add { certificate, role, .. } => {
            let certificate = Certificate::decode(&certificate.bytes).ok()?;
            (certificate.account_id(), DeviationKind::Add(*role))
        }
        Op::Role { account, role } => (*account, DeviationKind::Role(*role)),
        Op::Remove { account } => (*account, DeviationKind::Remove),
        _ => return None,
    })
}
