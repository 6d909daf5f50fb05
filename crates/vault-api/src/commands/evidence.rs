//! The file that shows others that a server contradicted itself; its layout is in `docs/formats/evidence.md`.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use vault_engine::session::{AlarmKind, Answer, Evidence};
use vault_sync::message::{Head, Origin, log_words};

/// The version of the layout.
const VERSION: u64 = 1;

/// Writes the evidence as JSON. Nothing in it is secret: bodies are left out, and the rest is known to the server.
pub(super) fn to_json(evidence: &Evidence, issuer: Option<&Origin>) -> Vec<u8> {
    let Evidence { vault, genesis, alarm, own, server, roots, answer } = evidence;
    let (form, message) = match answer {
        Answer::LogPage(message) => ("log page", message),
        Answer::PushReply(message) => ("push reply", message),
    };
    let roots: Vec<Value> = roots.iter().map(|head| json!([head.seq, head.root.to_string()])).collect();
    let value = json!({
        "coffer-evidence": VERSION,
        "issuer": issuer.map(Origin::as_str),
        "vault": vault.to_string(),
        "genesis": genesis.to_string(),
        "kind": kind(alarm.kind),
        "entry": alarm.seq,
        "account": alarm.account.map(|account| account.to_string()),
        "noticed": alarm.raised_at.0,
        "own": own.as_ref().map(head),
        "server": head(server),
        "roots": roots,
        "answer": { "form": form, "message": Base64UrlUnpadded::encode_string(message) },
    });
    format!("{value:#}\n").into_bytes()
}

fn head(head: &Head) -> Value {
    json!({ "entries": head.seq, "root": head.root.to_string(), "words": log_words(&head.root).join(" ") })
}

const fn kind(kind: AlarmKind) -> &'static str {
    match kind {
        AlarmKind::Rollback => "rollback",
        AlarmKind::Fork => "fork",
        AlarmKind::Contradiction => "contradiction",
        AlarmKind::MissingOwn => "missing-own",
    }
}
