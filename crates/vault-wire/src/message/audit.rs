//! What happened to an account, kept in a chain.

use serde::{Deserialize, Serialize};

use crate::cbor::Array;
use crate::message::json::json_messages;
use crate::message::text::words;
use crate::message::{Exactly, List, Slug, Text};
use crate::{AccountId, DeviceId, Label, VaultId};

words! {
    /// What can happen. A server of a later version may name more; so an event has the word, not this.
    AuditKind {
        /// The account was opened.
        AccountCreated = "account-created",
        /// Everything about the account was taken out.
        AccountExported = "account-exported",
        /// The operator locked or unlocked the account.
        AccountLocked = "account-locked",
        /// Password, keyset and root box were replaced.
        PasswordChanged = "password-changed",
        /// A registration signed by the root was put in by hand.
        Reenrolled = "reenrolled",
        /// Somebody signed in.
        SignedIn = "signed-in",
        /// Somebody tried to.
        SignInRefused = "sign-in-refused",
        /// A session ended.
        SignedOut = "signed-out",
        /// A refresh token came a second time, and its sessions ended.
        RefreshReused = "refresh-reused",
        /// A device was added.
        DeviceAdded = "device-added",
        /// A device was removed.
        DeviceRemoved = "device-removed",
        /// A second factor was turned on.
        FactorAdded = "factor-added",
        /// A second factor was turned off.
        FactorRemoved = "factor-removed",
        /// A recovery code was used up.
        RecoveryCodeUsed = "recovery-code-used",
        /// A vault was founded.
        VaultCreated = "vault-created",
        /// A vault's members or keys changed.
        RosterChanged = "roster-changed",
        /// Lost entries of a vault were sent again.
        VaultHealed = "vault-healed",
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEvent {
    /// Counts from 1, for each account.
    pub seq: u64,
    /// When, by the server's clock, in milliseconds since 1970.
    pub at: u64,
    /// What: one of [`AuditKind`], or what a later version names.
    pub kind: Slug,
    /// By whom, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<AccountId>,
    /// From or to which device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// In which vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<VaultId>,
    /// From which network address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Text<45>>,
    /// The hash of all this and of the event before.
    pub hash: Exactly<32>,
}

impl AuditEvent {
    /// The hash that the event must have if the one before has this; before the first event it is 32 zero bytes.
    #[must_use]
    pub fn hash_after(&self, before: &[u8; 32]) -> [u8; 32] {
        let Self { seq, at, kind, actor, device, vault, address, hash: _ } = self;
        Array::labelled(Label::AUDIT)
            .bytes(before)
            .uint(*seq)
            .uint(*at)
            .text(kind.as_str())
            .bytes_or_null(actor.as_ref().map(|id| id.as_bytes().as_slice()))
            .bytes_or_null(device.as_ref().map(|id| id.as_bytes().as_slice()))
            .bytes_or_null(vault.as_ref().map(|id| id.as_bytes().as_slice()))
            .bytes_or_null(address.as_ref().map(|text| text.as_str().as_bytes()))
            .sha256()
    }
}

/// `GET /v1/audit?after=N`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditPage {
    /// The events after number N, in order.
    pub events: List<AuditEvent, 200>,
    /// Whether there are more.
    pub more: bool,
}

impl AuditPage {
    /// Whether the events follow one another and the one whose number and hash are given.
    #[must_use]
    pub fn follows(&self, seq: u64, hash: &[u8; 32]) -> bool {
        let mut last = (seq, *hash);
        self.events.iter().all(|event| {
            let expected = (last.0.checked_add(1), event.hash_after(&last.1));
            last = (event.seq, expected.1);
            expected.0 == Some(event.seq) && event.hash.as_slice() == expected.1
        })
    }
}

json_messages! {
    LARGE: AuditPage;
}
