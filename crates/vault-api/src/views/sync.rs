//! The server of a profile: the account there, its devices, and the state of synchronization.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::MemberRole;
use vault_engine::session::{
    AlarmKind, AuditTrouble, AuditTroubleKind, Evidence, OtherServerKey, VaultMembers,
};
use vault_sync::message::{ContentHash, Head, log_words, server_words};

use super::network::NetworkChoice;
use super::otp::QrView;
use crate::error::ErrorView;

/// What answers at an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum ServerView {
    /// A server that is trusted.
    Found {
        /// Its address.
        address: String,
        /// Its identity, an address too.
        issuer: String,
        /// The hash of its key, if no authority vouches for it; 64 hexadecimal digits.
        #[ts(optional)]
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// What a new account needs.
        sign_up: SignUpView,
    },
    /// No authority vouches for the server. The user compares the words with those of the server's operator; then the
    /// same request with this key finds the server. Nothing was sent to it.
    Unknown {
        /// Its address.
        address: String,
        /// The hash of its key; 64 hexadecimal digits.
        key: String,
        /// Eight words for the key.
        words: Vec<String>,
    },
}

/// What a new account needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SignUpView {
    /// A code that the server sends by mail to the login, which is an e-mail address.
    Mail,
    /// A code from the operator.
    Code,
    /// Nothing more: the connect code contains one.
    Included,
}

/// A server as the user named it: an address or a connect code.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct ServerChoice {
    /// The address or connect code, as typed.
    pub server: String,
    /// The key that the user has confirmed; 64 hexadecimal digits.
    #[ts(optional)]
    pub key: Option<String>,
    /// How it is to be reached; directly and without limits if it is not said.
    #[ts(optional)]
    pub network: Option<NetworkChoice>,
}

/// A new account for the open profile.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct AccountRequest {
    /// The server.
    pub server: ServerChoice,
    /// The login name.
    pub login: String,
    /// The master password of the profile.
    pub password: String,
    /// A sign-up code, unless the connect code contains one.
    #[ts(optional)]
    pub code: Option<String>,
}

/// A sign-in on a computer that does not have the account's profile yet.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct JoinRequest {
    /// The server.
    pub server: ServerChoice,
    /// The login name.
    pub login: String,
    /// The master password.
    pub password: String,
    /// The Secret Key.
    pub secret_key: String,
    /// The name of the profile on this computer.
    pub name: String,
}

/// How far a sign-in is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "step", rename_all = "snake_case")]
#[ts(export)]
pub enum SignInView {
    /// It is complete; the profile is open.
    Done,
    /// The account asks for a second factor: `account_factor` continues.
    Factor {
        /// The factors that the account has.
        factors: Vec<FactorKind>,
    },
}

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FactorKind {
    /// A one-time code.
    Totp,
    /// A recovery code.
    Recovery,
}

/// The second factor of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FactorsView {
    /// Whether a sign-in asks for a one-time code.
    pub totp: bool,
    /// Unused recovery codes.
    pub recovery_left: u8,
}

/// A new secret for one-time codes, which takes effect once a code of it is typed.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct FactorOfferView {
    /// The secret, to be typed into another program.
    pub secret: String,
    /// A QR code of it.
    pub qr: QrView,
}

/// New recovery codes for the second factor. They are shown once.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct FactorCodesView {
    /// The codes.
    pub codes: Vec<String>,
}

/// A device of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DeviceView {
    /// Its id.
    pub id: String,
    /// Its name; empty if it has none that opens.
    pub name: String,
    /// Whether it is this one.
    pub current: bool,
    /// When it was added, in milliseconds since 1970, by the server's clock.
    #[ts(type = "number")]
    pub added_at: u64,
    /// When it was last seen, in milliseconds since 1970, by the server's clock.
    #[ts(type = "number")]
    pub seen_at: u64,
}

/// A device that was lost while it was unlocked.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct LostDeviceRequest {
    /// Its id.
    pub device: String,
    /// The master password.
    pub password: String,
    /// The new master password.
    pub new_password: String,
    /// The code of a second factor.
    #[ts(optional)]
    pub code: Option<String>,
}

