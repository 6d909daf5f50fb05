//! A server's logs in memory, for tests of what a client makes of them. It applies the rules that the real one applies,
//! by the same code, and has neither accounts nor a network.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what a test passes wrongly ends the test"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use vault_wire::log::{Head, LogVerifier, RejectReason, Verdict, empty_root};
use vault_wire::message::{HealBatch, LogEntry, LogPage, PushBatch, PushReply, PushResult, Refusal};
use vault_wire::revision::RevisionHeader;
use vault_wire::roster::Roster;
use vault_wire::{BatchId, BlobId, EntryHash, VaultId, cbor::Canonical};

/// Which bodies a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageBodies {
    /// All that are kept.
    All,
    /// Those of current revisions.
    Live,
    /// None.
    None,
}

/// The log of one vault.
#[derive(Clone)]
struct Log {
    verifier: LogVerifier,
    entries: Vec<LogEntry>,
}

/// All logs, and the answers that devices got.
#[derive(Clone, Default)]
pub struct LogServer {
    logs: BTreeMap<VaultId, Log>,
    answers: HashMap<(u32, BatchId), PushReply>,
    /// The documents that it has; `None` if it takes entries without them.
    documents: Option<BTreeSet<(VaultId, BlobId)>>,
}

impl LogServer {
    /// Creates a vault from its genesis record. One that exists is left as it is.
    ///
    /// # Panics
    /// If the entry is not a genesis record.
    pub fn create(&mut self, vault: VaultId, genesis: &LogEntry) {
        let LogEntry::Record(record) = genesis else { panic!("not a record") };
        let verifier = LogVerifier::from_genesis(record, None).expect("a genesis record");
        self.logs.entry(vault).or_insert_with(|| Log { verifier, entries: vec![genesis.clone()] });
    }

    /// Takes entries with their documents only from now on.
    pub fn requires_documents(&mut self) {
        self.documents = Some(BTreeSet::new());
    }

    /// Takes a document of a vault.
    pub fn upload(&mut self, vault: VaultId, document: BlobId) {
        self.documents.get_or_insert_default().insert((vault, document));
    }

    /// Deletes the documents that no entry names, as a server does after some days.
    pub fn delete_unnamed(&mut self) {
        let logs = &self.logs;
        let is_named = |(vault, document): &(VaultId, BlobId)| {
            logs.get(vault)
                .is_some_and(|log| log.entries.iter().any(|entry| named_by(entry).contains(document)))
        };
        self.documents.iter_mut().for_each(|all| all.retain(is_named));
    }

    /// The vaults in the order of their ids.
    pub fn vaults(&self) -> impl Iterator<Item = VaultId> {
        self.logs.keys().copied()
    }

    /// The head of a log; that of an empty one if the vault does not exist.
    #[must_use]
    pub fn head(&self, vault: VaultId) -> Head {
        let empty = Head { seq: 0, root: empty_root(&vault) };
        self.logs.get(&vault).map_or(empty, |log| log.verifier.head())
    }

    /// The entries of a log.
    #[must_use]
    pub fn entries(&self, vault: VaultId) -> &[LogEntry] {
        self.logs.get(&vault).map_or(&[], |log| &log.entries)
    }

    /// Takes a push of a device. The same batch gets the same answer.
    pub fn push(&mut self, vault: VaultId, device: u32, batch: &PushBatch) -> Option<PushReply> {
        if let Some(answer) = self.answers.get(&(device, batch.batch_id)) {
            return Some(answer.clone());
        }
        let log = self.logs.get_mut(&vault)?;
        let lacks =
            |document: &BlobId| self.documents.as_ref().is_some_and(|all| !all.contains(&(vault, *document)));
        let take = |entry: &LogEntry| match named_by(entry).iter().any(lacks) {
            true => PushResult::Refused(Refusal::BlobMissing),
            false => log.take(entry),
        };
        let results = batch.entries.iter().map(take).collect();
        let Head { seq, root } = log.verifier.head();
        let reply = PushReply { head_seq: seq, head_root: root, results };
        self.answers.insert((device, batch.batch_id), reply.clone());
        Some(reply)
    }

    /// Returns a page of a log.
    #[must_use]
    pub fn page(&self, vault: VaultId, after: u64, limit: usize, bodies: PageBodies) -> Option<LogPage> {
        let log = self.logs.get(&vault)?;
        let skipped = usize::try_from(after).unwrap_or(usize::MAX);
        let entries = log.entries.iter().zip(1..).skip(skipped).take(limit);
        let entries = entries.map(|(entry, seq)| log.as_sent(entry, seq, bodies)).collect();
        let Head { seq, root } = log.verifier.head();
        Some(LogPage { vault_id: vault, after, entries, head_seq: seq, head_root: root })
    }

