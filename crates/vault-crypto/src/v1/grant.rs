//! Grants: giving a vault's key to a member, and taking it.

use rand_core::CryptoRng;
use vault_wire::AccountId;
use vault_wire::grant::{Grant, GrantContext};
use vault_wire::roster::Roster;

use crate::v1::account::Identity;
use crate::v1::wrap::{BadKemKey, Wrapped, unwrap, wrap};
use crate::{OpenError, VaultKey};

/// Why a vault key was not wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// The account is not a member.
    #[error("the account is not a member of this vault")]
    NotAMember,
    /// The key is not the one that the vault's log pins for this epoch.
    #[error("the key is not the vault's key of this epoch")]
    OtherKey,
    /// The member's key cannot be used.
    #[error(transparent)]
    BadKemKey(#[from] BadKemKey),
}

/// Wraps a vault's key for a member. The member's certificate and the key's commitment are taken from the verified
/// roster and from nowhere else, so nothing is ever wrapped for a key that a server put in between.
///
/// # Errors
/// If the account is no member, or the key not the vault's.
pub fn make_grant(
    roster: &Roster,
    epoch: u32,
    recipient: &AccountId,
    key: &VaultKey,
    rng: &mut impl CryptoRng,
) -> Result<Grant, GrantError> {
    let member = roster.member(recipient).ok_or(GrantError::NotAMember)?;
    let commitment = key.commitment(roster.vault_id(), epoch);
    if roster.epoch_at(epoch).is_none_or(|epoch| epoch.commitment != commitment) {
        return Err(GrantError::OtherKey);
    }
    let certificate = member.certificate();
    let of = GrantContext {
        vault_id: *roster.vault_id(),
        epoch,
        recipient: *recipient,
        generation: certificate.generation,
    };
    let info = of.info(&member.identity.hash, &commitment);
    let Wrapped { encapsulated, sealed } = wrap(&certificate.kem, &info, key.expose_bytes(), rng)?;
    Ok(Grant { context: of, encapsulated, sealed })
}

/// Opens the grant of a vault's key to this identity, which must be the member's current one in the verified roster.
///
/// # Errors
/// If it is for another vault, member or generation, does not open, or holds another key than the log pins.
pub fn open_grant(
    roster: &Roster,
    grant: &Grant,
    account: &AccountId,
    identity: &Identity,
) -> Result<VaultKey, OpenError> {
    let of = grant.context;
    let member = roster.member(account).ok_or(OpenError)?;
    let epoch = roster.epoch_at(of.epoch).ok_or(OpenError)?;
    let for_us = of.vault_id == *roster.vault_id()
        && of.recipient == *account
        && of.generation == identity.generation()
        && identity.is_certified_by(member.certificate());
    if !for_us {
        return Err(OpenError);
    }
    let info = of.info(&member.identity.hash, &epoch.commitment);
    let key = VaultKey(unwrap(identity, &info, &grant.encapsulated, &grant.sealed)?);
    if key.commitment(roster.vault_id(), of.epoch) == epoch.commitment { Ok(key) } else { Err(OpenError) }
}