/// What is not on this computer, and would be missing here without the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LeavingView {
    /// Documents that were not downloaded.
    pub documents: u32,
    /// Vaults of which nothing was received yet.
    pub vaults: u32,
    /// The names of vaults that have other members, who cannot be moved.
    pub shared: Vec<String>,
    /// The names of vaults with other members whose only owner this account is. It cannot be deleted before they have another
    /// one, or are closed.
    pub owned: Vec<String>,
}

/// The state of synchronization. It is derived from what waits to be sent and from what was last verified, not from whether
/// there is a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SyncState {
    /// The profile has no server.
    Local,
    /// The login session has ended; changes are kept until the user signs in.
    SignedOut,
    /// Nothing is sent before the user has seen what.
    Held,
    /// A server contradicted itself in at least one vault, which can only be read.
    Alarm,
    /// The logs are received for the first time; what is shown is not all, and may be outdated.
    Verifying,
    /// Changes are being received or sent.
    Syncing,
    /// The server was not reached; changes are kept and sent later.
    Offline,
    /// Something waits though the server was reached: the problem, or those of single vaults, say why.
    Waiting,
    /// All was sent, and the server's logs were verified a short time ago.
    UpToDate,
}

/// The server of the open profile and the state of synchronization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SyncView {
    /// The state.
    pub state: SyncState,
    /// The account; none if the profile has no server.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountView>,
    /// Changes that the server has not confirmed.
    pub unsent: u32,
    /// When the oldest of them was made, in milliseconds since 1970.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_unsent: Option<u64>,
    /// When all logs were last verified up to their ends, in milliseconds since 1970.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<u64>,
    /// Changes received since the present synchronization began.
    pub received: u32,
    /// Changes still to be received, as far as they are known.
    pub left: u32,
    /// Whether this device was added by password, and nothing but the server says that it has the newest state of the account.
    pub unverified: bool,
    /// Documents that are to be downloaded to this computer.
    pub documents: u32,
    /// The last time that a restored server had everything again, if that was a short time ago.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<HealedView>,
    /// A reset of the account's password that is not in force at the server yet.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reenrolment: Option<ReenrolmentView>,
    /// Own devices know the server by different keys: it is not used until the user chooses.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_key: Option<OtherKeyView>,
    /// What is wrong with the server's record of the account, its audit.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit: Option<AuditView>,
    /// Where another device has moved the account, which this one has not followed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<AccountView>,
    /// The account at the server that this profile was moved from, until the user has decided what becomes of it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_account: Option<AccountView>,
    /// Why the last synchronization failed as a whole.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ErrorView>,
    /// The vaults.
    pub vaults: Vec<VaultSyncView>,
}

/// A server that was restored from a backup and has everything again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HealedView {
    /// When it had, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Entries that this computer has sent again.
    pub sent: u32,
}

/// The keys by which own devices know the server, as eight words each; none if an authority vouches for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OtherKeyView {
    /// That of this device.
    pub own: Vec<String>,
    /// That of another one.
    pub other: Vec<String>,
}

impl From<OtherServerKey> for OtherKeyView {
    fn from(OtherServerKey { own, other }: OtherServerKey) -> Self {
        let words = |key: Option<ContentHash>| {
            key.map_or_else(Vec::new, |key| server_words(&key).map(str::to_owned).to_vec())
        };
        Self { own: words(own), other: words(other) }
    }
}

/// Which key of the server is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum KeyChoice {
    /// That of this device.
    Own,
    /// That of another one.
    Other,
}

/// A contradiction between the server's record of the account and what it had shown of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AuditView {
    /// What is wrong.
    pub kind: AuditKindView,
    /// The number of the event that shows it.
    #[ts(type = "number")]
    pub event: u64,
    /// When it was noticed, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
}

/// What is wrong with the server's record of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AuditKindView {
    /// It ends before an event that the server had shown.
    Shortened,
    /// An event is another one than before.
    Changed,
    /// The server states that it was restored, and has lost events. It is shown for a week.
    Restored,
}

impl From<AuditTrouble> for AuditView {
    fn from(trouble: AuditTrouble) -> Self {
        let kind = match trouble.kind {
            AuditTroubleKind::Shortened => AuditKindView::Shortened,
            AuditTroubleKind::Changed => AuditKindView::Changed,
            AuditTroubleKind::Restored => AuditKindView::Restored,
        };
        Self { kind, event: trouble.seq, at: trouble.noticed.0 }
    }
}

