//! Epochs: a new vault key, and recovery of the earlier ones.

use std::collections::BTreeMap;

use rand_core::CryptoRng;
use vault_wire::cbor::Array;
use vault_wire::roster::{EpochOp, Roster};
use vault_wire::{Label, VaultId};

use crate::keys::VaultKey;
use crate::v1::seal::OpenError;
use crate::v1::seal::{open, seal};

/// A new key epoch and its roster operation.
pub struct NewEpoch {
    /// The roster operation.
    pub op: EpochOp,
    /// The new key.
    pub key: VaultKey,
}

/// Makes the key of the epoch after the vault's current one and seals `earlier`, the key of epoch `back_to`,
/// under it. Pass the latest known key.
///
/// # Errors
/// If `earlier` is not the vault's key of that epoch.
pub fn make_epoch(
    roster: &Roster,
    back_to: u32,
    earlier: &VaultKey,
    rng: &mut impl CryptoRng,
) -> Result<NewEpoch, OpenError> {
    let vault_id = roster.vault_id();
    if !is_key_of(roster, back_to, earlier) {
        return Err(OpenError);
    }
    let epoch = roster.epoch().checked_add(1).ok_or(OpenError)?;
    let key = VaultKey::make(rng);
    let back = seal(key.expose_bytes(), &context(vault_id, epoch, back_to), earlier.expose_bytes(), rng);
    let commitment = key.commitment(vault_id, epoch);
    Ok(NewEpoch { op: EpochOp { epoch, commitment, back_to, back }, key })
}

/// Returns a key and all earlier keys that can be opened from it.
///
/// # Errors
/// If `key` is not the vault's key of that epoch.
pub fn open_history(
    roster: &Roster,
    epoch: u32,
    key: VaultKey,
) -> Result<BTreeMap<u32, VaultKey>, OpenError> {
    if !is_key_of(roster, epoch, &key) {
        return Err(OpenError);
    }
    let mut keys = BTreeMap::from([(epoch, key)]);
    let mut at = epoch;
    while let Some((back_to, earlier)) = keys.get(&at).and_then(|key| open_back(roster, at, key)) {
        keys.insert(back_to, earlier);
        at = back_to;
    }
    Ok(keys)
}

/// Opens the earlier key sealed in an epoch. `None` if the epoch's author sealed something else; only that
/// key is then unreachable from here.
fn open_back(roster: &Roster, epoch: u32, key: &VaultKey) -> Option<(u32, VaultKey)> {
    let stated = roster.epoch_at(epoch)?;
    // The roster rules enforce that `back_to` is an earlier epoch, so the chain ends.
    let back_to = stated.back_to;
    let opened = open(key.expose_bytes(), &context(roster.vault_id(), epoch, back_to), &stated.back).ok()?;
    let earlier = VaultKey::from_slice(opened.expose()).ok()?;
    is_key_of(roster, back_to, &earlier).then_some((back_to, earlier))
}

fn is_key_of(roster: &Roster, epoch: u32, key: &VaultKey) -> bool {
    roster.epoch_at(epoch).is_some_and(|stated| stated.commitment == key.commitment(roster.vault_id(), epoch))
}

fn context(vault_id: &VaultId, epoch: u32, back_to: u32) -> Array {
    Array::labelled(Label::EPOCH_BACK).bytes(vault_id.as_bytes()).uint(epoch.into()).uint(back_to.into())
}
