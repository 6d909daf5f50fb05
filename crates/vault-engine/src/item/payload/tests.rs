use std::collections::BTreeSet;

use minicbor::Encoder;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use vault_crypto::{FileKey, SecretText};
use vault_wire::BlobId;

use crate::clock::Timestamp;
use crate::item::day::Day;
use crate::item::field_kind::FieldKind;
use crate::item::item_type::ItemType;
use crate::item::model::{Attachment, Field, FieldId, Flags, PastValue, Superseded};
use crate::item::passkey::{CoseAlgorithm, Passkey, SecretBytes};
use crate::item::payload::*;
use crate::item::role::Role;
use crate::item::sample_passkey;
use crate::item::url_match::UrlMatch;

fn seeded(seed: u64) -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..ProptestConfig::default() }
}

/// Implements the `Debug` that proptest requires, for types that must not be printed.
struct Unprinted<T>(T);
impl<T> std::fmt::Debug for Unprinted<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("redacted")
    }
}

prop_compose! {
    fn some_field()(
        number in 0_u64..120, kind in 0..FieldKind::ALL.len(), texts in any::<[String; 2]>(),
        section in any::<Option<String>>(), history in prop::collection::vec(any::<(String, u64)>(), 0..4),
    ) -> Unprinted<Field> {
        let [label, value] = texts;
        let mut field = Field::new(FieldId([0; 8]), FieldKind::ALL[kind], SecretText::new(value));
        field.role = Role::from_number(number);
        (field.label, field.section) = (label, section);
        field.history = history
            .into_iter()
            .map(|(value, at)| PastValue { value: SecretText::new(value), replaced_at: Timestamp(at) })
            .collect();
        Unprinted(field)
    }
}

prop_compose! {
    fn some_passkey()(
        ids in any::<[Vec<u8>; 2]>(), texts in any::<[String; 4]>(), key in any::<Vec<u8>>(), algorithm in any::<i64>(),
        sign_counter in any::<u32>(), discoverable in any::<bool>(), at in any::<u64>(),
    ) -> Unprinted<Passkey> {
        let ([credential_id, user_handle], [rp_id, rp_name, user_name, display_name]) = (ids, texts);
        Unprinted(Passkey {
            credential_id, rp_id, rp_name, user_handle, user_name, display_name,
            private_key: SecretBytes::new(key), algorithm: CoseAlgorithm(algorithm), sign_counter, discoverable,
            created_at: Timestamp(at), unknown: Default::default(),
        })
    }
}

prop_compose! {
    fn some_item()(
        item_type in 0..ItemType::ALL.len(),
        texts in any::<[String; 3]>(),
        fields in prop::collection::vec(some_field(), 0..6),
        urls in prop::collection::vec(any::<String>(), 0..4),
        tags in prop::collection::btree_set(any::<String>(), 0..5),
        folder in any::<Option<String>>(),
        marks in any::<[bool; 5]>(),
        times in any::<(u64, u64, Option<u64>, Option<u64>)>(),
        rules in prop::collection::btree_map(any::<String>(), 1_u64..9, 0..3),
        passkeys in prop::collection::vec(some_passkey(), 0..3),
        files in prop::collection::vec(any::<([u8; 16], [u8; 32], u64, String, String, u64)>(), 0..3),
        aside in prop::collection::vec(any::<(Option<[u8; 8]>, String, String, u64)>(), 0..3),
    ) -> Unprinted<Item> {
        let [title, notes, device] = texts;
        let [favourite, edited_in_two_places, archived, reprompt, template] = marks;
        let mut item = Item::new(ItemType::ALL[item_type], Timestamp(times.0));
        (item.title, item.notes, item.device) = (title, SecretText::new(notes), device);
        item.fields = (0..).zip(fields).map(|(id, field)| Field { id: FieldId([id; 8]), ..field.0 }).collect();
        (item.urls, item.tags, item.folder) = (urls, tags, folder);
        item.flags = Flags { favourite, edited_in_two_places, archived, reprompt, template };
        item.expires = times.3.map(|at| Day::of(Timestamp(at)));
        item.url_rules = rules.into_iter().map(|(url, rule)| (url, UrlMatch::from_number(rule))).collect();
        item.passkeys = passkeys.into_iter().map(|passkey| passkey.0).collect();
        (item.modified_at, item.trashed_at) = (Timestamp(times.1), times.2.map(Timestamp));
        item.attachments = files.into_iter().map(|(blob, key, size, name, media_type, at)| Attachment {
            blob_id: BlobId::from_bytes(blob), file_key: FileKey::from_bytes(&key), size, name, media_type,
            added_at: Timestamp(at), unknown: Default::default(),
        }).collect();
        item.superseded = aside.into_iter().map(|(field, label, value, at)| Superseded {
            field: field.map(FieldId), label, value: SecretText::new(value), at: Timestamp(at),
        }).collect();
        Unprinted(item)
    }
}

