//! Vectors of the approval of a device, and of the Kit's code.

use serde_json::{Value, json};
use vault_testkit::ByteRng;
use vault_wire::AccountId;
use vault_wire::account::ApprovalAnswer;
use vault_wire::cbor::Canonical;
use vault_wire::log::Head;
use vault_wire::message::{LoginName, Origin};

use super::{fixed, hex, named, params, text, to_hex};
use crate::SecretKey;
use crate::v1::account::DeviceSigner;
use crate::v1::approval::{ApprovalCode, ApprovalSecret, Handover};
use crate::v1::kit_code::KitCode;

/// Formats with valid vectors.
pub(super) const FORMATS: &[&str] = &["approval", "kit-code"];

/// Computes the expected values of a valid vector; opens again what can be opened.
pub(super) fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Option<Value> {
    Some(match format {
        "approval" => approval(inputs, rng),
        "kit-code" => {
            let (address, issuer, key) = server(inputs);
            let login = LoginName::new(inputs["login"].as_str().unwrap()).unwrap();
            let secret_key = SecretKey::from_bytes(&fixed(inputs, "secret_key"));
            let written = KitCode { address, issuer, key, login, secret_key }.to_text();
            assert!(KitCode::from_text(&written).is_ok());
            json!({ "text": written.expose() })
        }
        _ => return None,
    })
}

fn approval(inputs: &Value, rng: &mut ByteRng) -> Value {
    let (address, issuer, key) = server(inputs);
    let account = AccountId::from_bytes(fixed(inputs, "account_id"));
    let secret = || ApprovalSecret::from_bytes(&fixed(inputs, "secret"));
    let code = ApprovalCode { address, issuer, key, account, secret: secret() }.to_text();
    let secret = ApprovalCode::from_text(&code).ok().unwrap().secret;
    let device = device_signer(inputs);
    let signed = device.state_keys(account, super::uint(inputs, "stated_at").into());
    let request = secret.seal_request(&account, &signed, rng);
    let keys = secret.open_request(&account, &request).ok().unwrap();
    let heads = inputs["heads"].as_array().unwrap().iter().map(|head| {
        let seq = head["seq"].as_u64().unwrap();
        (fixed(head, "vault_id").into(), Head { seq, root: fixed(head, "root").into() })
    });
    let handover = Handover {
        login: LoginName::new(inputs["login"].as_str().unwrap()).unwrap(),
        secret_key: SecretKey::from_bytes(&fixed(inputs, "secret_key")),
        registration: inputs["registration"].as_u64().unwrap(),
        costs: params(inputs),
        heads: heads.collect(),
    };
    let answer = secret.seal_answer(&keys, &request, &handover, rng).ok().unwrap();
    let opened = secret.open_answer(&device, &account, &request, &answer).ok().unwrap();
    assert_eq!(opened.heads, handover.heads);
    json!({
        "code": code.expose(),
        "approval_id": secret.id(&account).to_string(),
        "device_id": device.id().to_string(),
        "request": to_hex(&request),
        "answer": to_hex(&answer.encode()),
    })
}

fn server(inputs: &Value) -> (Origin, Origin, Option<vault_wire::ContentHash>) {
    let origin = |name: &str| Origin::new(inputs[name].as_str().unwrap()).unwrap();
    let key = inputs["server_key"].as_str().map(|_| fixed(inputs, "server_key").into());
    (origin("address"), origin("issuer"), key)
}

fn device_signer(inputs: &Value) -> DeviceSigner {
    DeviceSigner::from_seeds(&fixed(inputs, "device_sign_seed"), &fixed(inputs, "device_kem_seed"))
}

/// Decodes an invalid vector and returns the check that failed.
pub(super) fn refuse(format: &str, inputs: &Value) -> Option<String> {
    let account = || AccountId::from_bytes(fixed(inputs, "account_id"));
    let secret = || ApprovalSecret::from_bytes(&fixed(inputs, "secret"));
    Some(match format {
        "approval-code" => named(ApprovalCode::from_text(&text(inputs, "text"))),
        "kit-code" => named(KitCode::from_text(&text(inputs, "text"))),
        "approval-request" => named(secret().open_request(&account(), &hex(inputs, "request"))),
        "approval-answer" => match ApprovalAnswer::decode(&hex(inputs, "answer")) {
            Ok(answer) => {
                let device = device_signer(inputs);
                named(secret().open_answer(&device, &account(), &hex(inputs, "request"), &answer))
            }
            Err(refused) => named::<(), _>(Err(refused)),
        },
        _ => return None,
    })
}
