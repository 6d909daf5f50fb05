//! Properties of every CBOR message.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use vault_wire::cbor::{Canonical, DecodeError};
use vault_wire::message::*;
use vault_wire::*;

use super::samples::*;

#[test]
fn every_message_round_trips() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {{
            let sample: $type = $sample;
            assert_eq!(<$type>::decode(&sample.encode()), Ok(sample), stringify!($name));
        }};
    }
    each_cbor!(run);
}

#[test]
fn missing_and_trailing_bytes_are_rejected() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {{
            let bytes = <$type>::encode(&$sample);
            for end in 0..bytes.len() {
                assert!(<$type>::decode(&bytes[..end]).is_err(), "{} cut to {end}", stringify!($name));
            }
            let longer = [bytes.as_slice(), &[0]].concat();
            let error = <$type>::decode(&longer).unwrap_err();
            assert!(
                matches!(error, DecodeError::TrailingBytes | DecodeError::TooLong),
                "{}: {error}",
                stringify!($name)
            );
        }};
    }
    each_cbor!(run);
}

#[test]
fn array_head_in_longer_form_is_rejected() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {{
            let bytes = <$type>::encode(&$sample);
            let longer = [&[0x98, bytes[0] & 0x1f], &bytes[1..]].concat();
            let error = <$type>::decode(&longer).unwrap_err();
            assert!(
                matches!(error, DecodeError::NotCanonical | DecodeError::TooLong),
                "{}: {error}",
                stringify!($name)
            );
        }};
    }
    each_cbor!(run);
}

#[test]
fn changed_bytes_never_give_a_second_encoding_or_panic() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {{
            let bytes = <$type>::encode(&$sample);
            for at in 0..bytes.len() {
                for flip in [0x01, 0x20, 0x80, 0xff] {
                    let mut changed = bytes.clone();
                    changed[at] ^= flip;
                    if let Ok(value) = <$type>::decode(&changed) {
                        assert_eq!(value.encode(), changed, "{} at {at}", stringify!($name));
                    }
                }
            }
        }};
    }
    each_cbor!(run);
}

#[test]
fn input_above_the_maximum_length_is_rejected() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {
            assert_eq!(
                <$type>::decode(&vec![0xff; <$type>::MAX_LEN + 1]),
                Err(DecodeError::TooLong),
                stringify!($name)
            );
        };
    }
    each_cbor!(run);
}

fn any_entry() -> impl Strategy<Value = LogEntry> {
    let bytes = |most: usize| prop::collection::vec(any::<u8>(), 0..most);
    (bytes(80), bytes(60), any::<[u8; 32]>(), any::<[u8; 32]>(), 0..4_u8).prop_map(
        |(head, body, hash, half, kind)| {
            let signature = Signature::from_bytes([half, hash].concat().try_into().unwrap());
            match kind {
                0 | 1 => LogEntry::Record(roster::SignedRecord {
                    bytes: head,
                    signature,
                    root_signature: (kind == 1).then_some(signature),
                }),
                2 => LogEntry::Revision {
                    revision: revision::SignedRevision {
                        header: head,
                        body_hash: BodyHash::of(&body),
                        signature,
                    },
                    body: Some(body),
                },
                _ => LogEntry::Revision {
                    revision: revision::SignedRevision {
                        header: head,
                        body_hash: BodyHash::from_bytes(hash),
                        signature,
                    },
                    body: None,
                },
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: RngSeed::Fixed(0xC0FFE6), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_entries_round_trip(entries in prop::collection::vec(any_entry(), 1..12), after in 0..u64::MAX / 2, more in 0..u64::MAX / 2, atomic: bool) {
        let head_root = Root::from_bytes([2; 32]);
        let head_seq = after + entries.len() as u64 + more;
        let page = LogPage { vault_id: VaultId::from_bytes([1; 16]), after, entries: entries.clone(), head_seq, head_root };
        prop_assert_eq!(page.next(), (more > 0).then_some(head_seq - more));
        prop_assert_eq!(LogPage::decode(&page.encode()), Ok(page));

        let heal = HealBatch { first_seq: after + 1, entries: entries.clone() };
        prop_assert_eq!(HealBatch::decode(&heal.encode()), Ok(heal));

        let whole = entries.iter().all(LogEntry::is_complete);
        let push = PushBatch { batch_id: BatchId::from_bytes([3; 16]), atomic, entries };
        prop_assert_eq!(PushBatch::decode(&push.encode()), if whole { Ok(push) } else { Err(DecodeError::Malformed) });
    }

    #[test]
    fn missing_chunks_round_trip(steps in prop::collection::vec((1..50_u32, 1..50_u32), 0..60)) {
        let mut at = 0;
        let ranges = steps.into_iter().map(|(gap, count)| {
            let first = at + gap;
            at = first + count;
            ChunkRange { first, count }
        });
        let missing = MissingChunks { ranges: ranges.collect() };
        prop_assert_eq!(MissingChunks::decode(&missing.encode()), Ok(missing));
    }

    #[test]
    fn arbitrary_bytes_never_panic_or_have_a_second_encoding(
        version in 0..3_u8,
        items in 0..12_u8,
        rest in prop::collection::vec(prop::sample::select(vec![0x00_u8, 0x01, 0x02, 0x18, 0x1b, 0x40, 0x50, 0x58, 0x5f, 0x60, 0x80, 0x82, 0x83, 0x85, 0x98, 0x9b, 0x9f, 0xf4, 0xf5, 0xf6, 0xff]), 0..120),
    ) {
        let bytes = [&[0x80 | items, version], rest.as_slice()].concat();
        macro_rules! run {
            ($name:ident: $type:ty = $sample:expr) => {
                if let Ok(value) = <$type>::decode(&bytes) { prop_assert_eq!(value.encode(), bytes.clone()); }
            };
        }
        each_cbor!(run);
    }
}
