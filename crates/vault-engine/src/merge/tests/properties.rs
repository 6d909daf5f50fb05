//! Properties of every merge.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::random_editor::{RandomEditor, Rng};
use super::{assert_same, into_one, merged, texts};
use crate::clock::Timestamp;
use crate::item::{Item, decode, encode};
use crate::merge::{Merged, Sides, State, copy, merge};

fn seeded(seed: u64) -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..ProptestConfig::default() }
}

/// An item and independent edits of it.
struct Edited {
    base: Item,
    sides: Vec<Item>,
    seed: u64,
}

impl std::fmt::Debug for Edited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "edited by seed {}", self.seed)
    }
}

fn edited(seed: u64, edits: &[usize], newer: bool) -> Edited {
    let mut random_editor = RandomEditor::new("base", seed);
    let mut base = random_editor.item();
    // The base is itself a merge, with superseded values and the flag set.
    let (mut left, mut right) = (copy::item(&base), copy::item(&base));
    RandomEditor::new("left", seed).edit(&mut left, 3);
    RandomEditor::new("right", seed).edit(&mut right, 3);
    if random_editor.rng.one_in(2) {
        base = into_one(Some(&base), &left, &right);
    }
    let side = |(number, times): (usize, &usize)| {
        let mut side = copy::item(&base);
        let mut random_editor = RandomEditor::new(&format!("side {number}"), seed);
        random_editor.is_newer = newer;
        random_editor.edit(&mut side, *times);
        side
    };
    let sides = edits.iter().enumerate().map(side).collect();
    Edited { base, sides, seed }
}

prop_compose! {
    fn two_edits()(seed in any::<u64>(), log in 0_usize..12, local in 0_usize..12) -> Edited {
        edited(seed, &[log, local], false)
    }
}

prop_compose! {
    fn three_edits()(seed in any::<u64>(), edits in any::<[u8; 3]>()) -> Edited {
        edited(seed, &edits.map(|times| usize::from(times % 10)), false)
    }
}

/// The texts of `side` that are neither in `base` nor in `kept`.
fn lost(kept: &[&Item], side: &Item, base: Option<&Item>) -> Vec<String> {
    let kept: Vec<_> = kept.iter().map(|item| texts(item)).collect();
    let known = base.map(texts).unwrap_or_default();
    // The title of a second item has a suffix.
    let is_kept =
        |text: &String| kept.iter().any(|kept| kept.contains(text) || kept.contains(&format!("{text} (2)")));
    texts(side).difference(&known).filter(|text| !is_kept(text)).cloned().collect()
}