/// Compares part by part, not by payload, so that a part the codec omits is detected.
fn assert_same(a: &Item, b: &Item) {
    assert_eq!((a.item_type, &a.title, &a.urls, &a.tags), (b.item_type, &b.title, &b.urls, &b.tags));
    assert_eq!((&a.folder, a.flags, &a.device), (&b.folder, b.flags, &b.device));
    assert_eq!((a.created_at, a.modified_at, a.trashed_at), (b.created_at, b.modified_at, b.trashed_at));
    assert_eq!((a.expires, &a.url_rules), (b.expires, &b.url_rules));
    assert_eq!(a.notes.expose(), b.notes.expose());
    assert_eq!(a.passkeys.len(), b.passkeys.len());
    for (a, b) in a.passkeys.iter().zip(&b.passkeys) {
        assert_eq!((&a.credential_id, &a.rp_id, &a.rp_name), (&b.credential_id, &b.rp_id, &b.rp_name));
        assert_eq!(
            (&a.user_handle, &a.user_name, &a.display_name),
            (&b.user_handle, &b.user_name, &b.display_name)
        );
        assert_eq!((a.private_key.expose(), a.algorithm), (b.private_key.expose(), b.algorithm));
        assert_eq!(
            (a.sign_counter, a.discoverable, a.created_at),
            (b.sign_counter, b.discoverable, b.created_at)
        );
    }
    assert_eq!(a.fields.len(), b.fields.len());
    for (a, b) in a.fields.iter().zip(&b.fields) {
        assert_eq!(
            (a.id, a.role, &a.label, a.kind, &a.section),
            (b.id, b.role, &b.label, b.kind, &b.section)
        );
        assert_eq!(a.value.expose(), b.value.expose());
        let past = |field: &Field| -> Vec<(String, Timestamp)> {
            field.history.iter().map(|past| (past.value.expose().to_owned(), past.replaced_at)).collect()
        };
        assert_eq!(past(a), past(b));
    }
    assert_eq!(a.attachments.len(), b.attachments.len());
    for (a, b) in a.attachments.iter().zip(&b.attachments) {
        assert_eq!((a.blob_id, a.size, &a.name, &a.media_type), (b.blob_id, b.size, &b.name, &b.media_type));
        assert_eq!((a.file_key.expose_bytes(), a.added_at), (b.file_key.expose_bytes(), b.added_at));
    }
    assert_eq!(a.superseded.len(), b.superseded.len());
    for (a, b) in a.superseded.iter().zip(&b.superseded) {
        assert_eq!((a.field, &a.label, a.value.expose(), a.at), (b.field, &b.label, b.value.expose(), b.at));
    }
}

