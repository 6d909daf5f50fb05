//! Audit events of an account, in a hash chain.

use serde::{Deserialize, Serialize};

use crate::cbor::Array;
use crate::message::json::json_messages;
use crate::message::text::string_enum;
use crate::message::{FixedBytes, List, Slug, Text};
use crate::{AccountId, DeviceId, Label, VaultId};

string_enum! {
/// Known kinds of events. A later server may send others, so an event contains the name, not this type.
    AuditKind {
        /// The account was created.
        AccountCreated = "account-created",
        /// The account's data was exported.
        AccountExported = "account-exported",
        /// The operator locked or unlocked the account.
        AccountLocked = "account-locked",
        /// Password, keyset and root box were replaced.
        PasswordChanged = "password-changed",
        /// A registration signed by the root was stored without a session.
        Reenrolled = "reenrolled",
        /// That was requested, and takes effect after a waiting time.
        ReenrolWaiting = "reenrol-waiting",
        /// A session deleted such a request.
        ReenrolCancelled = "reenrol-cancelled",
        /// The login name changed.
        LoginChanged = "login-changed",
        /// The recovery code's box was replaced or removed.
        CodeChanged = "code-changed",
        /// A sign-in with the recovery code succeeded.
        CodeUsed = "code-used",
        /// A sign-in succeeded.
        SignedIn = "signed-in",
        /// A sign-in failed.
        SignInRefused = "sign-in-refused",
        /// A session ended.
        SignedOut = "signed-out",
        /// A refresh token was used twice, and its sessions ended.
        RefreshReused = "refresh-reused",
        /// A device approved another one, which may have been added since.
        DeviceApproved = "device-approved",
        /// A device was added.
        DeviceAdded = "device-added",
        /// A device was removed.
        DeviceRemoved = "device-removed",
        /// A second factor was turned on.
        FactorAdded = "factor-added",
        /// A second factor was turned off.
        FactorRemoved = "factor-removed",
        /// A recovery code of the second factor was used.
        RecoveryCodeUsed = "recovery-code-used",
        /// A vault was created.
        VaultCreated = "vault-created",
        /// A vault's members or keys changed.
        RosterChanged = "roster-changed",
        /// Lost entries of a vault were sent again.
        VaultHealed = "vault-healed",
    }
}

/// An audit event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// Sequence number, counted from 1 per account.
    pub seq: u64,
    /// Server time in milliseconds since 1970.
    pub at: u64,
    /// One of [`AuditKind`], or a name of a later version.
    pub kind: Slug,
    /// The acting account, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<AccountId>,
    /// The device concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The vault concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<VaultId>,
    /// The client's network address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Text<45>>,
    /// Hash of this event and of the previous event's hash.
    pub hash: FixedBytes<32>,
}

impl AuditEvent {
    /// Returns the hash that the event must have after an event with hash `before`; 32 zero bytes for the
    /// first event.
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
pub struct AuditPage {
    /// The events after number N, in order.
    pub events: List<AuditEvent, 200>,
    /// Whether there are more.
    pub more: bool,
}

impl AuditPage {
    /// Returns whether the events form a chain that continues the event with this number and hash.
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
