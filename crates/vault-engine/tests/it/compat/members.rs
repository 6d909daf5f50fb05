//! Other members of a vault, as a server would deliver their entries, and the database that they are written into.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::{Connection, ToSql};
use vault_crypto::{
    HeaderFile, Identity, Keyset, LocalKey, RootSigner, SecretKey, SecretText, VaultKey, make_epoch,
    make_revision, sign_record,
};
use vault_engine::item::{ItemType, encode};
use vault_testkit::FixedRng;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, Head, LogVerifier, RejectReason, Verdict};
use vault_wire::revision::{RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::roster::{MemberRole, Op, Record, SignedRecord};
use vault_wire::{AccountId, BodyHash, EntryHash, ItemId, ProfileId, RevHash, Signature, VaultId};

use super::{PASSWORD, content};
use crate::damage::open_database;

/// The keys of a closed profile, and its database.
pub struct Unlocked {
    pub db: Connection,
    pub local: LocalKey,
    pub account: Person,
}

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

impl Unlocked {
    pub fn vault_in_epoch_3(&self) -> (VaultId, i64) {
        self.vault("SELECT vault_id, vault_key FROM vault WHERE epoch = 3")
    }

    pub fn home(&self) -> (VaultId, i64) {
        self.vault(
            "SELECT vault_id, vault_key FROM vault WHERE vault_id NOT IN (SELECT vault_id FROM joined)",
        )
    }

    fn vault(&self, sql: &str) -> (VaultId, i64) {
        self.db.query_row(sql, [], |row| Ok((VaultId::from_bytes(row.get(0)?), row.get(1)?))).unwrap()
    }

    pub fn new(folder: &Path, profile: ProfileId, secret_key: &SecretText) -> Self {
        let header = HeaderFile::parse(&fs::read(folder.join("profile.keys")).unwrap()).unwrap();
        let slot = header.unverified().password_slots().next().unwrap();
        let secret_key = SecretKey::from_text(secret_key.expose()).unwrap();
        let (root_key, stretched) = slot.open(&profile, &PASSWORD.into(), &secret_key).unwrap();
        let db = open_database(&folder.join("vault.db"), &root_key.derive_database_key());
        let meta = |name: &str| -> Vec<u8> {
            db.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0)).unwrap()
        };
        let certificate = SignedCertificate::decode(&meta("certificate")).unwrap();
        let id = certificate.verify().unwrap().account_id();
        let Keyset { identity, .. } = Keyset::open_local(&meta("keyset"), &root_key, &id).ok().unwrap();
        let root = RootSigner::open_local(&meta("root_box"), &stretched, &profile, &id).ok().unwrap();
        let local = root_key.derive_local_key();
        Self { account: Person { root, identity, certificate }, local, db }
    }
}

/// The log of a vault, continued as members and a server do. Entries are stored at once, the rest by [`Log::end`].
pub struct Log<'u> {
    pub unlocked: &'u Unlocked,
    vault_key: i64,
    /// The item that the program wrote.
    pub item: ItemId,
    pub verifier: LogVerifier,
    keys: BTreeMap<u32, VaultKey>,
    pub rng: FixedRng,
    pub now: u64,
}

