//! Tests of limits, at and just above each bound.

use vault_wire::account::SignedDeviceKeys;
use vault_wire::cbor::{Array, Canonical, DecodeError};
use vault_wire::log::RejectReason;
use vault_wire::message::*;
use vault_wire::revision::{RevisionHeader, SignedRevision};
use vault_wire::roster::{Record, SignedRecord};
use vault_wire::*;

use super::samples::*;

fn largest(header: usize, body: usize) -> LogEntry {
    let body = vec![1; body];
    let signature = Signature::from_bytes([9; 64]);
    let revision = SignedRevision { header: vec![2; header], body_hash: BodyHash::of(&body), signature };
    LogEntry::Revision { revision, body: Some(body) }
}

#[test]
fn entry_length_is_bounded_by_its_parts() {
    let entry = largest(RevisionHeader::MAX_LEN, MAX_BODY);
    let bytes = entry.encode();
    assert_eq!(bytes.len(), LogEntry::MAX_LEN);
    assert_eq!(LogEntry::decode(&bytes), Ok(entry));
    for (header, body) in [(RevisionHeader::MAX_LEN + 1, 0), (0, MAX_BODY + 1)] {
        assert_eq!(LogEntry::decode(&largest(header, body).encode()), Err(DecodeError::TooLong));
    }
    let record = |len| {
        let signature = Signature::from_bytes([9; 64]);
        LogEntry::Record(SignedRecord { bytes: vec![2; len], signature, root_signature: Some(signature) })
    };
    assert_eq!(LogEntry::decode(&record(Record::MAX_LEN).encode()), Ok(record(Record::MAX_LEN)));
    assert_eq!(LogEntry::decode(&record(Record::MAX_LEN + 1).encode()), Err(DecodeError::TooLong));
}

#[test]
fn largest_entry_fits_in_push_page_and_heal_batch() {
    let entries = vec![largest(RevisionHeader::MAX_LEN, MAX_BODY)];
    let push = PushBatch { entries: entries.clone(), ..push() };
    assert_eq!(PushBatch::decode(&push.encode()), Ok(push));
    let page = LogPage { entries: entries.clone(), after: u64::MAX - 1, head_seq: u64::MAX, ..page() };
    assert_eq!(LogPage::decode(&page.encode()), Ok(page));
    let heal = HealBatch { entries, first_seq: u64::MAX - 1 };
    assert_eq!(HealBatch::decode(&heal.encode()), Ok(heal));
}

#[test]
fn pushes_and_pages_are_bounded_in_bytes() {
    // Two entries that fill the message exactly, and then exceed it by one byte.
    let full = |frame: usize, most: usize, more: usize| {
        let rest = most - frame - 2 * largest(0, 70_000).encode().len() + 2 * 70_000;
        vec![largest(0, rest / 2), largest(0, rest - rest / 2 + more)]
    };
    let push_of = |more| PushBatch { entries: full(21, PushBatch::MAX_LEN, more), ..push() };
    assert_eq!(push_of(0).encode().len(), PushBatch::MAX_LEN);
    assert!(PushBatch::decode(&push_of(0).encode()).is_ok());
    assert_eq!(PushBatch::decode(&push_of(1).encode()), Err(DecodeError::TooLong));

    let page_of =
        |more| LogPage { entries: full(56, LogPage::MAX_LEN, more), after: 0, head_seq: 2, ..page() };
    assert_eq!(page_of(0).encode().len(), LogPage::MAX_LEN);
    assert!(LogPage::decode(&page_of(0).encode()).is_ok());
    assert_eq!(LogPage::decode(&page_of(1).encode()), Err(DecodeError::TooLong));
}