proptest! {
    #![proptest_config(seeded(1))]

    #[test]
    fn an_item_round_trips(item in some_item()) {
        let bytes = encode(&item.0).unwrap();
        assert_same(&item.0, &decode(&bytes).unwrap());
    }

    #[test]
    fn any_bytes_are_decoded_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(item) = decode(&bytes) {
            prop_assert_eq!(encode(&item).unwrap().to_vec(), bytes);
        }
    }

    #[test]
    fn a_changed_payload_is_refused_or_decodes_differently(
        item in some_item(), at in any::<prop::sample::Index>(), flip in 1_u8..,
    ) {
        let mut bytes = encode(&item.0).unwrap().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(item) = decode(&bytes) {
            prop_assert_eq!(encode(&item).unwrap().to_vec(), bytes);
        }
    }
}

fn unwritten<T>(result: Result<T, PayloadError>) -> Option<PayloadError> {
    result.err()
}

/// Encodes a minimal item: type note, created and modified at 0, and the entries that `more` adds.
fn item_bytes(entries: u64, more: impl FnOnce(&mut Encoder<Vec<u8>>)) -> Vec<u8> {
    let mut to = Encoder::new(Vec::new());
    to.map(3 + entries).unwrap().u8(1).unwrap().u8(2).unwrap();
    to.u8(11).unwrap().u8(0).unwrap().u8(12).unwrap().u8(0).unwrap();
    more(&mut to);
    to.into_writer()
}

#[test]
fn the_encoding_of_a_small_login_is_stable() {
    let mut item = Item::new(ItemType::Login, Timestamp(1_000));
    item.title = "Mail".into();
    let mut field = Field::new(FieldId(*b"field001"), FieldKind::Concealed, SecretText::from("pw"));
    field.role = Some(Role::Password);
    item.fields.push(field);
    item.flags.favourite = true;
    let expected = b"\xa6\x01\x01\x02\x64Mail\x03\x81\xa4\x01\x48field001\x02\x02\x04\x02\x05\x62pw\
        \x08\xf5\x0b\x19\x03\xe8\x0c\x19\x03\xe8";
    assert_eq!(encode(&item).unwrap().as_slice(), expected);
}

#[test]
fn unknown_entries_are_kept_at_every_level_and_written_back() {
    let mut to = Encoder::new(Vec::new());
    to.map(6).unwrap();
    to.u8(1).unwrap().u8(200).unwrap(); // an unknown type
    to.u8(3).unwrap().array(1).unwrap().map(5).unwrap();
    to.u8(1).unwrap().bytes(b"field001").unwrap();
    to.u8(2).unwrap().u16(999).unwrap(); // an unknown role
    to.u8(4).unwrap().u8(77).unwrap(); // an unknown kind
    to.u8(5).unwrap().str("value").unwrap();
    to.u8(40).unwrap().map(1).unwrap().str("x").unwrap().array(2).unwrap().i8(-5).unwrap().null().unwrap();
    to.u8(11).unwrap().u8(0).unwrap().u8(12).unwrap().u8(0).unwrap();
    to.u8(15).unwrap().array(1).unwrap().map(5).unwrap();
    to.u8(1).unwrap().bytes(&[1; 16]).unwrap().u8(2).unwrap().bytes(&[2; 32]).unwrap();
    to.u8(3).unwrap().u8(0).unwrap().u8(7).unwrap().u8(0).unwrap();
    to.u8(30).unwrap().bytes(b"later").unwrap();
    to.u8(99).unwrap().bool(false).unwrap();
    let bytes = to.into_writer();

    let mut item = decode(&bytes).unwrap();
    assert_eq!(item.item_type, ItemType::Note);
    assert_eq!((item.fields[0].role, item.fields[0].kind), (None, FieldKind::Concealed));
    assert!(!item.unknown.is_empty() && !item.attachments[0].unknown.is_empty());
    assert_eq!(encode(&item).unwrap().as_slice(), bytes);

    item.title = "Changed by an older program".into();
    let again = decode(&encode(&item).unwrap()).unwrap();
    assert_eq!(again.title, item.title);
    let all = |item: &Item| -> Vec<(u64, Vec<u8>)> {
        [&item.unknown, &item.fields[0].unknown, &item.attachments[0].unknown]
            .into_iter()
            .flat_map(|unknown| unknown.entries().map(|(key, cbor)| (key, cbor.to_vec())))
            .collect()
    };
    assert_eq!(all(&again), all(&item));
    assert_eq!(all(&again).len(), 6);

    item.set_type(ItemType::Login);
    assert_eq!(decode(&encode(&item).unwrap()).unwrap().item_type, ItemType::Login);
}

