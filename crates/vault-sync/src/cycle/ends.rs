//! The two ends of a synchronization.

use vault_wire::VaultId;
use vault_wire::log::Recovery;
use vault_wire::message::Limits;

use super::pace::Pace;
use super::synced::VaultSynced;
use crate::session::Session;

/// A synchronization with a server.
pub struct Cycle<'a, P> {
    /// The login session.
    pub session: &'a Session,
    /// The open profile.
    pub profile: &'a P,
    /// What the server takes and returns at once.
    pub limits: Limits,
    /// Whether the server announces that it is being restored.
    pub recovery: Recovery,
    /// How fast documents are transferred.
    pub pace: &'a Pace,
    /// Receives what was done after each page and each push.
    pub progress: &'a (dyn Fn(VaultId, VaultSynced) + Sync),
}