#[test]
fn cbor_lists_are_bounded() {
    fn edge<T: Canonical + std::fmt::Debug + PartialEq>(most: u64, make: impl Fn(usize) -> T) {
        let most = usize::try_from(most).unwrap();
        let full = make(most);
        assert_eq!(T::decode(&full.encode()).as_ref(), Ok(&full));
        assert_eq!(T::decode(&make(most + 1).encode()), Err(DecodeError::TooLong));
    }
    edge(MAX_PAGE_ENTRIES, |n| LogPage { entries: vec![revision(None); n], head_seq: 5000, ..page() });
    edge(MAX_PAGE_ENTRIES, |n| HealBatch { entries: vec![revision(None); n], ..heal() });
    edge(MAX_PUSH_ENTRIES, |n| PushBatch { entries: vec![record(None); n], ..push() });
    edge(MAX_PUSH_ENTRIES, |n| PushReply {
        head_seq: u64::MAX,
        results: vec![PushResult::Accepted { seq: u64::MAX }; n],
        ..reply()
    });
    edge(MAX_GRANTS, |n| GrantList { grants: vec![grant(); n] });
    edge(MAX_GRANTS, |n| LackingGrants { epoch: u32::MAX, accounts: (0..n as u128).map(account).collect() });
    edge(MAX_ANSWERS, |n| AnswerList { answers: vec![answers().answers.remove(0); n] });
    edge(MAX_VAULTS, |n| {
        let id = |at: usize| VaultId::from_bytes((at as u128).to_be_bytes());
        VaultList {
            vaults: (0..n).map(|at| VaultHead { vault_id: id(at), ..head(1) }).collect(),
            next: Some(id(n - 1)),
        }
    });
    edge(MAX_RANGES, |n| {
        let range = |at| ChunkRange { first: 62 * u32::try_from(at).unwrap(), count: 61 };
        MissingChunks { ranges: (0..n).map(range).collect() }
    });
    edge(MAX_CHUNKS.into(), |n| ChunkList { hashes: vec![[1; 32]; n], ..chunks() });
}

#[test]
fn empty_lists_are_rejected_where_required() {
    let empty: [Result<(), DecodeError>; 5] = [
        PushBatch::decode(&PushBatch { entries: vec![], ..push() }.encode()).map(drop),
        HealBatch::decode(&HealBatch { entries: vec![], ..heal() }.encode()).map(drop),
        PushReply::decode(&PushReply { results: vec![], ..reply() }.encode()).map(drop),
        GrantList::decode(&GrantList { grants: vec![] }.encode()).map(drop),
        ChunkList::decode(&ChunkList { hashes: vec![], ..chunks() }.encode()).map(drop),
    ];
    assert_eq!(empty, [Err(DecodeError::Malformed); 5]);
    assert!(MissingChunks::decode(&MissingChunks { ranges: vec![] }.encode()).is_ok());
    assert!(AnswerList::decode(&AnswerList { answers: vec![] }.encode()).is_ok());
    assert!(LackingGrants::decode(&LackingGrants { accounts: vec![], ..lacking() }.encode()).is_ok());
    assert!(VaultList::decode(&VaultList { vaults: vec![], next: None }.encode()).is_ok());
}

#[test]
fn page_must_make_progress_and_end_at_the_head() {
    let of =
        |after, entries, head_seq| LogPage::decode(&LogPage { after, entries, head_seq, ..page() }.encode());
    assert_eq!(of(41, entries(), 46).unwrap().next(), None);
    assert_eq!(of(41, entries(), 47).unwrap().next(), Some(46));
    assert_eq!(of(41, entries(), 45), Err(DecodeError::Malformed));
    assert_eq!(of(u64::MAX, entries(), u64::MAX), Err(DecodeError::Malformed));
    assert_eq!(of(41, vec![], 42), Err(DecodeError::Malformed), "an empty page before the head");
    assert_eq!(of(41, vec![], 41).unwrap().next(), None);
    assert_eq!(of(41, vec![], 12).unwrap().next(), None, "the verifier detects a rolled-back log");
}

#[test]
fn body_that_does_not_match_its_hash_is_rejected() {
    let LogEntry::Revision { mut revision, body } = revision(Some(b"sealed")) else { panic!() };
    revision.body_hash = BodyHash::of(b"other");
    let entry = LogEntry::Revision { revision, body };
    assert_eq!(LogEntry::decode(&entry.encode()), Err(DecodeError::HashMismatch));
}

#[test]
fn push_with_incomplete_entry_is_rejected() {
    let without = PushBatch { entries: vec![revision(Some(b"sealed")), revision(None)], ..push() };
    assert_eq!(PushBatch::decode(&without.encode()), Err(DecodeError::Malformed));
}