    /// Appends an entry that the rules do not permit, as a server does that writes what it likes.
    ///
    /// # Panics
    /// If the vault does not exist, or the entry is permitted.
    pub fn force(&mut self, vault: VaultId, entry: LogEntry) {
        let log = self.logs.get_mut(&vault).expect("the vault exists");
        assert!(matches!(log.verifier.push(entry.as_entry()), Verdict::Rejected(_)));
        log.entries.push(entry);
    }

    /// The hash of the last record that took effect.
    ///
    /// # Panics
    /// If the vault does not exist.
    #[must_use]
    pub fn last_record(&self, vault: VaultId) -> EntryHash {
        *self.logs.get(&vault).expect("the vault exists").verifier.roster().last_record()
    }

    /// The members of a vault and its invitations; `None` if the vault does not exist.
    #[must_use]
    pub fn roster(&self, vault: VaultId) -> Option<&Roster> {
        self.logs.get(&vault).map(|log| log.verifier.roster())
    }

    /// Takes lost entries again, all or none. Returns whether they follow the last one.
    pub fn heal(&mut self, vault: VaultId, batch: &HealBatch) -> bool {
        let Some(log) = self.logs.get_mut(&vault) else { return false };
        if batch.first_seq != log.verifier.head().seq + 1 {
            return false;
        }
        let mut healed = log.clone();
        let accepted =
            batch.entries.iter().all(|entry| matches!(healed.take(entry), PushResult::Accepted { .. }));
        if accepted {
            *log = healed;
        }
        accepted
    }

    /// Loses the entries of a log after the first `seq`, as a server does that is restored from a backup.
    ///
    /// # Panics
    /// If the vault does not exist.
    pub fn restore(&mut self, vault: VaultId, seq: usize) {
        let log = self.logs.get_mut(&vault).expect("the vault exists");
        log.entries.truncate(seq);
        let kept = std::mem::take(&mut log.entries);
        let LogEntry::Record(genesis) = &kept[0] else { panic!("no genesis record") };
        log.verifier = LogVerifier::from_genesis(genesis, None).expect("a genesis record");
        for entry in &kept[1..] {
            assert_eq!(log.verifier.push(entry.as_entry()), Verdict::Accepted);
        }
        log.entries = kept;
        self.answers.clear();
    }
}

/// The documents that an entry names.
fn named_by(entry: &LogEntry) -> Vec<BlobId> {
    let LogEntry::Revision { revision, .. } = entry else { return Vec::new() };
    let header = RevisionHeader::decode(&revision.header);
    header.map_or(Vec::new(), |header| header.blobs.iter().map(|blob| blob.blob_id).collect())
}

impl Log {
    fn take(&mut self, entry: &LogEntry) -> PushResult {
        // An entry that is in the log already was sent by a device whose state was copied or restored.
        let mut tried = self.verifier.clone();
        match tried.push(entry.as_entry()) {
            Verdict::Accepted => {
                self.verifier = tried;
                self.entries.push(entry.clone());
                PushResult::Accepted { seq: self.verifier.head().seq }
            }
            Verdict::Rejected(RejectReason::Parent) => PushResult::Conflict { seq: self.current(entry) },
            Verdict::Rejected(reason) => PushResult::Refused(Refusal::Rejected(reason)),
            Verdict::Unread => PushResult::Refused(Refusal::Rejected(RejectReason::Format)),
        }
    }

    /// The number of the item's current revision.
    fn current(&self, entry: &LogEntry) -> u64 {
        let LogEntry::Revision { revision, .. } = entry else { return 0 };
        let Ok(header) = RevisionHeader::decode(&revision.header) else { return 0 };
        self.verifier.current(&header.item_id).map_or(0, |current| current.seq)
    }

    fn as_sent(&self, entry: &LogEntry, seq: u64, bodies: PageBodies) -> LogEntry {
        let LogEntry::Revision { revision, .. } = entry else { return entry.clone() };
        let header = RevisionHeader::decode(&revision.header).expect("accepted entries are well-formed");
        let current = self.verifier.current(&header.item_id).map(|current| current.hash);
        let is_purged = seq < self.verifier.roster().purged_before(&header.item_id);
        match bodies {
            PageBodies::All if !is_purged => entry.clone(),
            PageBodies::Live if current == Some(revision.hash()) => entry.clone(),
            PageBodies::All | PageBodies::Live | PageBodies::None => {
                LogEntry::Revision { revision: revision.clone(), body: None }
            }
        }
    }
}
