//! Invalid vectors of the approval of a device, and of the Kit's code.

use serde_json::{Value, json};
use vault_testkit::FixedRng;
use vault_wire::cbor::Array;
use vault_wire::{ContentHash, Label};

use super::{Made, valid};
use crate::v1::account::DeviceSigner;
use crate::v1::derive::derive as hkdf;
use crate::v1::seal::{open, seal};
use crate::v1::vectors::node::Node::{self, Bytes, List, Uint};
use crate::v1::vectors::node::flip;
use crate::v1::vectors::{fixed, hex, to_hex};

pub(super) const FORMATS: &[&str] = &["approval-answer", "approval-code", "approval-request", "kit-code"];

pub(super) fn derive(made: &mut Made) {
    codes(made);
    requests(made);
    answers(made);
}

/// Returns the inputs with one of them replaced.
fn with(inputs: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut changed = inputs.clone();
    changed[name] = value.into();
    changed
}

fn codes(made: &mut Made) {
    let (approval, kit) = (valid("approval"), valid("kit-code"));
    let (code, kit) =
        (approval["expected"]["code"].as_str().unwrap(), kit["expected"]["text"].as_str().unwrap());
    for (format, good, other) in [("approval-code", code, kit), ("kit-code", kit, code)] {
        for (case, note, text, check) in [
            ("other-kind", "A code of another kind.", other.to_owned(), "NotALink"),
            ("empty", "Nothing.", String::new(), "NotALink"),
            ("cut", "The end is missing.", good[..good.len() - 8].to_owned(), "Damaged(Malformed)"),
            ("more", "Something follows.", format!("{good}AAAA"), "Damaged(TrailingBytes)"),
            ("letter", "A character of no base64url.", good.replace('#', "#!"), "NotALink"),
        ] {
            made.add(format, case, note, &json!({ "text": text }), check);
        }
    }
}

fn requests(made: &mut Made) {
    let vector = valid("approval");
    let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
    let good = json!({
        "request": expected["request"],
        "secret": inputs["secret"],
        "account_id": inputs["account_id"],
    });
    let sealed = |content: &[u8]| {
        let account: [u8; 16] = fixed(inputs, "account_id");
        let label = || Array::labelled(Label::APPROVAL_REQUEST);
        let key = hkdf::<32>(&account, &fixed::<16>(inputs, "secret"), &label());
        to_hex(&seal(key.expose(), &label().bytes(&account), content, &mut FixedRng::new(1)))
    };
    let device = DeviceSigner::from_seeds(&[7; 32], &[8; 32]);
    let foreign = device.state_keys([9; 16].into(), 1);
    let mut forged = device.state_keys(fixed(inputs, "account_id").into(), 1);
    forged.by_device = foreign.by_device;
    let encode = vault_wire::cbor::Canonical::encode;
    for (case, note, changed) in [
        ("other-secret", "Under another code.", with(&good, "secret", "07".repeat(16))),
        ("other-account", "For another account.", with(&good, "account_id", "00".repeat(16))),
        ("bit", "One bit is turned.", with(&good, "request", to_hex(&flip(&hex(expected, "request"), 900)))),
        (
            "foreign-device",
            "A device that states its keys for another account.",
            with(&good, "request", sealed(&encode(&foreign))),
        ),
        (
            "unsigned",
            "Keys that the device has not signed.",
            with(&good, "request", sealed(&encode(&forged))),
        ),
        ("empty", "Nothing inside.", with(&good, "request", sealed(&[]))),
    ] {
        made.add("approval-request", case, note, &changed, "OpenError");
    }
}

fn answers(made: &mut Made) {
    let (vector, other) = (valid("approval"), valid("approval-authority"));
    let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
    let good = json!({
        "answer": expected["answer"],
        "request": expected["request"],
        "secret": inputs["secret"],
        "account_id": inputs["account_id"],
        "device_sign_seed": inputs["device_sign_seed"],
        "device_kem_seed": inputs["device_kem_seed"],
    });
    let answer = Node::parse(&hex(expected, "answer"));
    let List(parts) = &answer else { panic!() };
    let [Uint(1), Bytes(encapsulated), Bytes(boxed_key), Bytes(sealed)] = &parts[..] else { panic!() };
    let account: [u8; 16] = fixed(inputs, "account_id");
    let device =
        DeviceSigner::from_seeds(&fixed(inputs, "device_sign_seed"), &fixed(inputs, "device_kem_seed"));
    let boxed = (encapsulated.as_slice().try_into().unwrap(), boxed_key.as_slice().try_into().unwrap());
    let key = device.open_box(&account.into(), "approval", &boxed).ok().unwrap();
    let label = || Array::labelled(Label::APPROVAL_ANSWER);
    let key = hkdf::<32>(&fixed::<16>(inputs, "secret"), key.as_slice(), &label());
    let request = ContentHash::of(&hex(expected, "request"));
    let context = label().bytes(&account).bytes(device.id().as_bytes()).bytes(request.as_bytes());
    let handover = Node::parse(open(key.expose(), &context, sealed).ok().unwrap().expose());
    // The same answer with another content.
    let inside = |content: Vec<u8>| {
        let sealed = seal(key.expose(), &context, &content, &mut FixedRng::new(2));
        with(&good, "answer", to_hex(&answer.with(&[3], Bytes(sealed))))
    };
    let head = handover.clone().at(&[7, 0]).clone();
    let beyond = List(vec![head; 257]);
    for (case, note, changed) in [
        ("other-secret", "Under another code.", with(&good, "secret", "07".repeat(16))),
        ("other-account", "For another account.", with(&good, "account_id", "00".repeat(16))),
        ("other-device", "For another device.", with(&good, "device_sign_seed", "07".repeat(32))),
        ("other-key", "For another key.", with(&good, "device_kem_seed", "07".repeat(32))),
        (
            "other-request",
            "To another request.",
            with(&good, "request", other["expected"]["request"].clone()),
        ),
        ("other-answer", "Of another approval.", with(&good, "answer", other["expected"]["answer"].clone())),
        (
            "bit",
            "One bit is turned.",
            with(&good, "answer", to_hex(&answer.with(&[3], Bytes(flip(sealed, 100))))),
        ),
        ("no-heads", "Nothing that was verified.", inside(handover.with(&[7], List(Vec::new())))),
        ("many-heads", "More than 256 heads.", inside(handover.with(&[7], beyond))),
        ("head-zero", "A head before the first entry.", inside(handover.with(&[7, 0, 1], Uint(0)))),
        ("cheap", "Costs below the floor.", inside(handover.with(&[5], Uint(1)))),
        ("later", "A version to come.", inside(handover.with(&[0], Uint(2)))),
        ("short-key", "A Secret Key of 15 bytes.", inside(handover.with(&[2], Bytes(vec![1; 15])))),
    ] {
        made.add("approval-answer", case, note, &changed, "OpenError");
    }
    let short = answer.with(&[3], Bytes(vec![1; 72]));
    made.add(
        "approval-answer",
        "short",
        "Less than a sealed box.",
        &with(&good, "answer", to_hex(&short)),
        "Malformed",
    );
    let later = answer.with(&[0], Uint(2));
    made.add(
        "approval-answer",
        "version",
        "A version to come.",
        &with(&good, "answer", to_hex(&later)),
        "UnknownVersion(2)",
    );
}
