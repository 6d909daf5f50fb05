//! People, and a vault that they share: real keys, real records, and the verifier that each of them runs.

use std::collections::BTreeMap;

use vault_crypto::{
    FoundedVault, Identity, InviteLink, InviteSecret, RootSigner, VaultKey, found_vault, make_epoch,
    make_revision, sign_record,
};
use vault_testkit::FixedRng;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::log::{Entry, Head, LogVerifier, RejectReason, Verdict};
use vault_wire::revision::{RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::roster::{MemberRole, Op, Record, SignedRecord};
use vault_wire::{AccountId, ItemId, RevHash};

/// Somebody with an account.
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

    pub fn add(&self, role: MemberRole) -> Op {
        Op::Add { certificate: Box::new(self.certificate.clone()), role, accept: None }
    }
}

/// An entry as a server keeps it.
#[derive(Clone)]
pub enum Stored {
    Record(SignedRecord),
    Revision(SignedRevision),
}

impl Stored {
    pub fn as_entry(&self) -> Entry<'_> {
        match self {
            Self::Record(record) => Entry::Record(record),
            Self::Revision(revision) => Entry::Revision(revision),
        }
    }
}

/// A vault with all its entries and keys.
pub struct Shared {
    pub log: LogVerifier,
    pub founding: SignedRecord,
    pub entries: Vec<Stored>,
    pub keys: BTreeMap<u32, VaultKey>,
    pub rng: FixedRng,
    pub now: u64,
}

impl Shared {
    pub fn found(founder: &Person, seed: u64) -> Self {
        let mut rng = FixedRng::new(seed);
        let FoundedVault { key, record, genesis_hash, .. } =
            found_vault(&founder.id(), &founder.identity, &founder.certificate, 1, &mut rng);
        let log = LogVerifier::from_genesis(&record, Some(&genesis_hash)).unwrap();
        let keys = BTreeMap::from([(1, key)]);
        Self { log, founding: record, entries: Vec::new(), keys, rng, now: 1000 }
    }

    /// A record by this author as it would be if written now.
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

    pub fn push(&mut self, entry: Stored) -> Verdict {
        let verdict = self.log.push(entry.as_entry());
        self.entries.push(entry);
        verdict
    }

    /// Writes a record without the root's signature.
    pub fn change(&mut self, author: &Person, ops: Vec<Op>) -> Verdict {
        let record = sign_record(&self.record(author, ops), &author.identity, None);
        self.push(Stored::Record(record))
    }

    /// Writes a record with the root's signature.
    pub fn change_rooted(&mut self, author: &Person, ops: Vec<Op>) -> Verdict {
        let record = sign_record(&self.record(author, ops), &author.identity, Some(&author.root));
        self.push(Stored::Record(record))
    }

    /// The op that begins the next epoch; the new key is kept.
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
        (hash, self.push(Stored::Revision(made.signed)))
    }

    /// Writes an item as anybody would.
    pub fn put(&mut self, author: &Person, item: u8) -> Verdict {
        let header = self.header(author, item);
        self.write(author, &header).1
    }

    /// Opens an invitation and gives the link to it.
    pub fn invite(&mut self, author: &Person, role: MemberRole) -> InviteLink {
        let secret = InviteSecret::make(&mut self.rng);
        let op = secret.invite(role, self.now + 1000);
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

    /// What another device sees that is shown these entries.
    pub fn replay(&self, entries: &[Stored]) -> LogVerifier {
        let mut log =
            LogVerifier::from_genesis(&self.founding, Some(self.log.roster().genesis_hash())).unwrap();
        let entries: Vec<_> = entries.iter().map(Stored::as_entry).collect();
        log.extend(&entries);
        log
    }
}

/// The verdict on an entry that takes effect.
pub const OK: Verdict = Verdict::Accepted;

/// The verdict on one that does not.
pub const fn void(reason: RejectReason) -> Verdict {
    Verdict::Rejected(reason)
}

/// Anna owns a vault with Ben as manager, Cleo as editor and Dora as viewer.
pub struct Team {
    pub anna: Person,
    pub ben: Person,
    pub cleo: Person,
    pub dora: Person,
    pub vault: Shared,
}

impl Team {
    pub fn new() -> Self {
        let [anna, ben, cleo, dora] = [1, 2, 3, 4].map(Person::new);
        let mut vault = Shared::found(&anna, 5);
        let members =
            vec![ben.add(MemberRole::Manager), cleo.add(MemberRole::Editor), dora.add(MemberRole::Viewer)];
        assert_eq!(vault.change(&anna, members), OK);
        Self { anna, ben, cleo, dora, vault }
    }
}
