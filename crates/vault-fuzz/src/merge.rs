//! Merging of items that two devices changed concurrently.

use vault_engine::item::{Item, decode, encode};
use vault_engine::merge::{Merged, Sides, State, merge};

use crate::target::{Bound, Outcome, Target, target};

pub(crate) const TARGETS: &[Target] =
    &[target("merge", merged, Bound { per_byte: 512, fixed: 64 << 10 }, 12 << 10)];

/// Three payloads, base, log and local, each after its length of two bytes. An empty base is unavailable; an
/// empty log or local payload is a tombstone.
fn merged(bytes: &[u8]) -> Outcome {
    let mut rest = bytes;
    let mut side = || {
        let (len, after) = rest.split_first_chunk::<2>()?;
        let (payload, after) = after.split_at_checked(u16::from_be_bytes(*len).into())?;
        rest = after;
        if payload.is_empty() { Some(None) } else { decode(payload).ok().map(Some) }
    };
    let (Some(base), Some(in_log), Some(local)) = (side(), side(), side()) else { return Outcome::Rejected };
    let of = |local: Option<&Item>, base: Option<&Item>| {
        merge(&Sides { base, in_log: state(in_log.as_ref()), local: state(local) })
    };
    let once = of(local.as_ref(), base.as_ref());
    assert_eq!(written(&once), written(&of(local.as_ref(), base.as_ref())), "merging is deterministic");
    // A local side equal to the log's needs no merge.
    assert!(
        matches!(of(in_log.as_ref(), base.as_ref()), Merged::Unchanged),
        "the log's own side adds nothing"
    );
    if let (Merged::Item(item), Some(local)) = (&once, &local) {
        // No local change is lost: it is in its field or among the superseded values.
        let kept = |text: &str| {
            text.is_empty()
                || item.title == text
                || item.notes.expose() == text
                || item.superseded.iter().any(|superseded| superseded.value.expose() == text)
        };
        if base.as_ref().is_none_or(|base| base.title != local.title) {
            assert!(kept(&local.title), "a title is lost");
        }
        if base.as_ref().is_none_or(|base| base.notes.expose() != local.notes.expose()) {
            assert!(kept(local.notes.expose()), "notes are lost");
        }
    }
    Outcome::Accepted
}

fn state(item: Option<&Item>) -> State<'_> {
    item.map_or(State::Deleted, State::Put)
}

/// Returns the kind and the payload of a result.
fn written(merged: &Merged) -> (u8, Vec<u8>) {
    let payload = |item: &Item| encode(item).expect("merged items encode").to_vec();
    match merged {
        Merged::Unchanged => (0, Vec::new()),
        Merged::Item(item) => (1, payload(item)),
        Merged::Deleted => (2, Vec::new()),
        Merged::Split(item) => (3, payload(item)),
    }
}