#[test]
fn records_have_one_or_two_signatures() {
    for (len, fits) in
        [(0, false), (63, false), (64, true), (65, false), (127, false), (128, true), (129, false)]
    {
        let bytes = Array::new().uint(2).bytes(b"record").bytes(&vec![1; len]).encode();
        assert_eq!(LogEntry::decode(&bytes).is_ok(), fits, "{len}");
    }
}

#[test]
fn push_reply_beyond_the_head_is_rejected() {
    for result in
        [PushResult::Accepted { seq: 0 }, PushResult::Accepted { seq: 47 }, PushResult::Conflict { seq: 47 }]
    {
        let reply = PushReply { results: vec![result], ..reply() };
        assert_eq!(PushReply::decode(&reply.encode()), Err(DecodeError::Malformed), "{result:?}");
    }
}

#[test]
fn every_refusal_has_a_unique_number() {
    let known: Vec<u64> = (0..1000).filter(|number| Refusal::from_number(*number).is_ok()).collect();
    let reasons = RejectReason::ALL
        .iter()
        .filter(|reason| **reason != RejectReason::Parent)
        .map(|reason| reason.number());
    assert_eq!(known, reasons.chain(64..=68).collect::<Vec<_>>());
    for number in known {
        assert_eq!(Refusal::from_number(number).unwrap().number(), number);
    }
}

#[test]
fn missing_chunk_ranges_are_ascending_with_gaps() {
    let of = |ranges: &[(u32, u32)]| {
        let ranges = ranges.iter().map(|&(first, count)| ChunkRange { first, count }).collect();
        MissingChunks::decode(&MissingChunks { ranges }.encode()).map(drop)
    };
    assert_eq!(of(&[(0, 1), (2, 1), (MAX_CHUNKS - 1, 1)]), Ok(()));
    for wrong in [
        &[(0, 0)][..],
        &[(0, 1), (1, 1)],
        &[(2, 1), (0, 1)],
        &[(0, 3), (2, 1)],
        &[(MAX_CHUNKS, 1)],
        &[(0, MAX_CHUNKS + 1)],
        &[(u32::MAX, u32::MAX)],
    ] {
        assert_eq!(of(wrong), Err(DecodeError::Malformed), "{wrong:?}");
    }
}

#[test]
fn vaults_are_listed_in_order_of_their_ids() {
    let of = |ids: &[u8], next: Option<u8>| {
        let vaults = ids.iter().map(|id| head(*id)).collect();
        VaultList::decode(&VaultList { vaults, next: next.map(|id| VaultId::from_bytes([id; 16])) }.encode())
            .map(drop)
    };
    assert_eq!(of(&[1, 2], Some(2)), Ok(()));
    for (ids, next) in [(&[2, 1][..], None), (&[1, 1], None), (&[1, 2], Some(1)), (&[], Some(1))] {
        assert_eq!(of(ids, next), Err(DecodeError::Malformed), "{ids:?} {next:?}");
    }
}

#[test]
fn only_lengths_of_sealed_documents_can_be_declared() {
    use vault_wire::blob::{BlobLayout, MAX_DOCUMENT};
    let id = BlobId::from_bytes([8; 16]);
    for size in [0, 1, 4096, 4097, 4 << 20, (4 << 20) + 1, 1 << 33, MAX_DOCUMENT] {
        let layout = BlobLayout::new(size).unwrap();
        let declared = DeclareBlob::new(id, layout.sealed()).unwrap();
        assert_eq!(
            (declared.layout().sealed(), declared.layout().chunks()),
            (layout.sealed(), layout.chunks())
        );
        assert_eq!(DeclareBlob::new(id, layout.sealed() + 1), None, "{size}");
        assert_eq!(DeclareBlob::new(id, layout.sealed() - 1), None, "{size}");
    }
    for wrong in [0, 15, 16, 4096, Limits::MAX.document_bytes + 1, u64::MAX] {
        assert_eq!(DeclareBlob::new(id, wrong), None, "{wrong}");
    }
}

