//! One-time codes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::session;
use vault_otp::{Code, CodeError};

/// Why the clock of this computer is probably wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ClockWarning {
    /// Its time is before the build of this program.
    BeforeProgram,
    /// Its time is before the last stored change.
    BeforeLastChange,
    /// It was set back since the profile was opened.
    SetBack,
}

/// A one-time code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum CodeView {
    /// A time-based code.
    Time {
        /// The current code.
        code: String,
        /// The next code.
        next: String,
        /// Seconds for which each code is valid.
        period: u32,
        /// Milliseconds for which this code is still valid.
        remaining_ms: u32,
        /// Why sites will probably refuse the code: the clock of this computer seems wrong.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<ClockWarning>,
    },
    /// A counter-based code: it is shown only when it is used.
    Counter {
        /// The counter of the next code, from 0.
        #[ts(type = "number")]
        counter: u64,
    },
}

/// A counter-based code that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UsedCode {
    /// The code.
    pub code: String,
    /// Its counter.
    #[ts(type = "number")]
    pub counter: u64,
}

/// A one-time code found in a picture or text.
#[derive(Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FoundCode {
    /// The issuer; empty if unknown.
    pub issuer: String,
    /// The account; empty if unknown.
    pub account: String,
    /// Its set-up, as the value of a form field.
    pub setup: String,
}

/// All that was found in a picture or text: nothing is left out in silence.
#[derive(Default, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FoundCodes {
    /// The one-time codes.
    pub codes: Vec<FoundCode>,
    /// Entries that cannot be used, at most 200.
    pub unread: Vec<UnreadCode>,
    /// The number of further such entries.
    pub unnamed: u32,
    /// The parts of a transfer that were not among the pictures or lines.
    pub missing: Vec<MissingPart>,
}

/// An entry that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UnreadCode {
    /// Its name; empty if unknown.
    pub name: String,
    /// The line of the text in which it is, from 1.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Why it cannot be used.
    pub reason: UnreadReason,
}

/// Why an entry of a picture or text cannot be used as a one-time code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum UnreadReason {
    /// It is something else, or of an unknown kind.
    NotACode,
    /// The secret is missing or invalid.
    Secret,
    /// The counter is missing or out of range.
    Counter,
    /// The hash is unknown.
    Algorithm,
    /// The number of digits is not 5 to 10.
    Digits,
    /// The period is not between a second and a day.
    Period,
    /// A transfer from another program is damaged.
    Damaged,
    /// A transfer is longer than the limit.
    TooLong,
    /// There are more codes than can be added at once.
    TooMany,
}

/// A part of a transfer from another program that is still to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MissingPart {
    /// Its number, from 1.
    pub part: u32,
    /// The number of parts of the transfer.
    pub parts: u32,
}

/// A QR code, to be drawn dark on white.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct QrView {
    /// Squares on each side, with the quiet zone.
    pub side: u32,
    /// The dark squares as an SVG path, one unit each.
    pub path: String,
}

/// One-time codes for another program, as QR codes to be scanned one after the other.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct CodeTransferView {
    /// The QR codes.
    pub pages: Vec<QrView>,
    /// The number of one-time codes in them.
    pub count: u32,
    /// Titles of items whose code cannot be transferred in this format.
    pub left_out: Vec<String>,
}

impl From<session::ClockWarning> for ClockWarning {
    fn from(warning: session::ClockWarning) -> Self {
        match warning {
            session::ClockWarning::BeforeProgram => Self::BeforeProgram,
            session::ClockWarning::BeforeLastChange => Self::BeforeLastChange,
            session::ClockWarning::SetBack => Self::SetBack,
        }
    }
}

impl From<CodeError> for UnreadReason {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::NotACode => Self::NotACode,
            CodeError::Secret => Self::Secret,
            CodeError::Counter => Self::Counter,
            CodeError::Algorithm => Self::Algorithm,
            CodeError::Digits => Self::Digits,
            CodeError::Period => Self::Period,
        }
    }
}

impl From<&Code> for FoundCode {
    fn from(code: &Code) -> Self {
        Self {
            issuer: code.issuer().to_owned(),
            account: code.account().to_owned(),
            setup: code.to_uri().expose().to_owned(),
        }
    }
}
