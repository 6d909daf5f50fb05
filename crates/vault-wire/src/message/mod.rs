//! Every message between a client and a server: what may stand in it, and how much of it.
//!
//! Log, grants and documents travel as canonical CBOR ([`Canonical`](crate::cbor::Canonical)), sign-in and accounts as
//! JSON ([`JsonMessage`]). Both know their longest form and refuse more before they read it. Nothing here checks a
//! signature or opens a box: what a message carries is for [`LogVerifier`](crate::log::LogVerifier) and others to judge.
//!
//! Routes and fields are described in `docs/formats/protocol.md`.

mod account;
mod audit;
mod auth;
mod blob;
mod bytes;
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
mod text;
mod vault;

pub use account::{AccountExport, KeysetReply, VaultUse};
pub use audit::{AuditEvent, AuditKind, AuditPage};
pub use auth::{
    LoginFinish, LoginParams, LoginParamsReply, LoginStart, LoginStartReply, RegisterFinish, RegisterReply,
    RegisterStart, RegisterStartReply, UncheckedKdf,
};
pub use blob::{ChunkList, ChunkRange, CopyBlob, DeclareBlob, MissingChunks};
pub use bytes::{Bytes, Exactly};
pub use credential::Credential;
pub use discovery::{Discovery, Hint, Jwk, Jwks, SignUp, Versions};
pub use factor::{Factor, FactorCode, FactorState, RecoveryCodes, TotpConfirm, TotpSecret};
pub use grant::{AnswerList, GrantList};
pub use json::{JsonError, JsonMessage, List};
pub use limits::{
    Limits, MAX_ANSWERS, MAX_BODY, MAX_CHUNKS, MAX_GRANTS, MAX_PAGE_BYTES, MAX_PAGE_ENTRIES, MAX_PUSH_BYTES,
    MAX_PUSH_ENTRIES, MAX_RANGES, MAX_VAULTS,
};
pub use log::LogEntry;
pub use page::LogPage;
pub use problem::{Problem, ProblemCode};
pub use push::{HealBatch, PushBatch, PushReply, PushResult, Refusal};
pub use query::{Bodies, LogQuery, QueryError};
pub use ratchet::{RatchetError, VersionRatchet};
pub use session::{
    AddDevice, Device, DeviceList, LoginStep, Logout, LogoutScope, Refresh, Session, SessionList, Tokens,
};
pub use text::{LoginName, Origin, Slug, Text, TextError};
pub use vault::{VaultHead, VaultList};

use crate::cbor::{DecodeError, Reader};

/// Reads an array of at most `most` values of one kind. It allocates as it reads, never by the count it was told.
fn list<T>(
    reader: &mut Reader<'_>,
    most: u64,
    read: impl Fn(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    (0..reader.array_up_to(most)?).map(|_| read(reader)).collect()
}

/// Reads an array as [`list`] does, and refuses an empty one.
fn filled_list<T>(
    reader: &mut Reader<'_>,
    most: u64,
    read: impl Fn(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let values = list(reader, most, read)?;
    if values.is_empty() { Err(DecodeError::Malformed) } else { Ok(values) }
}
