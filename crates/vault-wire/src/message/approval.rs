//! The approval of a new device by one that is signed in. The server keeps two sealed messages for ten minutes.

use serde::{Deserialize, Serialize};

use crate::account::{ApprovalAnswer, SignedDeviceKeys};
use crate::cbor::Canonical as _;
use crate::message::json::json_messages;
use crate::message::{Bytes, JsonMessage};
use crate::{AccountId, ApprovalId};

/// Maximum length of a message with an answer.
const WITH_ANSWER: usize = 32 * 1024;

/// A new device's keys, sealed under the secret of the code.
type SealedRequest = Bytes<73, { SignedDeviceKeys::MAX_LEN + 73 }>;
/// An encoded [`ApprovalAnswer`].
type EncodedAnswer = Bytes<1, { ApprovalAnswer::MAX_LEN }>;

/// `PUT /v1/account/approval`: a code is shown for a new device. It replaces the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalOffer {
    /// The id, derived from the secret of the code.
    pub approval_id: ApprovalId,
}

/// `GET /v1/account/approval`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalState {
    /// The id.
    pub approval_id: ApprovalId,
    /// The request of the device that used the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<SealedRequest>,
}

/// `POST /v1/account/approval`: answers the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerApproval {
    /// The id.
    pub approval_id: ApprovalId,
    /// The answer: an encoded [`ApprovalAnswer`].
    pub answer: EncodedAnswer,
}

/// `POST /v1/auth/approval`: puts the request, and again for its answer. Only the device whose key signs the first
/// proof can use the id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestApproval {
    /// The account of the code.
    pub account_id: AccountId,
    /// The id.
    pub approval_id: ApprovalId,
    /// The request.
    pub request: SealedRequest,
}

/// The answer to [`RequestApproval`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalReply {
    /// The answer of the approving device, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<EncodedAnswer>,
}

impl JsonMessage for AnswerApproval {
    const MAX_LEN: usize = WITH_ANSWER;
}

impl JsonMessage for ApprovalReply {
    const MAX_LEN: usize = WITH_ANSWER;
}

json_messages! {
    SMALL: ApprovalOffer, ApprovalState, RequestApproval;
}
