//! Devices, sessions and tokens.

use serde::{Deserialize, Serialize};

use crate::account::SignedDeviceKeys;
use crate::cbor::Canonical as _;
use crate::message::json::json_messages;
use crate::message::{Bytes, Credential, Factor, FixedBytes, JsonMessage, List};
use crate::{DeviceId, SessionId};

/// The next step of a sign-in.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginStep {
    /// A second factor is required.
    Factor {
        /// The server's state, sealed for itself; valid once.
        state: Credential<2048>,
        /// The account's factors; one of them is enough.
        factors: List<Factor, 4>,
    },
    /// This device must be added.
    Device {
        /// The server's state, sealed for itself; valid once.
        state: Credential<2048>,
    },
    /// The sign-in is complete.
    Done {
        /// The session's tokens.
        tokens: Tokens,
    },
}

/// The tokens of a session, bound to the device's key. Also the answer to [`Refresh`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Tokens {
    /// Access token, sent with every request.
    pub access: Credential<2048>,
    /// Lifetime of the access token in seconds.
    pub access_seconds: u32,
    /// Refresh token, exchanged for the next pair of tokens.
    pub refresh: Credential<64>,
    /// Lifetime of the refresh token in seconds.
    pub refresh_seconds: u32,
}

/// `POST /v1/auth/token`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The last refresh token.
    pub refresh: Credential<64>,
}

/// The sessions to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogoutScope {
    /// The current session.
    This,
    /// All sessions of the account.
    All,
}

/// `POST /v1/auth/logout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logout {
    /// The sessions to end.
    pub scope: LogoutScope,
}

/// `POST /v1/devices`, answered by a [`LoginStep`]. Adds the device whose key signs the request's proof.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddDevice {
    /// State from the step that requested it.
    pub state: Credential<2048>,
    /// The device's keys: an encoded [`SignedDeviceKeys`].
    pub device: Bytes<1, { SignedDeviceKeys::MAX_LEN }>,
}

/// `PUT /v1/devices/{d}/label`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceLabel {
    /// The device's name, sealed for the account's own devices; the server cannot read it.
    pub label: FixedBytes<329>,
}

/// A device of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Thumbprint of its key (RFC 7638).
    pub device_id: DeviceId,
    /// Its keys: an encoded [`SignedDeviceKeys`].
    pub device: Bytes<1, { SignedDeviceKeys::MAX_LEN }>,
    /// Its sealed name, once it was put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<FixedBytes<329>>,
    /// Time of addition, in milliseconds since 1970.
    pub added_at: u64,
    /// Time of the last request, in milliseconds since 1970.
    pub seen_at: u64,
    /// Whether it is the requesting one.
    pub current: bool,
}

/// `GET /v1/devices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceList {
    /// The devices.
    pub devices: List<Device, 64>,
}

impl JsonMessage for DeviceList {
    const MAX_LEN: usize = 256 * 1024;
}

/// A session of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginSession {
    /// Id of the session.
    pub session_id: SessionId,
    /// The device.
    pub device_id: DeviceId,
    /// Start time, in milliseconds since 1970.
    pub begun_at: u64,
    /// Time of the last use, in milliseconds since 1970.
    pub used_at: u64,
    /// Whether it is the requesting one.
    pub current: bool,
}

/// `GET /v1/sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionList {
    /// The sessions.
    pub sessions: List<LoginSession, 256>,
}

json_messages! {
    SMALL: LoginStep, Tokens, Refresh, Logout, AddDevice, DeviceLabel;
    LARGE: SessionList;
}