/// A reset of the account's password with the recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ReenrolmentView {
    /// How far it is.
    pub state: ReenrolState,
    /// From when on the new password works at the server, in milliseconds since 1970, if it waits.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
}

/// How far a reset of the account's password is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ReenrolState {
    /// Only this computer has the new password: it must be typed again to be registered at the server.
    Wanted,
    /// It was not sent yet.
    Sending,
    /// The server lets it wait.
    Waiting,
    /// The server has it: the user can sign in.
    Effective,
    /// A device of the account cancelled it.
    Cancelled,
    /// The account's password was changed on another device since.
    Superseded,
    /// The server does not take it.
    Refused,
    /// Another device asked for one, which waits.
    Elsewhere,
}

/// The account at the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AccountView {
    /// The login name.
    pub login: String,
    /// The address of the server.
    pub address: String,
}

/// The state of one vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VaultSyncView {
    /// The vault.
    pub id: String,
    /// Whether it is the home vault.
    pub home: bool,
    /// Its name; may be empty.
    pub name: String,
    /// Whether it stays on this computer.
    pub only_here: bool,
    /// Changes that the server has not confirmed.
    pub unsent: u32,
    /// Changes that the server refused; they stay on this computer.
    pub refused: u32,
    /// Entries without effect that the server returned. An honest one returns none.
    pub void: u32,
    /// Why it was not synchronized.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ErrorView>,
    /// The server's contradiction, if there is one.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarm: Option<AlarmView>,
}

/// Where the documents of a vault are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VaultDocumentsView {
    /// The vault.
    pub id: String,
    /// Its name; empty for the home vault without one.
    pub name: String,
    /// Whether they are kept on this computer, and not only downloaded when they are asked for.
    pub offline: bool,
    /// Those that are not on this computer.
    pub missing: u32,
    /// Those that are on this computer and at the server.
    pub copies: u32,
    /// The bytes of the latter.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// A server's contradiction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AlarmView {
    /// Its kind.
    pub kind: AlarmKindView,
    /// The number of the entry that shows it.
    #[ts(type = "number")]
    pub entry: u64,
    /// When it was noticed, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// The end of the log that this computer has.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<HeadView>,
    /// The end of the log that the server stated.
    pub server: HeadView,
    /// Whether this account may choose the server's history.
    pub may_choose: bool,
    /// The names of the other owners, as far as they have one here.
    pub owners: Vec<String>,
}

/// The end of a log, for people to compare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HeadView {
    /// The number of entries.
    #[ts(type = "number")]
    pub entries: u64,
    /// Eight words for all of them.
    pub words: Vec<String>,
}

impl From<Head> for HeadView {
    fn from(Head { seq, root }: Head) -> Self {
        Self { entries: seq, words: log_words(&root).map(str::to_owned).to_vec() }
    }
}

/// The kinds of contradictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AlarmKindView {
    /// The server has fewer entries than before.
    Rollback,
    /// The server shows another history than before.
    Fork,
    /// A member has seen another history than this computer.
    Contradiction,
    /// A change that the server had accepted is not there.
    MissingOwn,
}

impl AlarmView {
    /// The alarm of a vault with these members.
    pub(crate) fn of(evidence: &Evidence, members: VaultMembers) -> Self {
        let Evidence { alarm, own, server, .. } = evidence;
        let others =
            members.members.into_iter().filter(|member| member.role == MemberRole::Owner && !member.is_own);
        Self {
            may_choose: members.role == Some(MemberRole::Owner),
            owners: others.filter_map(|owner| owner.name).collect(),
            kind: alarm.kind.into(),
            entry: alarm.seq,
            at: alarm.raised_at.0,
            own: own.map(HeadView::from),
            server: (*server).into(),
        }
    }
}

impl From<AlarmKind> for AlarmKindView {
    fn from(kind: AlarmKind) -> Self {
        match kind {
            AlarmKind::Rollback => Self::Rollback,
            AlarmKind::Fork => Self::Fork,
            AlarmKind::Contradiction => Self::Contradiction,
            AlarmKind::MissingOwn => Self::MissingOwn,
        }
    }
}