/// The result of `lost` if nothing is lost.
const NOTHING: Vec<String> = Vec::new();

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..seeded(1) })]

    #[test]
    fn no_typed_text_is_lost(edited in two_edits()) {
        let Edited { base, sides, seed: _ } = edited;
        for base in [Some(&base), None] {
            let (item, second) = merged(base, &sides[0], &sides[1]);
            let kept: Vec<&Item> = item.iter().chain(&second).collect();
            for side in &sides {
                prop_assert_eq!(lost(&kept, side, base), NOTHING);
            }
        }
    }

    #[test]
    fn unknown_entries_are_never_lost(seed in any::<u64>(), edits in any::<[u8; 2]>()) {
        let Edited { base, sides, seed: _ } = edited(seed, &edits.map(|times| usize::from(times % 40)), true);
        let (item, second) = merged(Some(&base), &sides[0], &sides[1]);
        let kept: Vec<&Item> = item.iter().chain(&second).collect();
        for side in &sides {
            prop_assert_eq!(lost(&kept, side, Some(&base)), NOTHING);
        }
    }

    #[test]
    fn one_sided_changes_are_kept_unchanged(edited in two_edits()) {
        let Edited { base, sides, seed: _ } = edited;
        let [log, local] = [&sides[0], &sides[1]];
        assert_same(&into_one(Some(&base), &base, local), local, "the log did not change");
        assert_same(&into_one(Some(&base), log, &base), log, "the local side did not change");
        assert_same(&into_one(Some(&base), log, log), log, "both made the same change");
        assert_same(&into_one(None, log, log), log, "both are equal, for any base");
    }

    #[test]
    fn merging_is_idempotent(edited in two_edits()) {
        let Edited { base, sides, seed: _ } = edited;
        for base in [Some(&base), None] {
            let [log, local] = [&sides[0], &sides[1]];
            let once = into_one(base, log, local);
            let nothing_to_write = |base, in_log, local| {
                let sides = Sides { base, in_log: State::Put(in_log), local: State::Put(local) };
                matches!(merge(&sides), Merged::Unchanged)
            };
            prop_assert!(nothing_to_write(base, &once, local), "a repeated push");
            prop_assert!(nothing_to_write(Some(log), &once, &once), "its own confirmation");
            prop_assert!(nothing_to_write(Some(local), &once, local), "the edit as the base");
            assert_same(&into_one(Some(log), log, &once), &once, "the merge as a local edit");
        }
    }

    #[test]
    fn equal_inputs_merge_to_equal_bytes(edited in two_edits()) {
        let Edited { base, sides, seed: _ } = edited;
        let here = into_one(Some(&base), &sides[0], &sides[1]);
        let read = |item: &Item| decode(&encode(item).unwrap()).unwrap();
        let there = into_one(Some(&read(&base)), &read(&sides[0]), &read(&sides[1]));
        prop_assert!(encode(&here).unwrap() == encode(&there).unwrap());
    }

    #[test]
    fn every_order_and_grouping_keeps_all_typed_text(edited in three_edits()) {
        let Edited { base, sides, seed: _ } = edited;
        for [first, second, third] in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let (first, second, third) = (&sides[first], &sides[second], &sides[third]);
            // Merge one after the other into the log, and with two merged elsewhere first.
            let in_turn = into_one(Some(&base), &into_one(Some(&base), first, second), third);
            let grouped = into_one(Some(&base), first, &into_one(Some(&base), second, third));
            for side in &sides {
                prop_assert_eq!(lost(&[&in_turn], side, Some(&base)), NOTHING);
                prop_assert_eq!(lost(&[&grouped], side, Some(&base)), NOTHING);
            }
        }
    }

    #[test]
    fn timestamps_do_not_affect_the_result(edited in two_edits(), seed in any::<u64>()) {
        let Edited { base, sides, seed: _ } = edited;
        let plain = into_one(Some(&base), &sides[0], &sides[1]);
        // Change all times and their order; equal times stay equal.
        let shift = Rng(seed).roll();
        let other = |item: &Item| with_times(item, |at| at ^ shift);
        let shifted = into_one(Some(&other(&base)), &other(&sides[0]), &other(&sides[1]));
        assert_same(&with_times(&plain, |_| 0), &with_times(&shifted, |_| 0), "times affected the result");
    }

    #[test]
    fn only_edited_items_survive_a_deletion(edited in two_edits()) {
        let Edited { base, sides, seed: _ } = edited;
        for side in [&base, &sides[0]] {
            let is_edited = encode(side).unwrap() != encode(&base).unwrap();
            let put = State::Put(side);
            let deleted_in_log = merge(&Sides { base: Some(&base), in_log: State::Deleted, local: put });
            let deleted_here = merge(&Sides { base: Some(&base), in_log: put, local: State::Deleted });
            match (deleted_in_log, deleted_here) {
                (Merged::Item(revived), Merged::Unchanged) => {
                    prop_assert!(is_edited);
                    prop_assert!(encode(&revived).unwrap() == encode(side).unwrap());
                }
                (Merged::Unchanged, Merged::Deleted) => {
                    let mut untouched = copy::item(side);
                    untouched.trashed_at = base.trashed_at;
                    assert_same(&untouched, &base, "an edit was deleted");
                }
                _ => prop_assert!(false, "the result depends on the side of the deletion"),
            }
        }
    }
}

/// Returns the item with all its times changed.
fn with_times(item: &Item, change: impl Fn(u64) -> u64) -> Item {
    let mut item = copy::item(item);
    let change = |at: &mut Timestamp| at.0 = change(at.0);
    change(&mut item.created_at);
    change(&mut item.modified_at);
    item.trashed_at.iter_mut().for_each(change);
    item.fields
        .iter_mut()
        .flat_map(|field| &mut field.history)
        .for_each(|past| change(&mut past.replaced_at));
    item.attachments.iter_mut().for_each(|file| change(&mut file.added_at));
    item.superseded.iter_mut().for_each(|superseded| change(&mut superseded.at));
    item.passkeys.iter_mut().for_each(|passkey| change(&mut passkey.created_at));
    item
}
