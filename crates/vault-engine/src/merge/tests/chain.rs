//! Tests of chains of local edits and their base.

use vault_wire::RevHash;

use super::into_one;
use crate::clock::Timestamp;
use crate::item::{Item, ItemType, encode};
use crate::merge::chain::{Body, BrokenChain, Current, LocalEdits, NewRevision, Rebased, Revision};
use crate::merge::{State, copy};

fn hash(number: u8) -> RevHash {
    RevHash::from_bytes([number; 32])
}

/// Returns revision `number`, whose parent is `number - 1`.
fn revision(number: u8, state: State<'_>) -> Revision<'_> {
    let parent = (number > 0).then(|| hash(number - 1));
    Revision { hash: hash(number), parent, body: Body::Open(state) }
}

fn current(number: u8, state: State<'_>) -> Option<Current<'_>> {
    Some(Current { hash: hash(number), state })
}

fn titled(title: &str) -> Item {
    let mut item = Item::new(ItemType::Note, Timestamp(1));
    item.title = title.into();
    item
}

fn noted(title: &str, tag: &str) -> Item {
    let mut item = titled(title);
    item.tags.insert(tag.into());
    item
}

fn rewritten(rebased: Rebased) -> (Vec<NewRevision>, Vec<NewRevision>) {
    let Rebased::Rewritten { item, second } = rebased else { panic!("not rewritten") };
    (item, second)
}

fn item(written: &NewRevision) -> &Item {
    let State::Put(item) = written.state() else { panic!("a tombstone") };
    item
}

#[test]
fn edits_must_form_a_chain() {
    let (base, first, second) = (titled("0"), titled("1"), titled("2"));
    let mut edits = LocalEdits::since(Some(revision(0, State::Put(&base))));
    assert_eq!(edits.push(revision(2, State::Put(&second))), Err(BrokenChain));
    assert_eq!(edits.push(revision(1, State::Put(&first))), Ok(()));
    assert_eq!(edits.push(revision(1, State::Put(&first))), Err(BrokenChain));
    assert_eq!(edits.push(revision(2, State::Put(&second))), Ok(()));
    let mut made_here = LocalEdits::since(None);
    assert_eq!(made_here.push(revision(1, State::Put(&first))), Err(BrokenChain));
    assert_eq!(made_here.push(revision(0, State::Put(&base))), Ok(()));
    assert!(matches!(made_here.rebase(None), Rebased::UpToDate(0)));
}

#[test]
fn edits_stay_unchanged_while_the_log_has_not_diverged() {
    let (base, first, second) = (titled("0"), titled("1"), titled("2"));
    let mut edits = LocalEdits::since(Some(revision(0, State::Put(&base))));
    edits.push(revision(1, State::Put(&first))).unwrap();
    edits.push(revision(2, State::Put(&second))).unwrap();
    assert!(matches!(edits.rebase(current(0, State::Put(&base))), Rebased::UpToDate(0)));
    // The response to a push was lost.
    assert!(matches!(edits.rebase(current(1, State::Put(&first))), Rebased::UpToDate(1)));
    assert!(matches!(edits.rebase(current(2, State::Put(&second))), Rebased::UpToDate(2)));
}

#[test]
fn each_edit_is_merged_with_its_predecessor_as_base() {
    let (base, log) = (titled("base"), titled("log"));
    let (mut first, second) = (noted("first", "a"), noted("second", "a"));
    first.tags.insert("removed later".into());
    let mut edits = LocalEdits::since(Some(revision(0, State::Put(&base))));
    edits.push(revision(1, State::Put(&first))).unwrap();
    edits.push(revision(2, State::Put(&second))).unwrap();
    let (written, other) = rewritten(edits.rebase(current(77, State::Put(&log))));
    assert!(other.is_empty());
    assert_eq!(written.len(), 2);
    let step = into_one(Some(&base), &log, &first);
    assert!(encode(item(&written[0])).unwrap() == encode(&step).unwrap());
    let last = item(&written[1]);
    assert_eq!((last.title.as_str(), last.tags.len()), ("log", 1));
    let superseded: Vec<&str> = last.superseded.iter().map(|superseded| superseded.value.expose()).collect();
    assert_eq!(superseded, ["first", "second"]);
}

#[test]
fn a_confirmed_edit_becomes_the_base() {
    let (base, first, second) = (titled("base"), noted("first", "a"), noted("second", "a"));
    let mut log = copy::item(&first);
    log.tags.clear();
    let mut edits = LocalEdits::since(Some(revision(0, State::Put(&base))));
    edits.push(revision(1, State::Put(&first))).unwrap();
    edits.push(revision(2, State::Put(&second))).unwrap();
    assert!(edits.confirm(&hash(1)) && !edits.confirm(&hash(1)));
    let (written, _) = rewritten(edits.rebase(current(77, State::Put(&log))));
    assert_eq!(written.len(), 1);
    // "first" is history, not a conflict: the tag was removed elsewhere, and the title was changed here.
    let last = item(&written[0]);
    assert_eq!((last.title.as_str(), last.tags.len(), last.superseded.len()), ("second", 0, 0));
}

#[test]
fn a_purge_deletes_only_items_without_edits_elsewhere() {
    let (base, first, log) = (titled("base"), titled("first"), titled("log"));
    let mut trashed = copy::item(&base);
    trashed.trashed_at = Some(Timestamp(2));
    let dropped = |number| Revision { body: Body::Dropped, ..revision(number, State::Deleted) };
    let mut edits = LocalEdits::since(Some(revision(0, State::Put(&base))));
    edits.push(dropped(1)).unwrap();
    edits.push(revision(2, State::Deleted)).unwrap();
    assert!(rewritten(edits.rebase(current(77, State::Put(&log)))).0.is_empty(), "an edit was deleted");
    let (written, _) = rewritten(edits.rebase(current(77, State::Put(&trashed))));
    assert!(matches!(written[..], [NewRevision::Tombstone]));
    assert!(rewritten(edits.rebase(current(77, State::Deleted))).0.is_empty());

    // The same purge with an unchanged log: only the tombstone must be written.
    let mut edits = LocalEdits::since(Some(dropped(0)));
    edits.push(dropped(1)).unwrap();
    edits.push(revision(2, State::Deleted)).unwrap();
    let (written, _) = rewritten(edits.rebase(current(0, State::Put(&base))));
    assert!(matches!(written[..], [NewRevision::Tombstone]));
    let mut never_sent = LocalEdits::since(None);
    never_sent.push(dropped(0)).unwrap();
    never_sent.push(revision(1, State::Deleted)).unwrap();
    assert!(rewritten(never_sent.rebase(None)).0.is_empty());

    let mut edits = LocalEdits::since(Some(dropped(0)));
    edits.push(revision(1, State::Deleted)).unwrap();
    assert!(rewritten(edits.rebase(current(77, State::Put(&trashed)))).0.is_empty(), "the base is unknown");
    let mut edits = LocalEdits::since(Some(dropped(0)));
    edits.push(revision(1, State::Put(&first))).unwrap();
    let (written, _) = rewritten(edits.rebase(current(77, State::Put(&log))));
    assert_eq!(item(&written[0]).superseded.len(), 1);
}

#[test]
fn an_edit_revives_a_deleted_item_for_later_edits() {
    let (base, first, second) = (titled("base"), titled("first"), titled("second"));
    let mut edits = LocalEdits::since(Some(revision(0, State::Put(&base))));
    edits.push(revision(1, State::Put(&first))).unwrap();
    edits.push(revision(2, State::Put(&second))).unwrap();
    edits.push(revision(3, State::Deleted)).unwrap();
    let (written, _) = rewritten(edits.rebase(current(77, State::Deleted)));
    assert_eq!(written.len(), 3);
    assert_eq!((item(&written[0]).title.as_str(), item(&written[1]).title.as_str()), ("first", "second"));
    assert!(matches!(written[2], NewRevision::Tombstone));
}

#[test]
fn a_split_moves_the_remaining_edits_to_the_second_item() {
    let with = |title: &str, number: Option<u8>| {
        let mut item = titled(title);
        if let Some(number) = number {
            item.unknown.keep(40, &[number]);
        }
        item
    };
    let (base, log) = (with("base", Some(1)), with("base", Some(2)));
    let (first, second, third) = (with("first", Some(1)), with("first", Some(3)), with("third", Some(3)));
    let mut edits = LocalEdits::since(Some(revision(0, State::Put(&base))));
    for (number, edit) in (1..).zip([&first, &second, &third]) {
        edits.push(revision(number, State::Put(edit))).unwrap();
    }
    let (written, other) = rewritten(edits.rebase(current(77, State::Put(&log))));
    let titles =
        |list: &[NewRevision]| list.iter().map(|written| item(written).title.clone()).collect::<Vec<_>>();
    assert_eq!(
        (titles(&written), titles(&other)),
        (vec!["first".into()], vec!["first (2)".into(), "third (2)".into()])
    );
    assert_eq!(item(&written[0]).unknown.entry(40), Some(&[2][..]));
    assert_eq!(item(&other[1]).unknown.entry(40), Some(&[3][..]));
}