#[test]
fn non_canonical_payloads_are_refused() {
    assert!(decode(&item_bytes(0, |_| ())).is_ok());
    let with =
        |entries, more: &[u8]| decode(&item_bytes(entries, |to| to.writer_mut().extend_from_slice(more)));
    assert!(with(1, b"\x0e\x61x").is_ok());
    assert!(with(1, b"\x11\xf5").is_ok());
    assert!(with(1, b"\x12\x6a2031-12-24").is_ok());
    assert!(with(1, b"\x13\x82\x82\x61a\x01\x82\x61b\x02").is_ok());
    assert!(with(1, b"\x14\x81\xa5\x01\x41x\x02\x61x\x07\x41x\x08\x26\x0b\x00").is_ok());
    for (what, entries, more) in [
        ("trailing bytes", 0, &b"\x00"[..]),
        ("a missing entry", 1, b""),
        ("an explicit default", 1, b"\x0e\x60"),
        ("a key twice", 1, b"\x0c\x00"),
        ("keys out of order", 1, b"\x02\x61x"),
        ("an over-long number", 1, b"\x0d\x18\x05"),
        ("an over-long key", 1, b"\x18\x0e\x61x"),
        ("an over-long length", 1, b"\x0e\x78\x01x"),
        ("an indefinite text", 1, b"\x0e\x7f\x61x\xff"),
        ("an indefinite list", 1, b"\x18\x63\x9f\xff"),
        ("an over-long unknown number", 1, b"\x18\x63\x19\x00\x05"),
        ("a day in another format", 1, b"\x12\x692031-1-24"),
        ("a day that does not exist", 1, b"\x12\x6a2031-02-29"),
        ("an explicit empty day", 1, b"\x12\x60"),
        ("an explicit unset flag", 1, b"\x11\xf4"),
        ("an address with two rules", 1, b"\x13\x82\x82\x61a\x01\x82\x61a\x02"),
        ("rules out of order", 1, b"\x13\x82\x82\x61b\x01\x82\x61a\x01"),
        ("a passkey without a key", 1, b"\x14\x81\xa4\x01\x41x\x02\x61x\x08\x26\x0b\x00"),
        ("an explicit count of zero", 1, b"\x14\x81\xa6\x01\x41x\x02\x61x\x07\x41x\x08\x26\x09\x00\x0b\x00"),
        (
            "a count too large",
            1,
            b"\x14\x81\xa6\x01\x41x\x02\x61x\x07\x41x\x08\x26\x09\x1b\0\0\0\x01\0\0\0\0\x0b\x00",
        ),
        ("a float", 1, b"\x18\x63\xf9\x00\x00"),
        ("a tag", 1, b"\x18\x63\xc0\x00"),
        ("a text key", 1, b"\x61a\x00"),
        ("text that is not UTF-8", 1, b"\x0e\x61\xff"),
        ("a list that claims too many elements", 1, b"\x18\x63\x9b\xff\xff\xff\xff\xff\xff\xff\xff"),
    ] {
        assert!(with(entries, more).is_err(), "{what}");
    }
    assert_eq!(unwritten(decode(b"\xbf\xff")), Some(PayloadError::Malformed));
    assert_eq!(unwritten(decode(b"\xa0")), Some(PayloadError::Malformed));
    assert_eq!(unwritten(decode(b"")), Some(PayloadError::Malformed));
}

