//! Test fixture: accounts and a shared vault with real keys, records and verifiers.

use std::collections::BTreeMap;

use vault_crypto::{
    Identity, InviteLink, InviteSecret, JoinError, NewVault, RootSigner, VaultKey, make_epoch, make_revision,
    make_vault, sign_record,
};
use vault_testkit::FixedRng;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::invitation::Answer;
use vault_wire::log::{Entry, Head, LogVerifier, RejectReason, Verdict};
use vault_wire::revision::{RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::roster::{MemberRole, Op, Record, SignedRecord};
use vault_wire::{AccountId, ItemId, RevHash};

/// An account.
pub struct Person {
    pub root: RootSigner,
    pub identity: Identity,
    pub certificate: SignedCertificate,
}

impl Person {
    pub fn new(seed: u64) -> Self {
        let rng = &mut FixedRng::new(seed);
        let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
        let certificate = root.certify(&identity, Predecessor::Sound, 1);
        Self { root, identity, certificate }
    }

    pub fn id(&self) -> AccountId {
        self.root.account_id()
    }

    /// Returns the identity of the next generation.
    pub fn next_identity(&self, seed: u64) -> Identity {
        self.identity.make_next(self.certificate.hash(), &mut FixedRng::new(seed)).unwrap()
    }

    pub fn accept(&self, link: &InviteLink, log: &LogVerifier, now: u64) -> Result<Answer, JoinError> {
        let rng = &mut FixedRng::new(now);
        link.accept(log, &self.identity, &self.certificate, &"Erik Blau".into(), now, rng)
    }

    pub fn add(&self, role: MemberRole) -> Op {
        Op::Add { certificate: Box::new(self.certificate.clone()), role, accept: None }
    }
}

/// An entry as stored by a server.
#[derive(Clone)]
pub enum StoredEntry {
    Record(SignedRecord),
    Revision(SignedRevision),
}

impl StoredEntry {
    pub fn as_entry(&self) -> Entry<'_> {
        match self {
            Self::Record(record) => Entry::Record(record),
            Self::Revision(revision) => Entry::Revision(revision),
        }
    }
}

/// A vault with all its entries and keys.
pub struct SharedVault {
    pub log: LogVerifier,
    pub genesis: SignedRecord,
    pub entries: Vec<StoredEntry>,
    pub keys: BTreeMap<u32, VaultKey>,
    pub rng: FixedRng,
    pub now: u64,
}

impl SharedVault {
    pub fn create(founder: &Person, seed: u64) -> Self {
        let mut rng = FixedRng::new(seed);
        let NewVault { key, record, genesis_hash, .. } =
            make_vault(&founder.id(), &founder.identity, &founder.certificate, 1, &mut rng);
        let log = LogVerifier::from_genesis(&record, Some(&genesis_hash)).unwrap();
        let keys = BTreeMap::from([(1, key)]);
        Self { log, genesis: record, entries: Vec::new(), keys, rng, now: 1000 }
    }

    /// Builds a record by this author on the current head.
    pub fn record(&self, author: &Person, ops: Vec<Op>) -> Record {
        let Head { seq, root } = self.log.head();
        Record {
            vault_id: *self.log.roster().vault_id(),
            prev: *self.log.roster().last_record(),
            base_seq: seq,
            base_root: root,
            author: author.id(),
            generation: author.identity.generation(),
            made_at: self.now,
            ops,
        }
    }

    pub fn push(&mut self, entry: StoredEntry) -> Verdict {
        let verdict = self.log.push(entry.as_entry());
        self.entries.push(entry);
        verdict
    }

    /// Writes a record without the root's signature.
    pub fn change(&mut self, author: &Person, ops: Vec<Op>) -> Verdict {
        let record = sign_record(&self.record(author, ops), &author.identity, None);
        self.push(StoredEntry::Record(record))
    }

    /// Writes a record with the root's signature.
    pub fn change_rooted(&mut self, author: &Person, ops: Vec<Op>) -> Verdict {
        let record = sign_record(&self.record(author, ops), &author.identity, Some(&author.root));
        self.push(StoredEntry::Record(record))
    }

