//! Tests of the canonical encoding.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::revision::{BlobRef, RevisionHeader, RevisionKind};
use vault_wire::roster::Record;
use vault_wire::{AccountId, BlobId, CtRoot, ItemId, RevHash, Root, VaultId};

#[test]
fn integers_are_encoded_in_shortest_form() {
    // From RFC 8949, appendix A.
    let cases: [(u64, &[u8]); 12] = [
        (0, &[0x00]),
        (10, &[0x0a]),
        (23, &[0x17]),
        (24, &[0x18, 0x18]),
        (25, &[0x18, 0x19]),
        (100, &[0x18, 0x64]),
        (255, &[0x18, 0xff]),
        (1000, &[0x19, 0x03, 0xe8]),
        (65_536, &[0x1a, 0x00, 0x01, 0x00, 0x00]),
        (1_000_000, &[0x1a, 0x00, 0x0f, 0x42, 0x40]),
        (1_000_000_000_000, &[0x1b, 0x00, 0x00, 0x00, 0xe8, 0xd4, 0xa5, 0x10, 0x00]),
        (u64::MAX, &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ];
    for (value, bytes) in cases {
        assert_eq!(Array::new().uint(value).encode(), [&[0x81], bytes].concat());
    }
}

#[test]
fn every_item_type_round_trips() {
    let inner = Array::new().uint(500).bytes(&[]);
    let bytes = Array::new()
        .text("ü")
        .bytes(&[1, 2, 3, 4])
        .bool(true)
        .bool(false)
        .bytes_or_null(None)
        .array(&inner)
        .encode();
    assert_eq!(bytes, b"\x86\x62\xc3\xbc\x44\x01\x02\x03\x04\xf5\xf4\xf6\x82\x19\x01\xf4\x40");

    let mut reader = Reader::new(&bytes);
    reader.array(6).unwrap();
    assert_eq!(reader.text_up_to(2), Ok("ü"));
    assert_eq!(reader.bytes_up_to(4), Ok([1, 2, 3, 4].as_slice()));
    assert_eq!((reader.bool(), reader.bool(), reader.null()), (Ok(true), Ok(false), Ok(true)));
    assert_eq!(reader.array_up_to(2), Ok(2));
    assert_eq!((reader.uint(), reader.null()), (Ok(500), Ok(false)));
    assert_eq!(reader.end(), Err(DecodeError::TrailingBytes));
    assert_eq!((reader.bytes_up_to(0), reader.end()), (Ok([].as_slice()), Ok(())));
}

#[test]
fn lengths_above_the_bound_are_rejected_before_allocation() {
    // An array, a byte string and a text that claim 2⁶⁴ − 1 items or bytes.
    let claim = |major: u8| [vec![major << 5 | 27], vec![0xff; 8]].concat();
    assert_eq!(Reader::new(&claim(4)).array_up_to(16), Err(DecodeError::TooLong));
    assert_eq!(Reader::new(&claim(2)).bytes_up_to(16), Err(DecodeError::Malformed));
    assert_eq!(Reader::new(&claim(3)).text_up_to(16), Err(DecodeError::Malformed));
    assert_eq!(Reader::new(b"\x43abc").bytes_up_to(2), Err(DecodeError::TooLong));
    assert_eq!(Reader::new(b"\x63abc").text_up_to(2), Err(DecodeError::TooLong));
    assert_eq!(Reader::new(&claim(0)).uint32(), Err(DecodeError::TooLong));
    for too_long in [vec![0; Record::MAX_LEN + 1], vec![0; RevisionHeader::MAX_LEN + 1]] {
        assert_eq!(Record::decode(&too_long), Err(DecodeError::TooLong));
    }
}

#[test]
fn a_revision_names_at_most_1024_documents() {
    let header = |documents| RevisionHeader {
        vault_id: VaultId::from_bytes([1; 16]),
        item_id: ItemId::from_bytes([2; 16]),
        kind: RevisionKind::Put,
        parent: Some(RevHash::from_bytes([3; 32])),
        author: AccountId::from_bytes([4; 16]),
        generation: u32::MAX,
        epoch: u32::MAX,
        base_seq: u64::MAX,
        base_root: Root::from_bytes([5; 32]),
        blobs: vec![
            BlobRef {
                blob_id: BlobId::from_bytes([6; 16]),
                ct_size: u64::MAX,
                ct_root: CtRoot::from_bytes([7; 32]),
            };
            documents
        ],
    };
    let largest = header(1024);
    assert_eq!(RevisionHeader::decode(&largest.encode()), Ok(largest));
    assert_eq!(RevisionHeader::decode(&header(1025).encode()), Err(DecodeError::TooLong));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, rng_seed: RngSeed::Fixed(0xC0FFE2), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decoded_values_encode_to_the_same_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(value) = Certificate::decode(&bytes) { prop_assert_eq!(value.encode(), bytes.clone()); }
        if let Ok(value) = SignedCertificate::decode(&bytes) { prop_assert_eq!(value.encode(), bytes.clone()); }
        if let Ok(value) = Record::decode(&bytes) { prop_assert_eq!(value.encode(), bytes.clone()); }
        if let Ok(value) = RevisionHeader::decode(&bytes) { prop_assert_eq!(value.encode(), bytes); }
    }

    #[test]
    fn nested_garbage_never_makes_the_reader_panic(bytes in prop::collection::vec(prop::sample::select(vec![0x80_u8, 0x81, 0x83, 0x89, 0x8b, 0x9f, 0xbf, 0xff, 0x40, 0x50, 0x58, 0x5f, 0x18, 0x1b, 0x00, 0x01, 0xf6, 0xf5, 0xfb]), 0..60)) {
        let refused = (Certificate::decode(&bytes).is_err(), Record::decode(&bytes).is_err(), RevisionHeader::decode(&bytes).is_err());
        prop_assert_eq!(refused, (true, true, true));
    }
}
