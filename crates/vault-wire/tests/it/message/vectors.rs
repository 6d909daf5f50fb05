//! Golden vectors of messages.

use serde_json::{Value, json};
use vault_wire::cbor::{Canonical, DecodeError};
use vault_wire::message::*;

/// Decodes the message of a vector into JSON.
pub fn read(inputs: &Value) -> Result<Value, String> {
    match &inputs["bytes"] {
        Value::String(bytes) => {
            read_cbor(inputs["message"].as_str().unwrap(), &unhex(bytes)).map_err(|e| format!("{e:?}"))
        }
        _ => read_json(inputs["message"].as_str().unwrap(), inputs["text"].as_str().unwrap())
            .map_err(|e| format!("{e:?}")),
    }
}

fn read_cbor(message: &str, bytes: &[u8]) -> Result<Value, DecodeError> {
    Ok(match message {
        "entry" => entry(&LogEntry::decode(bytes)?),
        "log-page" => {
            let page = LogPage::decode(bytes)?;
            json!({
                "vault_id": page.vault_id.to_string(),
                "after": page.after,
                "entries": page.entries.iter().map(entry).collect::<Vec<_>>(),
                "head_seq": page.head_seq,
                "head_root": page.head_root.to_string(),
            })
        }
        "push" => {
            let push = PushBatch::decode(bytes)?;
            json!({
                "batch_id": push.batch_id.to_string(),
                "atomic": push.atomic,
                "entries": push.entries.iter().map(entry).collect::<Vec<_>>(),
            })
        }
        "push-reply" => {
            let reply = PushReply::decode(bytes)?;
            let result = |result: &PushResult| match result {
                PushResult::Accepted { seq } => json!(["accepted", seq]),
                PushResult::Conflict { seq } => json!(["conflict", seq]),
                PushResult::Refused(refusal) => json!(["refused", refusal.number()]),
            };
            json!({
                "head_seq": reply.head_seq,
                "head_root": reply.head_root.to_string(),
                "results": reply.results.iter().map(result).collect::<Vec<_>>(),
            })
        }
        "heal" => {
            let heal = HealBatch::decode(bytes)?;
            json!({ "first_seq": heal.first_seq, "entries": heal.entries.iter().map(entry).collect::<Vec<_>>() })
        }
        "vault-head" => head(&VaultHead::decode(bytes)?),
        "vault-list" => {
            let list = VaultList::decode(bytes)?;
            json!({ "vaults": list.vaults.iter().map(head).collect::<Vec<_>>(), "next": list.next.map(|id| id.to_string()) })
        }
        "grants" => {
            let of = |grant: &vault_wire::grant::Grant| {
                json!([grant.context.recipient.to_string(), grant.context.epoch])
            };
            json!({ "grants": GrantList::decode(bytes)?.grants.iter().map(of).collect::<Vec<_>>() })
        }
        "grants-lacking" => {
            let LackingGrants { epoch, accounts } = LackingGrants::decode(bytes)?;
            json!({ "epoch": epoch, "accounts": accounts.iter().map(ToString::to_string).collect::<Vec<_>>() })
        }
        "answers" => {
            let hash = |answer: &vault_wire::invitation::Answer| answer.certificate.hash().to_string();
            json!({ "certificates": AnswerList::decode(bytes)?.answers.iter().map(hash).collect::<Vec<_>>() })
        }
        "blob-declare" => {
            let declare = DeclareBlob::decode(bytes)?;
            let layout = declare.layout();
            json!({ "blob_id": declare.blob_id.to_string(), "sealed": layout.sealed(), "chunks": layout.chunks() })
        }
        "blob-missing" => {
            let ranges = MissingChunks::decode(bytes)?.ranges;
            json!({ "ranges": ranges.iter().map(|range| json!([range.first, range.count])).collect::<Vec<_>>() })
        }
        "blob-chunks" => {
            let list = ChunkList::decode(bytes)?;
            json!({ "blob_id": list.blob_id.to_string(), "chunks": list.hashes.len(), "root": list.root().to_string() })
        }
        "log-range" => {
            let range = LogRange::decode(bytes)?;
            json!({
                "vault_id": range.vault_id.to_string(),
                "index": range.index,
                "after": range.after(),
                "entries": range.entries.iter().map(entry).collect::<Vec<_>>(),
            })
        }
        other => panic!("unknown message {other}"),
    })
}