#[test]
fn t51_oversized_parts_are_refused_by_encode_and_decode() {
    let mut item = Item::new(ItemType::Note, Timestamp(0));
    item.title = "x".repeat(limits::TITLE);
    assert!(encode(&item).is_ok());
    item.title.push('x');
    assert_eq!(unwritten(encode(&item)), Some(PayloadError::TooLarge(LimitedPart::Title)));
    item.title.clear();
    item.tags = (0..=limits::TAGS).map(|n| n.to_string()).collect::<BTreeSet<_>>();
    assert_eq!(unwritten(encode(&item)), Some(PayloadError::TooLarge(LimitedPart::Tags)));
    item.tags.clear();
    for id in 0..5 {
        let value = SecretText::new("x".repeat(limits::VALUE));
        item.fields.push(Field::new(FieldId([id; 8]), FieldKind::Text, value));
    }
    assert_eq!(unwritten(encode(&item)), Some(PayloadError::TooLarge(LimitedPart::Content)));
    assert_eq!(
        unwritten(decode(&vec![0; limits::PAYLOAD + 1])),
        Some(PayloadError::TooLarge(LimitedPart::Content))
    );

    let nested = |depth: usize| {
        item_bytes(1, |to| {
            to.u8(99).unwrap();
            to.writer_mut().extend(std::iter::repeat_n(0x81, depth));
            to.writer_mut().push(0xf6);
        })
    };
    assert!(decode(&nested(limits::DEPTH - 1)).is_ok());
    assert_eq!(unwritten(decode(&nested(limits::DEPTH))), Some(PayloadError::TooLarge(LimitedPart::Nesting)));
    assert_eq!(unwritten(decode(&nested(1_000_000))), Some(PayloadError::TooLarge(LimitedPart::Nesting)));
    let many = item_bytes(1, |to| {
        to.u8(6).unwrap().array(u64::MAX).unwrap();
    });
    assert!(decode(&many).is_err());
}

#[test]
fn fields_with_the_same_id_are_refused() {
    let mut item = Item::new(ItemType::Login, Timestamp(0));
    for _ in 0..2 {
        item.fields.push(Field::new(FieldId([7; 8]), FieldKind::Text, SecretText::from("x")));
    }
    assert_eq!(unwritten(encode(&item)), Some(PayloadError::DuplicateField));
}

#[test]
fn t51_passkeys_have_limits() {
    let mut item = Item::new(ItemType::Passkey, Timestamp(0));
    item.passkeys.push(sample_passkey(1));
    assert!(encode(&item).is_ok());
    item.passkeys[0].credential_id = vec![1; limits::PASSKEY_ID + 1];
    assert_eq!(unwritten(encode(&item)), Some(PayloadError::TooLarge(LimitedPart::PasskeyId)));
    item.passkeys[0] = sample_passkey(1);
    item.passkeys[0].private_key = SecretBytes::new(vec![1; limits::PASSKEY_KEY + 1]);
    assert_eq!(unwritten(encode(&item)), Some(PayloadError::TooLarge(LimitedPart::PasskeyKey)));
    item.passkeys = (0..=limits::PASSKEYS).map(|_| sample_passkey(1)).collect();
    assert_eq!(unwritten(encode(&item)), Some(PayloadError::TooLarge(LimitedPart::Passkeys)));
}

#[test]
fn a_rule_of_a_newer_program_keeps_its_number() {
    let bytes = item_bytes(1, |to| {
        to.u8(19).unwrap().array(1).unwrap().array(2).unwrap().str("a.example").unwrap().u8(77).unwrap();
    });
    let item = decode(&bytes).unwrap();
    assert_eq!(item.url_rule("a.example"), UrlMatch::Newer(77));
    assert_eq!(encode(&item).unwrap().as_slice(), bytes);
}
