//! Malformed data that a server may send instead of sealed and signed data.

use vault_crypto::{
    Identity, LocalKey, OpenError, RootSigner, VaultKey, make_revision, make_vault, open_body,
};
use vault_testkit::FixedRng;
use vault_wire::account::Predecessor;
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, LogVerifier, Verdict};
use vault_wire::message::{LogEntry, LogPage};
use vault_wire::revision::{RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::{BodyHash, ItemId, ProfileId, Signature};

use crate::mutation::{Rng, mutate};

const BLOBS: usize = 10_000;
/// Memory for derived secrets, each on a page of its own.
const FIXED: usize = 64 << 10;

/// A vault with one item.
struct Vault {
    log: LogVerifier,
    key: VaultKey,
    revision: SignedRevision,
    body: Vec<u8>,
}

fn vault() -> Vault {
    let rng = &mut FixedRng::new(22);
    let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
    let certificate = root.certify(&identity, Predecessor::Sound, 1);
    let founded = make_vault(&root.account_id(), &identity, &certificate, 1, rng);
    let mut log = LogVerifier::from_genesis(&founded.record, None).unwrap();
    let header = RevisionHeader {
        vault_id: founded.vault_id,
        item_id: ItemId::from_bytes([1; 16]),
        kind: RevisionKind::Put,
        parent: None,
        author: root.account_id(),
        generation: 1,
        epoch: 1,
        base_seq: 1,
        base_root: log.head().root,
        blobs: Vec::new(),
    };
    let made = make_revision(&header, b"a secret", &founded.key, &identity, rng).unwrap();
    assert_eq!(log.push(Entry::Revision(&made.signed)), Verdict::Accepted);
    Vault { log, key: founded.key, revision: made.signed, body: made.body }
}

/// Returns [`BLOBS`] variants of a valid blob: changed, truncated, extended, or unrelated.
fn malformed(valid: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let mut rng = Rng::new(22);
    (0..)
        .map(move |n| match n % 100 {
            // Some up to the maximum length, and beyond.
            0 => vec![u8::try_from(n / 100 % 251).unwrap(); 1 << rng.below(23)],
            1 => valid.repeat(1 + rng.below(100)),
            2 => valid[..rng.below(valid.len())].to_vec(),
            _ => mutate(valid, &[0xff; 32], 1 << 20, &mut rng),
        })
        .filter(move |blob| blob != valid)
        .take(BLOBS)
}

/// Runs a closure and asserts its peak memory.
fn bounded<T>(bound: usize, run: impl FnOnce() -> T) -> T {
    let mut result = None;
    let used = allocation_counter::measure(|| result = Some(run()));
    assert!(used.bytes_max <= bound as u64, "{} bytes, at most {bound}", used.bytes_max);
    result.unwrap()
}

#[test]
fn t22_malformed_bodies_give_one_error_within_bounded_memory() {
    let Vault { key, revision, body, .. } = vault();
    let mut tried = 0;
    for blob in malformed(&body) {
        // Once as a server can send it, and once with a matching signed hash.
        let named = SignedRevision { body_hash: BodyHash::of(&blob), ..revision.clone() };
        for revision in [&revision, &named] {
            let opened = bounded(2 * blob.len() + FIXED, || open_body(revision, &blob, &key).err());
            assert_eq!(opened, Some(OpenError));
        }
        tried += 1;
    }
    assert_eq!(tried, BLOBS);
    assert_eq!(
        open_body(&revision, &body, &key).ok().unwrap().expose(),
        b"a secret",
        "the valid body still opens"
    );
}

#[test]
fn t22_malformed_boxes_give_one_error_within_bounded_memory() {
    let local = LocalKey::from_bytes(&[7; 32]);
    let profile = ProfileId::from_bytes([1; 16]);
    let sealed = local.seal_draft(&profile, b"name", b"half a form", &mut FixedRng::new(1));
    for blob in malformed(&sealed) {
        let opened = bounded(blob.len() + FIXED, || local.open_draft(&profile, b"name", &blob).err());
        assert_eq!(opened, Some(OpenError));
    }
}

#[test]
fn t22_malformed_entries_are_rejected_and_change_nothing() {
    let Vault { mut log, revision, .. } = vault();
    let (roster, current) = (log.roster().clone(), log.current(&ItemId::from_bytes([1; 16])));
    for (before, header) in (2..).zip(malformed(&revision.header)) {
        assert_eq!(log.head().seq, before);
        let signed = SignedRevision { header, ..revision.clone() };
        assert!(matches!(log.push(Entry::Revision(&signed)), Verdict::Rejected(_)));
    }
    assert_eq!(log.head().seq, 2 + BLOBS as u64, "the root covers each of them");
    assert_eq!((log.roster(), log.current(&ItemId::from_bytes([1; 16]))), (&roster, current));
    assert_eq!(log.equivocation(), None, "malformed entries are not evidence");
}

#[test]
fn t22_malformed_pages_are_rejected_within_bounded_memory() {
    let Vault { log, revision, body, .. } = vault();
    let entry = LogEntry::Revision { revision, body: Some(body) };
    let head = log.head();
    let page = LogPage {
        vault_id: *log.roster().vault_id(),
        after: 1,
        entries: vec![entry],
        head_seq: head.seq,
        head_root: head.root,
    };
    let valid = page.encode();
    let mut refused = 0;
    for blob in malformed(&valid) {
        let read = bounded(16 * blob.len() + FIXED, || LogPage::decode(&blob));
        // A page with a changed byte may still decode; the verifier rejects its content.
        match read {
            Ok(read) => assert!(read != page && read.encode() == blob),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > BLOBS / 2);
}

#[test]
fn signature_of_zeros_is_rejected() {
    let Vault { mut log, revision, .. } = vault();
    let unsigned = SignedRevision { signature: Signature::from_bytes([0; 64]), ..revision };
    assert!(matches!(log.push(Entry::Revision(&unsigned)), Verdict::Rejected(_)));
}