    /// Returns the op that begins the next epoch, and stores the new key.
    pub fn epoch(&mut self) -> Op {
        let current = self.log.roster().epoch();
        let made = make_epoch(self.log.roster(), current, &self.keys[&current], &mut self.rng).unwrap();
        self.keys.insert(made.op.epoch, made.key);
        Op::Epoch(made.op)
    }

    pub fn header(&self, author: &Person, item: u8) -> RevisionHeader {
        let Head { seq, root } = self.log.head();
        let item_id = ItemId::from_bytes([item; 16]);
        RevisionHeader {
            vault_id: *self.log.roster().vault_id(),
            item_id,
            kind: RevisionKind::Put,
            parent: self.log.current(&item_id).map(|current| current.hash),
            author: author.id(),
            generation: author.identity.generation(),
            epoch: self.log.roster().epoch(),
            base_seq: seq,
            base_root: root,
            blobs: Vec::new(),
        }
    }

    pub fn write(&mut self, author: &Person, header: &RevisionHeader) -> (RevHash, Verdict) {
        let key = &self.keys[&self.log.roster().epoch()];
        let made = make_revision(header, b"content", key, &author.identity, &mut self.rng).unwrap();
        let hash = made.signed.hash();
        (hash, self.push(StoredEntry::Revision(made.signed)))
    }

    /// Writes an item on the current head.
    pub fn put(&mut self, author: &Person, item: u8) -> Verdict {
        let header = self.header(author, item);
        self.write(author, &header).1
    }

    /// Opens an invitation and returns its link.
    pub fn invite(&mut self, author: &Person, role: MemberRole) -> InviteLink {
        let secret = InviteSecret::make(&mut self.rng);
        let op = secret.invite_op(role, self.now + 1000);
        assert_eq!(self.change(author, vec![op]), Verdict::Accepted);
        let Head { seq, root } = self.log.head();
        InviteLink {
            server: String::new(),
            vault_id: *self.log.roster().vault_id(),
            genesis_hash: *self.log.roster().genesis_hash(),
            inviter: author.id(),
            seq,
            root,
            secret,
        }
    }

    /// Continues these entries as another history of the vault, in its first epoch.
    pub fn fork(&self, entries: &[StoredEntry]) -> Self {
        Self {
            log: self.replay(entries),
            genesis: self.genesis.clone(),
            entries: entries.to_vec(),
            keys: [(1, VaultKey::from_bytes(self.keys[&1].expose_bytes()))].into(),
            rng: FixedRng::new(77),
            now: self.now,
        }
    }

    /// Replays these entries on another device.
    pub fn replay(&self, entries: &[StoredEntry]) -> LogVerifier {
        let mut log =
            LogVerifier::from_genesis(&self.genesis, Some(self.log.roster().genesis_hash())).unwrap();
        let entries: Vec<_> = entries.iter().map(StoredEntry::as_entry).collect();
        log.extend(&entries);
        log
    }
}

/// The verdict on an entry that takes effect.
pub const ACCEPTED: Verdict = Verdict::Accepted;

/// The verdict on an entry that is rejected.
pub const fn rejected(reason: RejectReason) -> Verdict {
    Verdict::Rejected(reason)
}

/// Anna owns a vault with Ben as manager, Cleo as editor and Dora as viewer.
pub struct Team {
    pub anna: Person,
    pub ben: Person,
    pub cleo: Person,
    pub dora: Person,
    pub vault: SharedVault,
}

impl Team {
    pub fn new() -> Self {
        let [anna, ben, cleo, dora] = [1, 2, 3, 4].map(Person::new);
        let mut vault = SharedVault::create(&anna, 5);
        let members =
            vec![ben.add(MemberRole::Manager), cleo.add(MemberRole::Editor), dora.add(MemberRole::Viewer)];
        assert_eq!(vault.change(&anna, members), ACCEPTED);
        Self { anna, ben, cleo, dora, vault }
    }
}
