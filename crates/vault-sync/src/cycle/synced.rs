//! What a synchronization did in a vault.

use vault_engine::session::Received;

use super::line::DocumentLeft;

/// What was done in one vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VaultSynced {
    /// Entries of others that were received.
    pub received: usize,
    /// Own entries that were read back.
    pub sent: usize,
    /// Entries that the server refused; they are set aside.
    pub refused: usize,
    /// Entries of others without effect. An honest server returns none.
    pub void: usize,
    /// Entries that are still to be received, by what the server says.
    pub left: u64,
    /// Entries that may be sent again later.
    pub later: usize,
    /// Whether the key of the vault's present epoch is missing: another member has not sent it yet.
    pub waits_for_key: bool,
    /// Whether other members lack a key that this computer can send, unless the one that owes it does.
    pub others_wait: bool,
    /// Documents that were not sent. The entries that name them wait, and so do later ones of the same items.
    pub documents: Vec<DocumentLeft>,
}

impl VaultSynced {
    pub(super) fn add(&mut self, received: Received) {
        let Received { own, foreign, void, unjoined: _, at_head: _, left } = received;
        self.left = left;
        self.sent += own;
        self.received += foreign;
        self.void += void;
    }
}
