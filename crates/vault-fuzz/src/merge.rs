//! The merge of items that two devices wrote, and of which a server chose the order.

use vault_engine::item::{Item, decode, encode};
use vault_engine::merge::{Merged, Sides, State, merge};

use crate::{Bound, Seen, Target, target};

pub(crate) const TARGETS: &[Target] =
    &[target("merge", merged, Bound { per_byte: 512, fixed: 64 << 10 }, 12 << 10)];

/// Three payloads, base, log and local, each after its length of two bytes. An empty base is not at hand, another empty
/// one is a tombstone.
fn merged(bytes: &[u8]) -> Seen {
    let mut rest = bytes;
    let mut side = || {
        let (len, after) = rest.split_first_chunk::<2>()?;
        let (payload, after) = after.split_at_checked(u16::from_be_bytes(*len).into())?;
        rest = after;
        if payload.is_empty() { Some(None) } else { decode(payload).ok().map(Some) }
    };
    let (Some(base), Some(in_log), Some(local)) = (side(), side(), side()) else { return Seen::Refused };
    let of = |local: Option<&Item>, base: Option<&Item>| {
        merge(&Sides { base, in_log: state(in_log.as_ref()), local: state(local) })
    };
    let once = of(local.as_ref(), base.as_ref());
    assert_eq!(written(&once), written(&of(local.as_ref(), base.as_ref())), "one order, one result");
    // What the log has already needs no merge.
    assert!(
        matches!(of(in_log.as_ref(), base.as_ref()), Merged::AsLogged),
        "the log's own side adds nothing"
    );
    if let (Merged::Item(item), Some(local)) = (&once, &local) {
        // Nothing that was typed here is gone: it stands in its place or among what was set aside.
        let kept = |text: &str| {
            text.is_empty()
                || item.title == text
                || item.notes.expose() == text
                || item.superseded.iter().any(|aside| aside.value.expose() == text)
        };
        if base.as_ref().is_none_or(|base| base.title != local.title) {
            assert!(kept(&local.title), "a title is lost");
        }
        if base.as_ref().is_none_or(|base| base.notes.expose() != local.notes.expose()) {
            assert!(kept(local.notes.expose()), "notes are lost");
        }
    }
    Seen::Accepted
}

fn state(item: Option<&Item>) -> State<'_> {
    item.map_or(State::Deleted, State::Put)
}

/// What is written of a result: its kind and its payload.
fn written(merged: &Merged) -> (u8, Vec<u8>) {
    let payload = |item: &Item| encode(item).expect("what comes of a merge can be written").to_vec();
    match merged {
        Merged::AsLogged => (0, Vec::new()),
        Merged::Item(item) => (1, payload(item)),
        Merged::Deleted => (2, Vec::new()),
        Merged::Split(item) => (3, payload(item)),
    }
}
