//! Merge of passkeys, matched by credential id.

use super::choice::{Choice, pick};
use super::conflict::Conflict;
use super::order::Lists;
use super::superseded::SupersededValues;
use super::unknown::Rule;
use super::{copy, same, unknown};
use crate::item::{Item, Passkey, Unknown};

/// The label of a superseded name of a passkey.
const LABEL: &str = "passkeys";

/// Merges the passkeys. A passkey that one side removed stays if the other changed it.
pub(super) fn merge(
    base: &Item,
    log: &Item,
    local: &Item,
    superseded: &mut SupersededValues,
) -> Result<Vec<Passkey>, Conflict> {
    let lists = Lists { base: &base.passkeys, log: &log.passkeys, local: &local.passkeys };
    let merged =
        lists.merge(|passkey| passkey.credential_id.as_slice(), |base, side| !same::passkey(base, side));
    let merged = merged.iter().filter_map(|found| match (found.log, found.local) {
        (Some(log), Some(local)) => Some(passkey(found.base, log, local, superseded)),
        (one, other) => one.or(other).map(|passkey| Ok(copy::passkey(passkey))),
    });
    merged.collect()
}

/// Merges two versions of a passkey. Without a base every difference counts as changed by both.
fn passkey(
    base: Option<&Passkey>,
    log: &Passkey,
    local: &Passkey,
    superseded: &mut SupersededValues,
) -> Result<Passkey, Conflict> {
    let is_base = |side| base.is_some_and(|base| same::key_of_passkey(base, side));
    let key = match Choice::when(same::key_of_passkey(log, local) || is_base(local), is_base(log)) {
        // A credential id has one key. One side is wrong, but it is unknown which.
        Choice::Both => return Err(Conflict),
        choice => choice.take(log, local),
    };
    let mut name = |of: fn(&Passkey) -> &String| {
        let choice = Choice::between_texts(base.map_or("", |base| of(base)), of(log), of(local));
        if choice == Choice::Both {
            superseded.put(None, LABEL, of(local));
        }
        choice.take(of(log), of(local)).clone()
    };
    let nothing = Unknown::default();
    let unknowns = (base.map_or(&nothing, |base| &base.unknown), &log.unknown, &local.unknown);
    Ok(Passkey {
        rp_name: name(|passkey| &passkey.rp_name),
        user_name: name(|passkey| &passkey.user_name),
        display_name: name(|passkey| &passkey.display_name),
        // A site rejects a counter that decreased.
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
        unknown: unknown::merge(unknowns, &[], &log.unknown, &Rule::Split)?,
        ..copy::passkey(key)
    })
}
