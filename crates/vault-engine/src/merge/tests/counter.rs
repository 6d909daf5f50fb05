//! Tests of the counters of one-time codes.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::into_one;
use crate::clock::Timestamp;
use crate::item::{Field, FieldId, FieldKind, Item, ItemType, Role, SecretText};
use crate::merge::{Merged, Sides, State, copy, merge};
use vault_otp::Code;

fn item(value: &str) -> Item {
    let mut item = Item::new(ItemType::Login, Timestamp(10));
    let field = Field::new(FieldId([3; 8]), FieldKind::Code, SecretText::from(value));
    item.fields.push(Field { role: Some(Role::Code), ..field });
    item
}

fn at(name: &str, counter: u64) -> String {
    format!("otpauth://hotp/{name}?secret=MZXW6YTBOI&counter={counter}&image=x")
}

/// Returns the value after a merge and the superseded values.
fn merged(base: &str, log: &str, local: &str) -> (String, Vec<String>) {
    let merged = into_one(Some(&item(base)), &item(log), &item(local));
    let superseded: Vec<_> =
        merged.superseded.iter().map(|superseded| superseded.value.expose().to_owned()).collect();
    assert_eq!(merged.flags.edited_in_two_places, !superseded.is_empty());
    (merged.fields[0].value.expose().to_owned(), superseded)
}

#[test]
fn the_higher_counter_wins_without_superseded_values() {
    assert_eq!(merged(&at("a", 3), &at("a", 5), &at("a", 9)), (at("a", 9), vec![]));
    assert_eq!(merged(&at("a", 3), &at("a", 9), &at("a", 5)), (at("a", 9), vec![]));
    let (base, log) = (item(&at("a", 3)), item(&at("a", 9)));
    let local = item(&at("a", 5));
    let sides = Sides { base: Some(&base), in_log: State::Put(&log), local: State::Put(&local) };
    assert!(matches!(merge(&sides), Merged::Unchanged), "the log already has both");
    let log = copy::item(&local);
    let local = item(&at("a", 9));
    let alone = into_one(None, &log, &local);
    assert_eq!(alone.fields[0].value.expose(), at("a", 9), "also without a base");
    assert!(alone.superseded.is_empty());
}

#[test]
fn changed_parameters_win_over_a_used_code() {
    let other = "otpauth://hotp/a?secret=GEZDGNBV&counter=0";
    let by_clock = "otpauth://totp/a?secret=GEZDGNBV";
    for changed in [other, by_clock, ""] {
        let taken = at("a", 8);
        for (log, local) in [(taken.as_str(), changed), (changed, taken.as_str())] {
            assert_eq!(merged(&at("a", 3), log, local), (changed.to_owned(), vec![]), "{changed}");
        }
    }
    // Renamed: the secret and so the counter are the same.
    for (log, local) in [(at("b", 3), at("a", 8)), (at("a", 8), at("b", 3))] {
        assert_eq!(merged(&at("a", 3), &log, &local), (at("b", 8), vec![]));
    }
}

#[test]
fn conflicting_parameters_supersede_the_local_value() {
    let (log, local) = ("otpauth://hotp/a?secret=GEZDGNBV&counter=2", at("c", 40));
    assert_eq!(merged(&at("a", 3), log, &local), (log.to_owned(), vec![local.clone()]));
    // The same secret: no code is used twice, regardless of the name.
    assert_eq!(merged(&at("a", 3), &at("b", 4), &local), (at("b", 40), vec![local.clone()]));
}

#[test]
fn a_counter_in_a_text_field_is_merged_as_text() {
    let text = |value: &str| {
        let mut item = item(value);
        item.fields[0].kind = FieldKind::Concealed;
        item.fields[0].role = None;
        item
    };
    let merged = into_one(Some(&text(&at("a", 3))), &text(&at("a", 5)), &text(&at("a", 9)));
    assert_eq!(merged.fields[0].value.expose(), at("a", 5));
    assert_eq!(merged.superseded.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(4226), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn no_used_code_is_issued_again(
        base in 0..1_000_u64, log in 0..1_000_u64, local in 0..1_000_u64, with_base in any::<bool>(),
        renamed in 0..3_usize,
    ) {
        let names = [["a", "a"], ["b", "a"], ["a", "b"]][renamed];
        let before = item(&at("a", base));
        let in_log = item(&at(names[0], base + log));
        let edited = item(&at(names[1], base + local));
        let merged = into_one(with_base.then_some(&before), &in_log, &edited);
        let code = Code::parse(merged.fields[0].value.expose()).unwrap();
        prop_assert_eq!(code.counter(), Some(base + log.max(local)));
        let known = names[0] == names[1] || with_base;
        prop_assert_eq!(merged.superseded.is_empty(), known);
        // Merging the same edit into the result again changes nothing.
        let again = into_one(with_base.then_some(&before), &merged, &edited);
        prop_assert_eq!(again.fields[0].value.expose(), merged.fields[0].value.expose());
        prop_assert_eq!(again.superseded.len(), merged.superseded.len());
    }
}
