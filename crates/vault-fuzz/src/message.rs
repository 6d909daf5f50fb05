//! Messages between a client and a server; the first byte selects the message.

use vault_wire::message::{
    AccountExport, AccountUsage, AddDevice, AnswerApproval, AnswerList, ApprovalOffer, ApprovalReply,
    ApprovalState, AuditPage, ChangeLogin, ChunkList, CodeBox, CodeFinish, CodeStart, CodeStartReply,
    DeclareBlob, DeviceLabel, DeviceList, Discovery, EventReader, Factor, FactorCode, FactorState, GrantList,
    HealBatch, JsonMessage, KeysetReply, LackingGrants, LogEntry, LogPage, LogQuery, LogRange, LoginFinish,
    LoginParams, LoginParamsReply, LoginStart, LoginStartReply, LoginStep, Logout, MailCode, MissingChunks,
    Problem, PushBatch, PushReply, RecoveryCodes, Refresh, RegisterFinish, RegisterReply, RegisterStart,
    RegisterStartReply, RequestApproval, ServerEvent, SessionList, Tokens, TotpConfirm, TotpSecret,
    VaultChanged, VaultHead, VaultList,
};

use crate::target::{Bound, Outcome, Target, target};
use crate::wire::canonical_only;

/// A list of small values is larger in memory than in a message.
const LISTS: Bound = Bound { per_byte: 32, fixed: 64 << 10 };

pub(crate) const TARGETS: &[Target] = &[
    target("message_cbor", |bytes| one_of(CBOR, bytes), LISTS, 8 << 10),
    target("message_json", |bytes| one_of(JSON, bytes), LISTS, 8 << 10),
    target("message_query", query, LISTS, 256),
    target("event_stream", event_stream, Bound { per_byte: 32, fixed: 64 << 10 }, 4 << 10),
];

/// A message's name in golden vectors, and its body.
type Message = (&'static str, fn(&[u8]) -> Outcome);

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
    ("log-range", canonical_only::<LogRange>),
    ("grants-lacking", canonical_only::<LackingGrants>),
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
    ("login-step", login_step),
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
    ("mail-code", json::<MailCode>),
    ("code-start", json::<CodeStart>),
    ("code-start-reply", json::<CodeStartReply>),
    ("code-finish", json::<CodeFinish>),
    ("code-box", json::<CodeBox>),
    ("approval-offer", json::<ApprovalOffer>),
    ("approval-state", json::<ApprovalState>),
    ("approval-answer", json::<AnswerApproval>),
    ("approval-request", json::<RequestApproval>),
    ("approval-reply", json::<ApprovalReply>),
    ("change-login", json::<ChangeLogin>),
    ("usage", json::<AccountUsage>),
    ("device-label", json::<DeviceLabel>),
];

/// Returns the target of a message with this name in golden vectors, and the byte that selects it.
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

fn one_of(table: &[Message], bytes: &[u8]) -> Outcome {
    let Some((which, bytes)) = bytes.split_first() else { return Outcome::Rejected };
    let (_, body) = table[usize::from(*which) % table.len()];
    body(bytes)
}

fn json<T: JsonMessage>(bytes: &[u8]) -> Outcome {
    let Ok(message) = T::from_json(bytes) else { return Outcome::Rejected };
    assert!(bytes.len() <= T::MAX_LEN, "longer than the maximum length");
    // Spaces, escapes and unknown members are not written again, so the output is not longer.
    let written = message.to_json().expect("decoded messages encode");
    assert!(written.len() <= T::MAX_LEN);
    let again = T::from_json(&written).expect("encoded messages decode");
    assert_eq!(again.to_json().as_deref(), Ok(written.as_slice()), "one text per message");
    Outcome::Accepted
}

/// A step with an unknown factor is read and never written.
fn login_step(bytes: &[u8]) -> Outcome {
    match LoginStep::from_json(bytes) {
        Ok(LoginStep::Factor { factors, .. }) if factors.contains(&Factor::Unknown) => Outcome::Accepted,
        _ => json::<LoginStep>(bytes),
    }
}

fn query(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let query = text.parse::<LogQuery>().ok();
    if let Some(query) = &query {
        let written = query.to_string();
        let again: LogQuery = written.parse().expect("formatted queries parse");
        assert_eq!(again.to_string(), written);
    }
    Outcome::of(&query)
}

/// A stream gives the same events however it is cut, each within its bounds.
fn event_stream(bytes: &[u8]) -> Outcome {
    let read = |length: usize| {
        let (mut reader, mut events) = (EventReader::default(), Vec::new());
        bytes.chunks(length).for_each(|piece| reader.read(piece, |event| events.push(event)));
        events
    };
    let events = read(bytes.len().max(1));
    for length in [1, 2, 7, 160] {
        assert_eq!(read(length), events, "pieces of {length} bytes");
    }
    let (least, most) = EventReader::RETRY;
    for event in &events {
        match event {
            ServerEvent::Retry(after) => assert!((least..=most).contains(after)),
            ServerEvent::Changed(hint) => {
                assert_eq!(
                    VaultChanged::from_json(&hint.to_json().expect("a hint is within its bounds")),
                    Ok(*hint)
                );
            }
        }
    }
    Outcome::of(&events.first())
}