#[test]
fn server_limits_above_the_format_are_rejected() {
    assert_eq!((Limits::MAX.check(), Limits::MIN.check()), (Ok(()), Ok(())));
    let max = Limits::MAX;
    for wrong in [
        Limits { page_entries: max.page_entries + 1, ..max },
        Limits { push_entries: max.push_entries + 1, ..max },
        Limits { body_bytes: max.body_bytes + 1, ..max },
        Limits { document_bytes: max.document_bytes + 1, ..max },
        Limits { page_entries: 0, ..max },
        Limits { push_entries: 0, ..max },
        Limits { body_bytes: 1096, ..max },
        Limits { document_bytes: 4111, ..max },
    ] {
        let text = serde_json::to_vec(&Discovery { limits: wrong, ..discovery() }).unwrap();
        assert_eq!(Discovery::from_json(&text).err(), Some(JsonError::OutOfBounds), "{wrong:?}");
    }
}

#[test]
fn json_lists_are_bounded() {
    fn edge<T: JsonMessage>(make: impl Fn(usize) -> Value, most: usize) {
        let text = |n| serde_json::to_vec(&make(n)).unwrap();
        assert!(T::from_json(&text(most)).is_ok());
        assert_eq!(T::from_json(&text(most + 1)).err(), Some(JsonError::Malformed));
    }
    use serde_json::{Value, json};
    let largest_device = Device {
        device: Bytes::new(vec![1; SignedDeviceKeys::MAX_LEN]).unwrap(),
        label: Some(Bytes::new(vec![1; 329]).unwrap()),
        seen_at: u64::MAX,
        added_at: u64::MAX,
        ..device(1)
    };
    edge::<DeviceList>(|n| json!({ "devices": vec![&largest_device; n] }), 64);
    let largest_session = LoginSession { begun_at: u64::MAX, used_at: u64::MAX, ..session() };
    edge::<SessionList>(|n| json!({ "sessions": vec![&largest_session; n] }), 256);
    let largest_event = AuditEvent {
        seq: u64::MAX,
        at: u64::MAX,
        kind: Slug::new(&"a".repeat(40)).unwrap(),
        address: Some(Text::new(&"f".repeat(45)).unwrap()),
        ..event()
    };
    edge::<AuditPage>(|n| json!({ "events": vec![&largest_event; n], "more": true }), 200);
    let largest_use = VaultUsage { vault_id: VaultId::from_bytes([1; 16]), bytes: u64::MAX };
    let export_with = |n| {
        let devices = vec![&largest_device; 64];
        let sessions = vec![&largest_session; 256];
        let base: Value = serde_json::from_slice(&export().to_json().unwrap()).unwrap();
        let Value::Object(mut members) = base else { panic!() };
        members.extend([
            ("devices".to_owned(), json!(devices)),
            ("sessions".to_owned(), json!(sessions)),
            ("vaults".to_owned(), json!(vec![largest_use; n])),
        ]);
        Value::Object(members)
    };
    edge::<AccountExport>(export_with, 1000);
    for n in [9, 11] {
        let codes = json!({ "codes": vec!["x"; n] });
        assert!(RecoveryCodes::from_json(&serde_json::to_vec(&codes).unwrap()).is_err());
    }
}

#[test]
fn t11_range_of_a_log_has_exactly_its_entries_and_no_bodies() {
    let good = range();
    assert_eq!(LogRange::decode(&good.encode()).as_ref(), Ok(&good));
    assert_eq!(good.after(), Some(300));
    let refused = |range: LogRange, error| assert_eq!(LogRange::decode(&range.encode()), Err(error));
    let mut shorter = good.clone();
    shorter.entries.pop();
    refused(shorter, DecodeError::Malformed);
    let mut longer = good.clone();
    longer.entries.push(record(None));
    refused(longer, DecodeError::TooLong);
    refused(LogRange { entries: vec![], ..good }, DecodeError::Malformed);
    // A body would make the range another one for each reader who may have it.
    let mut with_body = good.clone();
    with_body.entries[99] = revision(Some(b"body"));
    refused(with_body, DecodeError::Malformed);
    // The last range has numbers below 2^64; the next one would begin again from a small number.
    let last = u64::MAX / 100 - 1;
    let at = |index| LogRange { index, ..good.clone() };
    assert_eq!(LogRange::decode(&at(last).encode()), Ok(at(last)));
    for index in [last + 1, last + 2, u64::MAX] {
        refused(at(index), DecodeError::Malformed);
    }
}
