//! Grants: wrapping a vault's key for a member, and opening it.

use rand_core::CryptoRng;
use vault_wire::AccountId;
use vault_wire::grant::{Grant, GrantContext};
use vault_wire::roster::Roster;

use crate::keys::VaultKey;
use crate::v1::account::Identity;
use crate::v1::seal::OpenError;
use crate::v1::wrap::{InvalidKemKey, Wrapped, unwrap, wrap};

/// The reason why a vault key was not wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// The account is not a member.
    #[error("the account is not a member of this vault")]
    NotAMember,
    /// The key does not match the log's commitment for this epoch.
    #[error("the key is not the vault's key of this epoch")]
    OtherKey,
    /// The member's public key is invalid.
    #[error(transparent)]
    InvalidKemKey(#[from] InvalidKemKey),
}

/// Wraps a vault's key for a member. The member's certificate and the key's commitment come only from the
/// verified roster, so a server cannot substitute its own key.
///
/// # Errors
/// If the account is not a member, or the key is not the vault's.
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
    let context = GrantContext {
        vault_id: *roster.vault_id(),
        epoch,
        recipient: *recipient,
        generation: certificate.generation,
    };
    let info = context.info(&member.identity.hash, &commitment);
    let Wrapped { encapsulated, sealed } = wrap(&certificate.kem, &info, key.expose_bytes(), rng)?;
    Ok(Grant { context, encapsulated, sealed })
}

/// Opens a grant for this identity, or for an earlier generation of it. The verified roster must name this one or an
/// earlier one: that of a vault's first records names the one of that time.
///
/// # Errors
/// If it is for another vault, member or generation, does not open, or contains another key than the log's
/// commitment.
pub fn open_grant(
    roster: &Roster,
    grant: &Grant,
    account: &AccountId,
    identity: &Identity,
) -> Result<VaultKey, OpenError> {
    let context = grant.context;
    let member = roster.member(account).ok_or(OpenError)?;
    let epoch = roster.epoch_at(context.epoch).ok_or(OpenError)?;
    let for_us = context.vault_id == *roster.vault_id()
        && context.recipient == *account
        && (identity.is_certified_by(member.certificate())
            || identity.was_certified_by(member.certificate()));
    if !for_us {
        return Err(OpenError);
    }
    let (kem_seed, certificate) =
        identity.kem_of(context.generation, member.identity.hash).ok_or(OpenError)?;
    let info = context.info(&certificate, &epoch.commitment);
    let key = VaultKey(unwrap(kem_seed, &info, &grant.encapsulated, &grant.sealed)?);
    if key.commitment(roster.vault_id(), context.epoch) == epoch.commitment {
        Ok(key)
    } else {
        Err(OpenError)
    }
}
