//! The rules by which pins are merged, with values of every kind in every order.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use vault_crypto::RootSigner;
use vault_testkit::FixedRng;

use super::*;

const KIND_NUMBERS: std::ops::RangeInclusive<u64> = 1..=11;

fn account() -> impl Strategy<Value = PinValue> {
    // Lists of statements that continue each other, and some that do not.
    (0..3_u8, 0..3_u8, 0..3_u32, 0..2_u8).prop_map(|(length, branch, generation, hash)| {
        let branch = if length > 1 { branch } else { 0 };
        let successors = (0..length).map(|at| vec![at, if at == 0 { 0 } else { branch }]).collect();
        PinValue::Account(AccountValue {
            root: SignPublicKey::from_bytes([length * 4 + branch; 32]),
            generation,
            certificate: CertificateHash::from_bytes([hash; 32]),
            successors,
        })
    })
}

fn value(kind: PinKind) -> BoxedStrategy<PinValue> {
    match kind {
        PinKind::Account => account().boxed(),
        PinKind::Consent | PinKind::AuditHead => (0..4_u64, 0..2_u8)
            .prop_map(|(number, hash)| PinValue::Numbered { number, hash: [hash; 32] })
            .boxed(),
        PinKind::Costs => prop::collection::vec(0..4_u64, 3).prop_map(PinValue::Highest).boxed(),
        PinKind::Registration | PinKind::RecoveryCode | PinKind::Format | PinKind::Api => {
            (0..4_u64).prop_map(|number| PinValue::Highest(vec![number])).boxed()
        }
        PinKind::Recovery => (0..4_u64, prop::option::of((0..4_u64, 0..4_u64)))
            .prop_map(|(ended, current)| PinValue::Recovery { ended, current })
            .boxed(),
        PinKind::Server => prop::option::of(0..3_u8)
            .prop_map(|key| PinValue::Server(key.map(|key| ContentHash::from_bytes([key; 32]))))
            .boxed(),
        PinKind::BlobOrigins => {
            prop::collection::btree_set("[a-d]", 0..4).prop_map(PinValue::Origins).boxed()
        }
    }
}

fn kind() -> impl Strategy<Value = PinKind> {
    prop::sample::select(PinKind::ALL.to_vec())
}

fn values(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<PinValue>> {
    kind().prop_flat_map(move |kind| prop::collection::vec(value(kind), count.clone()))
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(68), failure_persistence: None, cases: 4_000, ..ProptestConfig::default()
    })]

    #[test]
    fn merge_depends_on_the_set_of_values_alone(
        (all, shuffled) in values(1..6).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        again in any::<prop::sample::Index>(),
    ) {
        let merged = PinValue::merge(&all);
        prop_assert_eq!(&PinValue::merge(&shuffled), &merged);
        let repeated = shuffled.iter().chain([again.get(&shuffled)]);
        prop_assert_eq!(PinValue::merge(repeated), merged);
    }

    #[test]
    fn merge_of_merged_values_is_that_of_all(values in values(3..4)) {
        let [a, b, c] = <[PinValue; 3]>::try_from(values).unwrap();
        let all = PinValue::merge([&a, &b, &c]);
        if let Some(first) = PinValue::merge([&a, &b]) {
            prop_assert_eq!(&PinValue::merge([&first, &c]), &all);
            // A merged value contains those that it was made of.
            let again = PinValue::merge([&first, &a]);
            prop_assert_eq!(again, Some(first));
        }
        prop_assert_eq!(PinValue::merge([&a]), Some(a));
    }

    #[test]
    fn values_of_different_shapes_are_never_merged(
        (one, other) in (kind(), kind()).prop_flat_map(|(one, other)| (value(one), value(other))),
    ) {
        if std::mem::discriminant(&one) != std::mem::discriminant(&other) {
            prop_assert_eq!(PinValue::merge([&one, &other]), None);
        }
    }

    #[test]
    fn values_read_back_as_they_were_written(
        (kind, value) in kind().prop_flat_map(|kind| (Just(kind), value(kind))),
    ) {
        if kind != PinKind::Account {
            let bytes = value.encode();
            prop_assert_eq!(PinValue::decode(kind, b"", &bytes), Ok(value));
            let longer: Vec<u8> = bytes.iter().copied().chain([0]).collect();
            prop_assert!(PinValue::decode(kind, b"", &longer).is_err());
        }
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error(
        kind in kind(),
        of in prop::collection::vec(any::<u8>(), 0..20),
        bytes in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        if let Ok(value) = PinValue::decode(kind, &of, &bytes) {
            prop_assert_eq!(value.encode(), bytes);
        }
    }
}

#[test]
fn kinds_are_those_of_the_format() {
    let numbers: Vec<u64> = PinKind::ALL.iter().map(|kind| *kind as u64).collect();
    assert_eq!(numbers, KIND_NUMBERS.collect::<Vec<_>>());
    assert_eq!((PinKind::of(0), PinKind::of(12)), (None, None));
    // Of others, both values are kept.
    assert_eq!(merge_values(12, b"", [b"\x81\x01", b"\x81\x02"]), None);
}

#[test]
fn root_of_an_account_pin_is_proved_by_its_successors() {
    let mut rng = FixedRng::new(3);
    let [first, next, other] = [(); 3].map(|()| RootSigner::make(&mut rng));
    let id = first.account_id();
    let of = Array::new().bytes(id.as_bytes()).encode();
    let statement = first.state_successor(id, &next, 5).encode();
    let pin = |root: &RootSigner, successors: &[Vec<u8>]| {
        PinValue::Account(AccountValue {
            root: *root.public(),
            generation: 2,
            certificate: CertificateHash::from_bytes([7; 32]),
            successors: successors.to_vec(),
        })
    };
    let read = |value: &PinValue| PinValue::decode(PinKind::Account, &of, &value.encode()).is_ok();
    let (old, new) = (pin(&first, &[]), pin(&next, std::slice::from_ref(&statement)));
    assert!(read(&old) && read(&new));
    assert!(!read(&pin(&next, &[])), "nothing says that it is the account's");
    assert!(!read(&pin(&other, &[statement])), "the statement names another root");
    assert_eq!(PinValue::merge([&old, &new]), Some(new));
}
