//! Messages between a client and a server: the first byte says which.

use vault_wire::message::{
    AccountExport, AddDevice, AnswerList, AuditPage, ChunkList, CopyBlob, DeclareBlob, DeviceList, Discovery,
    FactorCode, FactorState, GrantList, HealBatch, JsonMessage, KeysetReply, LogEntry, LogPage, LogQuery,
    LoginFinish, LoginParams, LoginParamsReply, LoginStart, LoginStartReply, LoginStep, Logout,
    MissingChunks, Problem, PushBatch, PushReply, RecoveryCodes, Refresh, RegisterFinish, RegisterReply,
    RegisterStart, RegisterStartReply, SessionList, Tokens, TotpConfirm, TotpSecret, VaultChanged, VaultHead,
    VaultList,
};

use crate::wire::canonical_only;
use crate::{Bound, Seen, Target, target};

/// A list of small values takes more room in memory than in a message.
const LISTS: Bound = Bound { per_byte: 32, fixed: 64 << 10 };

pub(crate) const TARGETS: &[Target] = &[
    target("message_cbor", |bytes| one_of(CBOR, bytes), LISTS, 8 << 10),
    target("message_json", |bytes| one_of(JSON, bytes), LISTS, 8 << 10),
    target("message_query", query, LISTS, 256),
];

/// A message's name in golden vectors, and its body.
type Message = (&'static str, fn(&[u8]) -> Seen);

const CBOR: &[Message] = &[
    ("entry", canonical_only::<LogEntry>),
    ("log-page", canonical_only::<LogPage>),
    ("push", canonical_only::<PushBatch>),
    ("push-reply", canonical_only::<PushReply>),
    ("heal", canonical_only::<HealBatch>),
    ("vault-head", canonical_only::<VaultHead>),
    ("vault-list", canonical_only::<VaultList>),
    ("grants", canonical_only::<GrantList>),
    ("answers", canonical_only::<AnswerList>),
    ("blob-declare", canonical_only::<DeclareBlob>),
    ("blob-missing", canonical_only::<MissingChunks>),
    ("blob-chunks", canonical_only::<ChunkList>),
    ("blob-copy", canonical_only::<CopyBlob>),
];

const JSON: &[Message] = &[
    ("discovery", json::<Discovery>),
    ("hint", json::<VaultChanged>),
    ("register-start", json::<RegisterStart>),
    ("register-start-reply", json::<RegisterStartReply>),
    ("register-finish", json::<RegisterFinish>),
    ("register-reply", json::<RegisterReply>),
    ("login-params", json::<LoginParams>),
    ("login-params-reply", json::<LoginParamsReply>),
    ("login-start", json::<LoginStart>),
    ("login-start-reply", json::<LoginStartReply>),
    ("login-finish", json::<LoginFinish>),
    ("login-step", json::<LoginStep>),
    ("factor-code", json::<FactorCode>),
    ("factor-state", json::<FactorState>),
    ("totp-secret", json::<TotpSecret>),
    ("totp-confirm", json::<TotpConfirm>),
    ("recovery-codes", json::<RecoveryCodes>),
    ("tokens", json::<Tokens>),
    ("refresh", json::<Refresh>),
    ("logout", json::<Logout>),
    ("add-device", json::<AddDevice>),
    ("device-list", json::<DeviceList>),
    ("session-list", json::<SessionList>),
    ("keyset", json::<KeysetReply>),
    ("export", json::<AccountExport>),
    ("audit", json::<AuditPage>),
    ("problem", json::<Problem>),
];

/// The target of a message with this name in golden vectors, and the byte that stands for it there.
#[must_use]
pub fn message(name: &str) -> Option<(&'static str, u8)> {
    let place = |table: &[Message]| table.iter().position(|(known, _)| *known == name);
    let (target, at) = match (place(CBOR), place(JSON)) {
        (Some(at), _) => ("message_cbor", at),
        (None, Some(at)) => ("message_json", at),
        (None, None) => return None,
    };
    Some((target, u8::try_from(at).ok()?))
}

fn one_of(table: &[Message], bytes: &[u8]) -> Seen {
    let Some((which, bytes)) = bytes.split_first() else { return Seen::Refused };
    let (_, body) = table[usize::from(*which) % table.len()];
    body(bytes)
}

fn json<T: JsonMessage>(bytes: &[u8]) -> Seen {
    let Ok(message) = T::from_json(bytes) else { return Seen::Refused };
    assert!(bytes.len() <= T::MAX_LEN, "longer than the longest message");
    // Spaces, escapes and members of later versions are not written again, so what is written is no longer.
    let written = message.to_json().expect("what was read can be written");
    assert!(written.len() <= T::MAX_LEN);
    let again = T::from_json(&written).expect("what was written reads back");
    assert_eq!(again.to_json().as_deref(), Ok(written.as_slice()), "one message, one text");
    Seen::Accepted
}

fn query(bytes: &[u8]) -> Seen {
    let Ok(text) = std::str::from_utf8(bytes) else { return Seen::Refused };
    let query = text.parse::<LogQuery>().ok();
    if let Some(query) = &query {
        let written = query.to_string();
        let again: LogQuery = written.parse().expect("what was written reads back");
        assert_eq!(again.to_string(), written);
    }
    Seen::of(&query)
}
