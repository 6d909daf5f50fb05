//! Messages between a client and a server, with their bounds.
//!
//! Log, grants and documents are sent as canonical CBOR ([`Canonical`](crate::cbor::Canonical)), sign-in and
//! accounts as JSON ([`JsonMessage`]). Both have a maximum length and reject longer input before parsing.
//! Unknown members are rejected in requests and ignored in replies, so that a later server can add some.
//! Nothing here verifies a signature or opens a box; [`LogVerifier`](crate::log::LogVerifier) and others do.
//!
//! Routes and fields are described in `docs/formats/protocol.md`.

mod account;
mod approval;
mod audit;
mod auth;
mod blob;
mod bytes;
mod connect;
mod credential;
mod discovery;
mod factor;
mod grant;
mod json;
mod limits;
mod log;
mod page;
mod problem;
mod push;
mod query;
mod ratchet;
mod session;
mod stream;
mod text;
mod vault;

pub use account::{AccountExport, AccountUsage, ChangeLogin, CodeBox, KeysetReply, VaultUsage};
pub use approval::{AnswerApproval, ApprovalOffer, ApprovalReply, ApprovalState, RequestApproval};
pub use audit::{AuditEvent, AuditKind, AuditPage};
pub use auth::{
    CodeFinish, CodeStart, CodeStartReply, LoginFinish, LoginParams, LoginParamsReply, LoginStart,
    LoginStartReply, MailCode, RegisterFinish, RegisterReply, RegisterStart, RegisterStartReply,
    UncheckedKdf,
};
pub use blob::{ChunkList, ChunkRange, DeclareBlob, MissingChunks};
pub use bytes::{Bytes, FixedBytes};
pub use connect::{ConnectCode, ConnectCodeError};
pub use credential::Credential;
pub use discovery::{Discovery, Jwk, Jwks, RecoveryNotice, SignUp, VaultChanged, Versions};
pub use factor::{Factor, FactorCode, FactorState, RecoveryCodes, TotpConfirm, TotpSecret};
pub use grant::{AnswerList, GrantList, LackingGrants};
pub use json::{JsonError, JsonMessage, List};
pub use limits::{
    Limits, MAX_ANSWERS, MAX_BODY, MAX_CHUNKS, MAX_GRANTS, MAX_PAGE_BYTES, MAX_PAGE_ENTRIES, MAX_PUSH_BYTES,
    MAX_PUSH_ENTRIES, MAX_RANGES, MAX_VAULTS, RANGE_ENTRIES,
};
pub use log::LogEntry;
pub use page::{LogPage, LogRange};
pub use problem::{Problem, ProblemCode};
pub use push::{HealBatch, PushBatch, PushReply, PushResult, Refusal};
pub use query::{Bodies, LogQuery, QueryError};
pub use ratchet::{RatchetError, VersionRatchet};
pub use session::{
    AddDevice, Device, DeviceLabel, DeviceList, LoginSession, LoginStep, Logout, LogoutScope, Refresh,
    SessionList, Tokens,
};
pub use stream::{EventReader, ServerEvent};
pub use text::{LoginName, Origin, Slug, Text, TextError};
pub use vault::{VaultHead, VaultList};