fn entry(entry: &LogEntry) -> Value {
    let whole = entry.is_complete();
    json!({ "hash": entry.entry_hash().to_string(), "whole": whole })
}

fn head(head: &VaultHead) -> Value {
    json!({
        "vault_id": head.vault_id.to_string(),
        "seq": head.seq,
        "root": head.root.to_string(),
        "epoch": head.epoch,
        "last_record": head.last_record.to_string(),
    })
}

fn read_json(message: &str, text: &str) -> Result<Value, JsonError> {
    fn again<T: JsonMessage>(text: &str) -> Result<Value, JsonError> {
        let written = T::from_json(text.as_bytes())?.to_json()?;
        Ok(json!({ "text": String::from_utf8(written).unwrap() }))
    }
    match message {
        "discovery" => again::<Discovery>(text),
        "hint" => again::<VaultChanged>(text),
        "register-start" => again::<RegisterStart>(text),
        "register-start-reply" => again::<RegisterStartReply>(text),
        "register-finish" => again::<RegisterFinish>(text),
        "register-reply" => again::<RegisterReply>(text),
        "login-params" => again::<LoginParams>(text),
        "login-params-reply" => again::<LoginParamsReply>(text),
        "login-start" => again::<LoginStart>(text),
        "login-start-reply" => again::<LoginStartReply>(text),
        "login-finish" => again::<LoginFinish>(text),
        "login-step" => {
            let known = match LoginStep::from_json(text.as_bytes())? {
                LoginStep::Factor { state, factors } => {
                    // Unknown factors are read and never written.
                    let known = factors.into_vec().into_iter().filter(|factor| *factor != Factor::Unknown);
                    LoginStep::Factor { state, factors: List::new(known.collect())? }
                }
                step => step,
            };
            Ok(json!({ "text": String::from_utf8(known.to_json()?).unwrap() }))
        }
        "factor-code" => again::<FactorCode>(text),
        "factor-state" => again::<FactorState>(text),
        "totp-secret" => again::<TotpSecret>(text),
        "totp-confirm" => again::<TotpConfirm>(text),
        "recovery-codes" => again::<RecoveryCodes>(text),
        "tokens" => again::<Tokens>(text),
        "refresh" => again::<Refresh>(text),
        "logout" => again::<Logout>(text),
        "add-device" => again::<AddDevice>(text),
        "device-list" => again::<DeviceList>(text),
        "session-list" => again::<SessionList>(text),
        "keyset" => again::<KeysetReply>(text),
        "export" => again::<AccountExport>(text),
        "audit" => again::<AuditPage>(text),
        "problem" => again::<Problem>(text),
        "mail-code" => again::<MailCode>(text),
        "code-start" => again::<CodeStart>(text),
        "code-start-reply" => again::<CodeStartReply>(text),
        "code-finish" => again::<CodeFinish>(text),
        "approval-offer" => again::<ApprovalOffer>(text),
        "approval-state" => again::<ApprovalState>(text),
        "approval-answer" => again::<AnswerApproval>(text),
        "approval-request" => again::<RequestApproval>(text),
        "approval-reply" => again::<ApprovalReply>(text),
        "code-box" => again::<CodeBox>(text),
        "change-login" => again::<ChangeLogin>(text),
        "usage" => again::<AccountUsage>(text),
        "device-label" => again::<DeviceLabel>(text),
        other => panic!("unknown message {other}"),
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
