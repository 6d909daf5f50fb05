//! Adding a device by the approval of another one, and the codes with which a new computer begins.

use serde::Serialize;
use ts_rs::TS;

use super::otp::QrView;

/// A code for a new device. It lasts ten minutes and can be used once.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct DeviceOfferView {
    /// The code, to be copied.
    pub code: String,
    /// The same as a QR code.
    pub qr: QrView,
}

/// How far a new device is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum DeviceOfferStatus {
    /// No device has used the code.
    Waiting,
    /// A device has used the code and waits.
    Requested {
        /// Its id, with which it is approved.
        device: String,
        /// Eight words, which it shows too.
        words: Vec<String>,
    },
}

/// A request of this computer to be approved by another device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ApprovalView {
    /// Eight words, which the other device shows too.
    pub words: Vec<String>,
}

/// What became of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum ApprovalStatusView {
    /// Nobody has answered yet.
    Waiting,
    /// The other device has approved this one.
    Approved {
        /// The login name.
        login: String,
    },
}

/// A code with which a new computer begins.
#[derive(Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum JoinCodeView {
    /// The code of another device.
    Device {
        /// The code.
        code: String,
    },
    /// The code of an Emergency Kit.
    Kit {
        /// The server, as a connect code.
        server: String,
        /// The login name.
        login: String,
        /// The Secret Key.
        secret_key: String,
    },
    /// The Secret Key of an Emergency Kit without a server.
    SecretKey {
        /// The Secret Key.
        secret_key: String,
    },
    /// The connect code of a server.
    Server {
        /// The code.
        server: String,
    },
}
