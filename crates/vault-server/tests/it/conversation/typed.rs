//! The messages of the program of today, by the words of the OpenAPI document.

use vault_server::http::{Content as Kind, Route};
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical as _;
use vault_wire::grant::Grant;
use vault_wire::message::*;

use super::exchange::{Content, Exchange};
use crate::hostile::route_of;
use crate::support::tap::Sent;

/// Reads the answer of an exchange; whether it has one.
pub fn read(exchange: &Exchange) -> bool {
    let Some(content) = &exchange.answer else { return false };
    let (what, bytes) = (format!("{} {}", exchange.method, exchange.path), content.bytes());
    if exchange.status >= 400 {
        let problem = Problem::from_json(&bytes).unwrap();
        assert_ne!(problem.code, ProblemCode::Unknown, "{what}");
        return true;
    }
    let sent = Sent {
        method: exchange.method.parse().unwrap(),
        path: exchange.path.clone(),
        media_type: None,
        body: Vec::new(),
        anonymous: false,
    };
    let Some(Route(_, _, _, _, kind, _)) = route_of(&sent) else { panic!("there is no route {what}") };
    match (kind, content) {
        (Kind::Json(title), Content::Json(_)) => read_json(title, &bytes, &what),
        (Kind::Cbor(title), Content::Bytes(_)) => read_cbor(title, &bytes, &what),
        (Kind::Chunk, Content::Bytes(_)) => {}
        _ => panic!("{what} is answered by something else"),
    }
    true
}

/// Reads a message by its title.
macro_rules! by_title {
    ($read:ident, $title:expr, $bytes:expr, $what:expr, { $($name:literal => $type:ty,)* }) => {
        match $title {
            $($name => drop(<$type>::$read($bytes).unwrap_or_else(|error| panic!("{}: {error}", $what))),)*
            other => panic!("{}: {other} is not known", $what),
        }
    };
}

fn read_json(title: &str, bytes: &[u8], what: &str) {
    by_title!(from_json, title, bytes, what, {
        "discovery" => Discovery,
        "key set" => Jwks,
        "register start reply" => RegisterStartReply,
        "register reply" => RegisterReply,
        "login params reply" => LoginParamsReply,
        "login start reply" => LoginStartReply,
        "login step" => LoginStep,
        "code start reply" => CodeStartReply,
        "tokens" => Tokens,
        "devices" => DeviceList,
        "sessions" => SessionList,
        "account export" => AccountExport,
        "keyset" => KeysetReply,
        "usage" => AccountUsage,
        "code box" => CodeBox,
        "approval offer" => ApprovalOffer,
        "approval state" => ApprovalState,
        "approval answer" => AnswerApproval,
        "approval request" => RequestApproval,
        "approval reply" => ApprovalReply,
        "factors" => FactorState,
        "totp secret" => TotpSecret,
        "recovery codes" => RecoveryCodes,
        "audit" => AuditPage,
    });
}

fn read_cbor(title: &str, bytes: &[u8], what: &str) {
    by_title!(decode, title, bytes, what, {
        "signed certificate" => SignedCertificate,
        "vault list" => VaultList,
        "vault head" => VaultHead,
        "log page" => LogPage,
        "log range" => LogRange,
        "push reply" => PushReply,
        "grant" => Grant,
        "blob missing" => MissingChunks,
        "blob chunks" => ChunkList,
        "answers" => AnswerList,
        "grants lacking" => LackingGrants,
    });
}
