//! Property tests.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use vault_crypto::{
    HeaderFile, Identity, Keyset, LocalKey, MAX_PAYLOAD, RootKey, RootSigner, SEAL_OVERHEAD, SecretKey,
    VaultKey, make_revision, make_vault, open_body,
};
use vault_testkit::FixedRng;
use vault_wire::account::{Certificate, Predecessor, SignedCertificate};
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, LogVerifier, RejectReason, Verdict};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::roster::{Genesis, Record};
use vault_wire::{AccountId, ItemId, ProfileId, Root, VaultId};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(0xC0FFE2),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

const PROFILE: ProfileId = ProfileId::from_bytes([5; 16]);

fn header() -> RevisionHeader {
    RevisionHeader {
        vault_id: VaultId::from_bytes([1; 16]),
        item_id: ItemId::from_bytes([2; 16]),
        kind: RevisionKind::Put,
        parent: None,
        author: AccountId::from_bytes([3; 16]),
        generation: 1,
        epoch: 1,
        base_seq: 1,
        base_root: Root::from_bytes([4; 32]),
        blobs: Vec::new(),
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn sealed_box_opens(draft in prop::collection::vec(any::<u8>(), 0..300), name: Vec<u8>, seed: u64) {
        let key = LocalKey::from_bytes(&[9; 32]);
        let sealed = key.seal_draft(&PROFILE, &name, &draft, &mut FixedRng::new(seed));
        prop_assert_eq!(sealed.len(), draft.len() + SEAL_OVERHEAD);
        let opened = key.open_draft(&PROFILE, &name, &sealed).ok().unwrap();
        prop_assert_eq!(opened.expose(), draft);
    }

    #[test]
    fn box_with_a_flipped_bit_does_not_open(draft in prop::collection::vec(any::<u8>(), 0..40), at: prop::sample::Index, bit in 0..8_u8) {
        let key = LocalKey::from_bytes(&[9; 32]);
        let mut sealed = key.seal_draft(&PROFILE, b"name", &draft, &mut FixedRng::new(1));
        *at.get_mut(&mut sealed) ^= 1 << bit;
        prop_assert!(key.open_draft(&PROFILE, b"name", &sealed).is_err());
    }

    #[test]
    fn truncated_or_extended_box_does_not_open(len in 0..200_usize) {
        let key = LocalKey::from_bytes(&[9; 32]);
        let mut sealed = key.seal_draft(&PROFILE, b"name", &[7; 40], &mut FixedRng::new(1));
        prop_assume!(len != sealed.len());
        sealed.resize(len, 0);
        prop_assert!(key.open_draft(&PROFILE, b"name", &sealed).is_err());
    }

    #[test]
    fn body_opens_and_its_length_is_a_power_of_two(payload in prop::collection::vec(any::<u8>(), 0..5000)) {
        let rng = &mut FixedRng::new(2);
        let (key, identity) = (VaultKey::make(rng), Identity::make_first(rng));
        let made = make_revision(&header(), &payload, &key, &identity, rng).unwrap();
        let padded = made.body.len() - SEAL_OVERHEAD;
        prop_assert!(padded.is_power_of_two() && padded >= 1024);
        let opened = open_body(&made.signed, &made.body, &key).ok().unwrap();
        prop_assert_eq!(opened.expose(), payload);
    }

    #[test]
    fn revision_with_a_flipped_bit_is_rejected(at: prop::sample::Index, bit in 0..8_u8, part in 0..3_u8) {
        let rng = &mut FixedRng::new(3);
        let (key, identity) = (VaultKey::make(rng), Identity::make_first(rng));
        let mut made = make_revision(&header(), b"payload", &key, &identity, rng).unwrap();
        let mut signature = *made.signed.signature.as_bytes();
        let bytes: &mut [u8] = match part {
            0 => &mut made.signed.header,
            1 => &mut made.body,
            _ => &mut signature,
        };
        *at.get_mut(bytes) ^= 1 << bit;
        made.signed.signature = signature.into();
        let refused = made.signed.verify(identity.public()).is_err() || open_body(&made.signed, &made.body, &key).is_err();
        prop_assert!(refused);
    }

    #[test]
    fn secret_key_is_parsed_leniently(bytes: [u8; 16], lower: bool, prefix: bool, gap in "[ \t\n-]{0,3}") {
        let key = SecretKey::from_bytes(&bytes);
        let mut text = key.to_text().expose().to_owned();
        if !prefix {
            text = text[3..].to_owned();
        }
        text = text.replace('-', &gap).replace('0', "O").replace('1', if lower { "L" } else { "I" });
        if lower {
            text = text.to_lowercase();
        }
        prop_assert!(SecretKey::from_text(&text).ok().unwrap().is_same_as(&key));
    }

    #[test]
    fn arbitrary_bytes_never_panic_a_decoder(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = HeaderFile::parse(&bytes);
        let _ = Certificate::decode(&bytes);
        let _ = SignedCertificate::decode(&bytes);
        let _ = Record::decode(&bytes);
        let _ = RevisionHeader::decode(&bytes);
        let _ = Keyset::open_local(&bytes, &RootKey::from_bytes(&[0; 32]), &AccountId::from_bytes([0; 16]));
        let _ = SecretKey::from_text(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn changed_record_is_rejected_or_decodes_to_another_value(at: prop::sample::Index, to: u8) {
        let rng = &mut FixedRng::new(4);
        let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
        let certificate = root.certify(&identity, Predecessor::Sound, 1);
        let vault = make_vault(&root.account_id(), &identity, &certificate, 1, rng);
        let mut bytes = vault.record.bytes.clone();
        *at.get_mut(&mut bytes) = to;
        match Record::decode(&bytes) {
            Ok(record) => prop_assert_eq!(record.encode(), bytes.clone()),
            Err(_) => prop_assert!(bytes != vault.record.bytes),
        }
        let mut record = vault.record.clone();
        record.bytes = bytes;
        if record != vault.record {
            prop_assert!(Genesis::verify(&record, None).is_err());
            prop_assert!(Genesis::verify(&record, Some(&vault.genesis_hash)).is_err());
        }
    }
}

#[test]
fn mistyped_secret_key_is_detected() {
    let mut found = 0_u32;
    let mut tried = 0_u32;
    for seed in 0..40 {
        let text = SecretKey::make(&mut FixedRng::new(seed)).to_text().expose().to_owned();
        for (at, typed) in text.char_indices().skip(3).filter(|(_, typed)| *typed != '-') {
            for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().filter(|other| *other != typed) {
                let mut wrong = text.clone();
                wrong.replace_range(at..=at, &other.to_string());
                tried += 1;
                found += u32::from(SecretKey::from_text(&wrong).is_err());
            }
        }
    }
    // A 12-bit checksum misses one error in 4096; every change in the last two characters is detected.
    assert_eq!(tried, 40 * 28 * 31);
    assert!(tried - found <= tried / 2048, "{found} of {tried}");
}

#[test]
fn payload_length_is_bounded() {
    let rng = &mut FixedRng::new(6);
    let (key, identity) = (VaultKey::make(rng), Identity::make_first(rng));
    assert!(make_revision(&header(), &vec![0; MAX_PAYLOAD + 1], &key, &identity, rng).is_err());
    let made = make_revision(&header(), &vec![0x80; MAX_PAYLOAD], &key, &identity, rng).unwrap();
    assert_eq!(open_body(&made.signed, &made.body, &key).ok().unwrap().expose().len(), MAX_PAYLOAD);
}

#[test]
fn log_accepts_its_founder_and_rejects_invalid_entries() {
    let rng = &mut FixedRng::new(7);
    let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
    let certificate = root.certify(&identity, Predecessor::Sound, 1);
    let vault = make_vault(&root.account_id(), &identity, &certificate, 1, rng);
    let mut log = LogVerifier::from_genesis(&vault.record, Some(&vault.genesis_hash)).unwrap();

    let first = RevisionHeader {
        vault_id: vault.vault_id,
        author: root.account_id(),
        base_seq: 1,
        base_root: log.head().root,
        ..header()
    };
    let mut push = |log: &mut LogVerifier, header: &RevisionHeader, by: &Identity| {
        let made = make_revision(header, b"x", &vault.key, by, rng).unwrap();
        let before = log.head().root;
        let verdict = log.push(Entry::Revision(&made.signed));
        assert_ne!(log.head().root, before, "the root covers every entry");
        (made.signed.hash(), verdict)
    };
    let (hash, verdict) = push(&mut log, &first, &identity);
    assert_eq!((verdict, log.head().seq), (Verdict::Accepted, 2));
    assert_eq!(log.current(&first.item_id).map(|current| current.hash), Some(hash));

    let rejected = |reason| Verdict::Rejected(reason);
    let next = RevisionHeader { parent: Some(hash), ..first.clone() };
    let stranger = Identity::make_first(&mut FixedRng::new(8));
    assert_eq!(push(&mut log, &next, &stranger).1, rejected(RejectReason::Signature));
    assert_eq!(push(&mut log, &first, &identity).1, rejected(RejectReason::Parent));
    type Change<'a> = &'a dyn Fn(&mut RevisionHeader);
    let changed = |change: Change<'_>| {
        let mut header = next.clone();
        change(&mut header);
        header
    };
    let cases: [(Change<'_>, RejectReason); 6] = [
        (&|header| header.vault_id = VaultId::from_bytes([0; 16]), RejectReason::OtherVault),
        (&|header| header.author = AccountId::from_bytes([0; 16]), RejectReason::Author),
        (&|header| header.generation = 2, RejectReason::Author),
        (&|header| header.epoch = 2, RejectReason::Epoch),
        (&|header| header.base_root = Root::from_bytes([0; 32]), RejectReason::Base),
        (&|header| header.base_seq = 1000, RejectReason::Base),
    ];
    for (change, reason) in cases {
        assert_eq!(push(&mut log, &changed(change), &identity).1, rejected(reason));
    }
    assert_eq!(log.push(Entry::Record(&vault.record)), rejected(RejectReason::Combination));
    assert_eq!(
        log.current(&first.item_id).map(|current| current.hash),
        Some(hash),
        "rejected entries change nothing"
    );
    let tombstone = changed(&|header| header.kind = RevisionKind::Tombstone);
    assert_eq!(push(&mut log, &tombstone, &identity).1, Verdict::Accepted);
}
