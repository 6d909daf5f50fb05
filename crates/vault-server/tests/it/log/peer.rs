//! Accounts, and their devices with a verified log each.

use vault_crypto::{
    Identity, NewVault, RootSigner, VaultKey, make_epoch, make_revision, make_vault, sign_record,
};
use vault_server::log::{Caller, Factor, LogError, Logs};
use vault_testkit::FixedRng;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{Head, LogVerifier, Verdict};
use vault_wire::message::{Bodies, LogEntry, LogPage, LogQuery, PushBatch, PushReply, PushResult};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::roster::{MemberRole, Op, Record};
use vault_wire::{AccountId, BatchId, ContentHash, DeviceId, ItemId, VaultId};

/// The time of all requests.
pub const NOW: u64 = 1_800_000_000_000;

/// An account with its keys.
pub struct Account {
    pub root: RootSigner,
    pub identity: Identity,
    pub certificate: SignedCertificate,
    seed: u8,
}

impl Account {
    pub fn new(seed: u8) -> Self {
        let rng = &mut FixedRng::new(seed.into());
        let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
        let certificate = root.certify(&identity, Predecessor::Sound, 1);
        Self { root, identity, certificate, seed }
    }

    pub fn id(&self) -> AccountId {
        self.root.account_id()
    }

    pub fn caller(&self) -> Caller {
        let device = DeviceId::from_bytes([self.seed; 32]);
        Caller { account: self.id(), device, factor: Factor::Used, at: NOW }
    }

    pub fn add(&self, role: MemberRole) -> Op {
        Op::Add { certificate: Box::new(self.certificate.clone()), role, accept: None }
    }
}

/// A device of an account that replays one vault's log.
pub struct Peer<'a> {
    pub account: &'a Account,
    pub log: LogVerifier,
    pub vault: VaultId,
    pub key: VaultKey,
    pub rng: FixedRng,
}

impl<'a> Peer<'a> {
    /// Makes a vault that no server has, and its genesis record.
    pub fn make(account: &'a Account, seed: u64) -> (Self, LogEntry) {
        let mut rng = FixedRng::new(seed + u64::from(account.seed) * 1000);
        let NewVault { vault_id, key, record, .. } =
            make_vault(&account.id(), &account.identity, &account.certificate, 1, &mut rng);
        let log = LogVerifier::from_genesis(&record, None).unwrap();
        (Self { account, log, vault: vault_id, key, rng }, LogEntry::Record(record))
    }

    /// Creates a vault on the server.
    pub async fn found(logs: &Logs, account: &'a Account) -> Self {
        Self::found_as(logs, account, 100).await
    }

    /// Creates one of several vaults of an account.
    pub async fn found_as(logs: &Logs, account: &'a Account, seed: u64) -> Self {
        let (peer, genesis) = Self::make(account, seed);
        let head = logs.create(&account.caller(), &genesis).await.unwrap();
        assert_eq!((head.vault_id, head.seq, head.root), (peer.vault, 1, peer.log.head().root));
        peer
    }