impl<'u> Log<'u> {
    pub fn read(unlocked: &'u Unlocked, id: VaultId, item: ItemId) -> Self {
        let sql = "SELECT vault_key, genesis_hash, sealed FROM vault JOIN epoch_key USING (vault_key)
            WHERE vault_id = ?1";
        let (vault_key, genesis, sealed): (i64, [u8; 32], Vec<u8>) = unlocked
            .db
            .query_row(sql, [id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap();
        let key = unlocked.local.open_vault_key(&id, 1, &sealed).ok().unwrap();
        let mut entries = unlocked
            .db
            .prepare("SELECT header, signature, body_hash FROM entry WHERE vault_key = ?1 ORDER BY seq")
            .unwrap();
        let mut rows = entries.query([vault_key]).unwrap();
        let first = rows.next().unwrap().unwrap();
        let signatures: Vec<u8> = first.get(1).unwrap();
        let record = SignedRecord::from_parts(first.get(0).unwrap(), &signatures).unwrap();
        let mut verifier = LogVerifier::from_genesis(&record, Some(&EntryHash::from_bytes(genesis))).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let revision = SignedRevision {
                header: row.get(0).unwrap(),
                signature: Signature::from_bytes(row.get(1).unwrap()),
                body_hash: BodyHash::from_bytes(row.get(2).unwrap()),
            };
            assert_eq!(verifier.push(Entry::Revision(&revision)), Verdict::Accepted);
        }
        let rng = FixedRng::new(u64::try_from(vault_key).unwrap() + 2900);
        let keys = BTreeMap::from([(1, key)]);
        Self { unlocked, vault_key, item, verifier, keys, rng, now: 1_790_000_100_000 }
    }

    /// Stores a record that the verifier has taken.
    pub fn insert(&mut self, record: &SignedRecord) {
        let (hash, signatures) = (record.entry_hash(), record.signatures());
        let row = rusqlite::params![hash.as_bytes(), record.bytes, signatures];
        self.insert_columns("hash, header, signature", row);
    }

    /// Stores the entry after which the verifier is.
    fn insert_columns(&mut self, columns: &str, row: &[&dyn ToSql]) -> i64 {
        let Head { seq, root } = self.verifier.head();
        self.now += 60_000;
        let (seq, at) = (i64::try_from(seq).unwrap(), i64::try_from(self.now).unwrap());
        let common: [&dyn ToSql; 4] = [&self.vault_key, &seq, root.as_bytes(), &at];
        let places = vec!["?"; common.len() + row.len()].join(", ");
        let sql =
            format!("INSERT INTO entry (vault_key, seq, root, written_at, {columns}) VALUES ({places})");
        self.unlocked.db.execute(&sql, &*[common.as_slice(), row].concat()).unwrap();
        self.unlocked.db.last_insert_rowid()
    }

    pub fn signed(&self, author: &Person, ops: Vec<Op>, rooted: bool) -> SignedRecord {
        let Head { seq, root } = self.verifier.head();
        let roster = self.verifier.roster();
        let record = Record {
            vault_id: *roster.vault_id(),
            prev: *roster.last_record(),
            base_seq: seq,
            base_root: root,
            author: author.id(),
            generation: author.identity.generation(),
            made_at: self.now,
            ops,
        };
        sign_record(&record, &author.identity, rooted.then_some(&author.root))
    }

    /// Appends a record, signed by the root if the rules want it.
    pub fn record(&mut self, author: &Person, ops: Vec<Op>) {
        let mut record = self.signed(author, ops.clone(), false);
        let attempt = self.verifier.clone().push(Entry::Record(&record));
        if attempt == Verdict::Rejected(RejectReason::RootSignature) {
            record = self.signed(author, ops, true);
        }
        assert_eq!(self.verifier.push(Entry::Record(&record)), Verdict::Accepted);
        self.insert(&record);
    }

    /// Appends a revision.
    pub fn revise(
        &mut self,
        author: &Person,
        item_id: ItemId,
        kind: RevisionKind,
        notes: &str,
    ) -> (i64, RevHash) {
        let Head { seq, root } = self.verifier.head();
        let epoch = self.verifier.roster().epoch();
        let header = RevisionHeader {
            vault_id: *self.verifier.roster().vault_id(),
            item_id,
            kind,
            parent: self.verifier.current(&item_id).map(|current| current.hash),
            author: author.id(),
            generation: author.identity.generation(),
            epoch,
            base_seq: seq,
            base_root: root,
            blobs: Vec::new(),
        };
        let mut item = content::filled(ItemType::Login, "In Team");
        item.notes = SecretText::from(notes);
        item.device = "Elsewhere".to_owned();
        let payload = if kind == RevisionKind::Put { encode(&item).unwrap().to_vec() } else { Vec::new() };
        let made =
            make_revision(&header, &payload, &self.keys[&epoch], &author.identity, &mut self.rng).unwrap();
        let signed = &made.signed;
        assert_eq!(self.verifier.push(Entry::Revision(signed)), Verdict::Accepted);
        let revision = signed.hash();
        let row = rusqlite::params![
            item_id.as_bytes(),
            revision.as_bytes(),
            signed.header,
            signed.signature.as_bytes(),
            signed.body_hash.as_bytes(),
            made.body,
        ];
        (self.insert_columns("item_id, hash, header, signature, body_hash, body", row), revision)
    }

    /// As [`Log::revise`] for the item that the program wrote, whose view it renews.
    pub fn change(&mut self, author: &Person, notes: &str) {
        let (entry_key, revision) = self.revise(author, self.item, RevisionKind::Put, notes);
        let sql =
            "UPDATE item SET entry_key = ?2, revision = ?3, revisions = revisions + 1 WHERE item_id = ?1";
        let changed = self.unlocked.db.execute(sql, (self.item.as_bytes(), entry_key, revision.as_bytes()));
        assert_eq!(changed, Ok(1));
    }

    /// Begins an epoch, after these changes in the same record.
    pub fn begin_epoch(&mut self, author: &Person, mut ops: Vec<Op>) {
        let epoch = self.verifier.roster().epoch();
        let made = make_epoch(self.verifier.roster(), epoch, &self.keys[&epoch], &mut self.rng).ok().unwrap();
        self.keys.insert(made.op.epoch, made.key);
        ops.push(Op::Epoch(made.op));
        self.record(author, ops);
    }

    /// Writes the head, all of which a server has confirmed, and the keys of these epochs.
    pub fn end(mut self, epochs: &[u32]) {
        let Head { seq, root } = self.verifier.head();
        let db = &self.unlocked.db;
        let seq = i64::try_from(seq).unwrap();
        let sql =
            "UPDATE vault SET head_seq = ?2, head_root = ?3, confirmed = ?2, epoch = ?4 WHERE vault_key = ?1";
        db.execute(sql, (self.vault_key, seq, root.as_bytes(), epochs.last())).unwrap();
        for epoch in epochs {
            let id = self.verifier.roster().vault_id();
            let sealed = self.unlocked.local.seal_vault_key(id, *epoch, &self.keys[epoch], &mut self.rng);
            let sql = "INSERT OR REPLACE INTO epoch_key (vault_key, epoch, sealed) VALUES (?1, ?2, ?3)";
            db.execute(sql, (self.vault_key, epoch, sealed)).unwrap();
        }
    }
}
