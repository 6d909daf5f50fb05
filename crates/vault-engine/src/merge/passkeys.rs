//! Passkeys, each by the id that the site gave it.

use super::aside::Aside;
use super::choice::{Choice, pick};
use super::order::Lists;
use super::{Clash, copy, same, unknown};
use crate::item::{Item, Passkey, Unknown};

/// What a set-aside name in a passkey is called.
const LABEL: &str = "passkeys";

/// Merges the passkeys. One that one side removed stays if the other changed something about it.
pub(super) fn merge(base: &Item, log: &Item, local: &Item, aside: &mut Aside) -> Result<Vec<Passkey>, Clash> {
    let lists = Lists { base: &base.passkeys, log: &log.passkeys, local: &local.passkeys };
    let merged =
        lists.merge(|passkey| passkey.credential_id.as_slice(), |base, side| !same::passkey(base, side));
    let merged = merged.iter().filter_map(|found| match (found.log, found.local) {
        (Some(log), Some(local)) => Some(passkey(found.base, log, local, aside)),
        (one, other) => one.or(other).map(|passkey| Ok(copy::passkey(passkey))),
    });
    merged.collect()
}

/// Merges two versions of a passkey; without a base all that they differ in was changed by both.
fn passkey(
    base: Option<&Passkey>,
    log: &Passkey,
    local: &Passkey,
    aside: &mut Aside,
) -> Result<Passkey, Clash> {
    let is_base = |side| base.is_some_and(|base| same::key_of_passkey(base, side));
    let key = match Choice::when(same::key_of_passkey(log, local) || is_base(local), is_base(log)) {
        // One id is one key. Who says otherwise is wrong, but it is not known who.
        Choice::Both => return Err(Clash),
        choice => choice.take(log, local),
    };
    let mut name = |of: fn(&Passkey) -> &String| {
        let choice = Choice::between_texts(base.map_or("", |base| of(base)), of(log), of(local));
        if choice == Choice::Both {
            aside.put(None, LABEL, of(local));
        }
        choice.take(of(log), of(local)).clone()
    };
    let nothing = Unknown::default();
    let unknowns = (base.map_or(&nothing, |base| &base.unknown), &log.unknown, &local.unknown);
    Ok(Passkey {
        rp_name: name(|passkey| &passkey.rp_name),
        user_name: name(|passkey| &passkey.user_name),
        display_name: name(|passkey| &passkey.display_name),
        // A site refuses a count that went back.
        sign_counter: match Choice::between(
            &base.map_or(0, |base| base.sign_counter),
            &log.sign_counter,
            &local.sign_counter,
        ) {
            Choice::Both => log.sign_counter.max(local.sign_counter),
            choice => choice.take(log.sign_counter, local.sign_counter),
        },
        created_at: pick(
            base.map_or(local.created_at, |base| base.created_at),
            log.created_at,
            local.created_at,
        ),
        unknown: unknown::merge(unknowns, &[], &log.unknown)?,
        ..copy::passkey(key)
    })
}
