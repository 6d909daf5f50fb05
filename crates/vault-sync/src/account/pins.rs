//! What a client remembers of its own account at a server.

use vault_crypto::{KdfParams, KdfParamsError};
use vault_wire::AccountId;
use vault_wire::message::UncheckedKdf;

/// What was seen of the account before; nothing on a new device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountPins {
    /// The account.
    pub account: Option<AccountId>,
    /// The costs with which it was last opened.
    pub costs: Option<KdfParams>,
    /// The highest version of its registration; 0 if none was seen.
    pub version: u64,
}

impl AccountPins {
    /// Checks costs that a server states against floor, ceiling and pin, before anything is derived with them.
    ///
    /// # Errors
    /// See [`KdfParamsError`].
    pub fn check_costs(&self, stated: UncheckedKdf) -> Result<KdfParams, KdfParamsError> {
        let UncheckedKdf { m_kib, t, p } = stated;
        let costs = KdfParams::new(m_kib, t, p)?;
        self.costs.as_ref().map_or(Ok(costs), |pinned| costs.require_at_least(pinned))
    }
}
