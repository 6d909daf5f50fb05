//! Devices, sessions and the tokens that stand for them.

use serde::{Deserialize, Serialize};

use crate::message::json::json_messages;
use crate::message::{Bytes, Credential, Factor, List};
use crate::{DeviceId, SessionId};

/// How a sign-in goes on.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum LoginStep {
    /// With a second factor.
    Factor {
        /// What the server has to remember, sealed for itself; for one use.
        state: Credential<2048>,
        /// Those that the account has; any one will do.
        factors: List<Factor, 4>,
    },
    /// By adding this device.
    Device {
        /// As above.
        state: Credential<2048>,
    },
    /// It is through.
    Done {
        /// The session's tokens.
        tokens: Tokens,
    },
}

/// What a session proves itself with, together with the device's key. Also the answer to [`Refresh`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// Goes with every request.
    pub access: Credential<2048>,
    /// For how many seconds it is good.
    pub access_seconds: u32,
    /// Is given for the next pair of tokens.
    pub refresh: Credential<64>,
    /// For how many seconds it is good.
    pub refresh_seconds: u32,
}

/// `POST /v1/auth/token`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The one given last.
    pub refresh: Credential<64>,
}

/// Which sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogoutScope {
    /// This one.
    This,
    /// All of the account.
    All,
}

/// `POST /v1/auth/logout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logout {
    /// Which sessions end.
    pub scope: LogoutScope,
}

/// `POST /v1/devices`, answered by a [`LoginStep`]. The device is the one whose key signs the request's proof.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddDevice {
    /// From the step that asked for it.
    pub state: Credential<2048>,
    /// The device's name, sealed by the client for the account's other devices; the server never reads it.
    pub label: Bytes<0, 512>,
}

/// A device of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// The thumbprint of its key (RFC 7638).
    pub device_id: DeviceId,
    /// Its sealed name.
    pub label: Bytes<0, 512>,
    /// When it was added, in milliseconds since 1970.
    pub added_at: u64,
    /// When it was last seen.
    pub seen_at: u64,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// `GET /v1/devices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceList {
    /// The devices.
    pub devices: List<Device, 64>,
}

/// A session of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The session.
    pub session_id: SessionId,
    /// Whose it is.
    pub device_id: DeviceId,
    /// When it began, in milliseconds since 1970.
    pub begun_at: u64,
    /// When it was last used.
    pub used_at: u64,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// `GET /v1/sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionList {
    /// The sessions.
    pub sessions: List<Session, 256>,
}

json_messages! {
    SMALL: LoginStep, Tokens, Refresh, Logout, AddDevice;
    LARGE: DeviceList, SessionList;
}