    /// Another member's device, with the log as this one has it.
    pub fn of<'b>(&self, account: &'b Account) -> Peer<'b> {
        let key = VaultKey::from_bytes(self.key.expose_bytes());
        let rng = FixedRng::new(u64::from(account.seed) + 77);
        Peer { account, log: self.log.clone(), vault: self.vault, key, rng }
    }

    pub fn caller(&self) -> Caller {
        self.account.caller()
    }

    /// The header of the next revision of an item.
    pub fn header(&self, item: u8) -> RevisionHeader {
        let Head { seq, root } = self.log.head();
        let item_id = ItemId::from_bytes([item; 16]);
        RevisionHeader {
            vault_id: self.vault,
            item_id,
            kind: RevisionKind::Put,
            parent: self.log.current(&item_id).map(|current| current.hash),
            author: self.account.id(),
            generation: self.account.identity.generation(),
            epoch: self.log.roster().epoch(),
            base_seq: seq,
            base_root: root,
            blobs: Vec::new(),
        }
    }

    pub fn seal(&mut self, header: &RevisionHeader, payload: &[u8]) -> LogEntry {
        let sealed =
            make_revision(header, payload, &self.key, &self.account.identity, &mut self.rng).unwrap();
        LogEntry::Revision { revision: sealed.signed, body: Some(sealed.body) }
    }

    /// The next revision of an item.
    pub fn put(&mut self, item: u8) -> LogEntry {
        self.seal(&self.header(item), b"content")
    }

    pub fn tombstone(&mut self, item: u8) -> LogEntry {
        self.seal(&RevisionHeader { kind: RevisionKind::Tombstone, ..self.header(item) }, b"")
    }

    /// The next record, with the root's signature if asked for.
    pub fn record(&self, ops: Vec<Op>, root: Option<&RootSigner>) -> LogEntry {
        let Head { seq, root: base_root } = self.log.head();
        let record = Record {
            vault_id: self.vault,
            prev: *self.log.roster().last_record(),
            base_seq: seq,
            base_root,
            author: self.account.id(),
            generation: self.account.identity.generation(),
            made_at: NOW,
            ops,
        };
        LogEntry::Record(sign_record(&record, &self.account.identity, root))
    }

    /// The op that begins the next epoch. Its key is used from now on.
    pub fn epoch(&mut self) -> Op {
        let current = self.log.roster().epoch();
        let made = make_epoch(self.log.roster(), current, &self.key, &mut self.rng).unwrap();
        self.key = made.key;
        Op::Epoch(made.op)
    }

    pub fn batch(&mut self, atomic: bool, entries: Vec<LogEntry>) -> PushBatch {
        PushBatch { batch_id: random_id(&mut self.rng), atomic, entries }
    }

    pub async fn send(&self, logs: &Logs, batch: &PushBatch) -> Result<PushReply, LogError> {
        logs.push(&self.caller(), self.vault, batch, ContentHash::of(&batch.encode())).await
    }

    /// Pushes entries and returns their results.
    pub async fn push(&mut self, logs: &Logs, entries: Vec<LogEntry>) -> Vec<PushResult> {
        let batch = self.batch(false, entries);
        self.send(logs, &batch).await.unwrap().results
    }

    /// Pushes one entry that is accepted, and reads it back.
    pub async fn commit(&mut self, logs: &Logs, entry: LogEntry) -> u64 {
        let results = self.push(logs, vec![entry.clone()]).await;
        let seq = accepted(&results[0]);
        self.log.expect_own(seq, entry.as_entry()).unwrap();
        self.pull(logs).await;
        seq
    }

    /// Reads the log to its end. All entries take effect, and nothing contradicts what was seen before.
    pub async fn pull(&mut self, logs: &Logs) -> Vec<LogEntry> {
        let mut entries = Vec::new();
        loop {
            let after = self.log.head().seq;
            let query = LogQuery { after, limit: 1000, bodies: Bodies::Live };
            let page = logs.page(&self.caller(), None, self.vault, &query).await.unwrap();
            let more = self.take(&page);
            entries.extend(page.entries);
            if !more {
                return entries;
            }
        }
    }

    /// Takes in a page and returns whether there are more. All entries take effect, and nothing contradicts what was seen
    /// before.
    pub fn take(&mut self, page: &LogPage) -> bool {
        assert_eq!((page.after, page.vault_id), (self.log.head().seq, self.vault));
        let verdicts: Vec<_> = page.entries.iter().map(|entry| self.log.push(entry.as_entry())).collect();
        assert!(verdicts.iter().all(|verdict| *verdict == Verdict::Accepted), "{verdicts:?}");
        let more = page.next().is_some();
        if !more {
            assert_eq!(self.log.head(), Head { seq: page.head_seq, root: page.head_root });
            assert_eq!(self.log.equivocation(), None);
        }
        more
    }
}

/// The number of an accepted entry.
pub fn accepted(result: &PushResult) -> u64 {
    let seq = if let PushResult::Accepted { seq } = result { Some(*seq) } else { None };
    seq.ok_or(result).unwrap()
}

fn random_id(rng: &mut FixedRng) -> BatchId {
    let mut bytes = [0; 16];
    rand_core::Rng::fill_bytes(rng, &mut bytes);
    BatchId::from_bytes(bytes)
}
