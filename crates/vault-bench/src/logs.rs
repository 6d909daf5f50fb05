//! A server's logs in memory: it verifies what it takes by the code of the real one, without a network and a database.

use std::collections::BTreeMap;

use vault_wire::VaultId;
use vault_wire::log::{Head, LogVerifier, RejectReason, Verdict};
use vault_wire::message::{LogEntry, LogPage, PushBatch, PushReply, PushResult, Refusal};

use crate::result::Result;

/// The logs of all vaults.
#[derive(Default)]
pub struct Logs(BTreeMap<VaultId, Log>);

struct Log {
    verifier: LogVerifier,
    entries: Vec<LogEntry>,
}

impl Logs {
    /// Creates a vault from its genesis record.
    pub fn create(&mut self, vault: VaultId, genesis: &LogEntry) -> Result {
        let LogEntry::Record(record) = genesis else { return Err("not a genesis record".into()) };
        let verifier = LogVerifier::from_genesis(record, None)?;
        self.0.insert(vault, Log { verifier, entries: vec![genesis.clone()] });
        Ok(())
    }

    /// Takes a push.
    pub fn push(&mut self, vault: VaultId, batch: &PushBatch) -> Result<PushReply> {
        let log = self.0.get_mut(&vault).ok_or("no vault")?;
        let results = batch.entries.iter().map(|entry| log.take(entry)).collect();
        let Head { seq, root } = log.verifier.head();
        Ok(PushReply { head_seq: seq, head_root: root, results })
    }

    /// Returns a page of a log.
    pub fn page(&self, vault: VaultId, after: u64, limit: usize) -> Result<LogPage> {
        let log = self.0.get(&vault).ok_or("no vault")?;
        let entries = log.entries.iter().skip(usize::try_from(after)?).take(limit).cloned().collect();
        let Head { seq, root } = log.verifier.head();
        Ok(LogPage { vault_id: vault, after, entries, head_seq: seq, head_root: root })
    }

    /// Returns the entries of a log.
    pub fn entries(&self, vault: VaultId) -> &[LogEntry] {
        self.0.get(&vault).map_or(&[], |log| &log.entries)
    }
}

impl Log {
    fn take(&mut self, entry: &LogEntry) -> PushResult {
        // A rejected entry would count in the log of a server that lies; this one does not write it, and ends the measurement.
        match self.verifier.push(entry.as_entry()) {
            Verdict::Accepted => {
                self.entries.push(entry.clone());
                PushResult::Accepted { seq: self.verifier.head().seq }
            }
            Verdict::Rejected(reason) => PushResult::Refused(Refusal::Rejected(reason)),
            Verdict::Unread => PushResult::Refused(Refusal::Rejected(RejectReason::Format)),
        }
    }
}
