//! Invalid vectors of recovery codes, devices, successors, and what guardians release.

use serde_json::{Value, json};
use vault_testkit::FixedRng;
use vault_wire::Label;
use vault_wire::cbor::Array;

use super::account::signed;
use super::{Made, valid};
use crate::secret::Secret;
use crate::v1::seal::{open, seal};
use crate::v1::sign::SignKey;
use crate::v1::vectors::node::Node::{self, Bool, Bytes, Null, Text, Uint};
use crate::v1::vectors::node::flip;
use crate::v1::vectors::{fixed, hex, to_hex};

pub(super) const FORMATS: &[&str] = &[
    "code-box",
    "code-statement",
    "device",
    "device-box",
    "device-label",
    "recovery-request",
    "release",
    "revocation",
    "successors",
];

const SIGNATURE: &str = "Signature(SignatureError)";

pub(super) fn derive(made: &mut Made) {
    code_statements(made);
    code_boxes(made);
    devices(made);
    revocations(made);
    successors(made);
    requests(made);
    releases(made);
}

/// Returns the inputs with one of them replaced.
fn with(inputs: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut changed = inputs.clone();
    changed[name] = value.into();
    changed
}

/// Returns the signed part of a statement.
fn statement_of(signed: &[u8]) -> Node {
    let Bytes(statement) = Node::parse(signed).at(&[0]).clone() else { panic!() };
    Node::parse(&statement)
}

fn code_statements(made: &mut Made) {
    let (vector, withdrawn) = (valid("code-box"), valid("code-withdrawn"));
    let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
    let good = json!({
        "statement": expected["statement"],
        "account_id": expected["account_id"],
        "issuer": inputs["issuer"],
        "known": 0,
        "box": expected["box"],
    });
    let mut add = |name: &str, note: &str, inputs: &Value, check: &str| {
        made.add("code-statement", name, note, inputs, check);
    };
    let bytes = hex(expected, "statement");
    let none = with(&good, "statement", withdrawn["expected"]["statement"].clone());
    add("replayed", "The number that is known.", &with(&good, "known", 1), "NotNewer");
    add(
        "other-issuer",
        "For another server.",
        &with(&good, "issuer", "https://coffer.example.org"),
        "OtherIssuer",
    );
    add("other-account", "Another account's.", &with(&good, "account_id", "00".repeat(16)), "OtherAccount");
    let other_box = to_hex(&flip(&hex(expected, "box"), 60));
    add("other-box", "Another box.", &with(&good, "box", other_box), "OtherBox");
    add("no-box", "A code without its box.", &with(&good, "box", Value::Null), "OtherBox");
    add("withdrawn-box", "A box without a code.", &none, "OtherBox");
    let unsigned = to_hex(&flip(&bytes, bytes.len() - 1));
    add("signature", "The root did not sign.", &with(&good, "statement", unsigned), SIGNATURE);
    let statement = statement_of(&bytes);
    let label = signed(inputs, Label::REENROL, &statement.encode());
    add("other-label", "Signed for another purpose.", &with(&good, "statement", to_hex(&label)), SIGNATURE);
    for (name, note, statement, check) in [
        ("null-key", "A box, and no key.", statement.with(&[5], Null), "Malformed(Malformed)"),
        ("null-hash", "A key, and no box.", statement.with(&[6], Null), "Malformed(Malformed)"),
        ("number-0", "Numbers count from 1.", statement.with(&[4], Uint(0)), "NotNewer"),
        ("version", "A version to come.", statement.with(&[0], Uint(2)), "Malformed(UnknownVersion(2))"),
        (
            "account-id",
            "The account id is not the root's.",
            statement.with(&[1], Bytes(vec![0; 16])),
            "Malformed(NotCanonical)",
        ),
        (
            "long-issuer",
            "A name of 256 bytes.",
            statement.with(&[3], Text("x".repeat(256))),
            "Malformed(TooLong)",
        ),
    ] {
        let signed = signed(inputs, Label::CODE, &statement);
        add(name, note, &with(&good, "statement", to_hex(&signed)), check);
    }
    let longer = to_hex(&[&bytes[..], &[0]].concat());
    add("trailing", "One byte follows.", &with(&good, "statement", longer), "TrailingBytes");
}

fn code_boxes(made: &mut Made) {
    let vector = valid("code-box");
    let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
    let good = json!({
        "box": expected["box"],
        "recovery_code": inputs["recovery_code"],
        "account_id": expected["account_id"],
        "signed_certificate": expected["signed_certificate"],
    });
    let mut add = |name: &str, note: &str, inputs: &Value| {
        made.add("code-box", name, note, inputs, "OpenError");
    };
    add("other-code", "Another code.", &with(&good, "recovery_code", "00".repeat(16)));
    add("other-account", "Another account id.", &with(&good, "account_id", "00".repeat(16)));
    add("bit", "One bit is turned.", &with(&good, "box", to_hex(&flip(&hex(expected, "box"), 60))));
    let later = valid("code-box-earlier")["expected"]["signed_certificate"].clone();
    add(
        "other-generation",
        "The certificate of a later generation.",
        &with(&good, "signed_certificate", later),
    );

    // Validly sealed, with invalid content.
    let account = hex(expected, "account_id");
    let code: [u8; 16] = fixed(inputs, "recovery_code");
    let key = crate::v1::derive::derive::<32>(&account, &code, &Array::labelled(Label::CODE_BOX));
    let context = Array::labelled(Label::CODE_BOX).bytes(&account);
    let content = open(key.expose(), &context, &hex(expected, "box")).ok().unwrap();
    let content = Node::parse(content.expose());
    let Bytes(keyset) = content.clone().at(&[2]).clone() else { panic!() };
    let keyset = Node::parse(&keyset);
    for (name, note, content) in [
        ("version", "A version to come.", content.with(&[0], Uint(2))),
        ("root", "Another account's root key.", content.with(&[1], Bytes(vec![7; 32]))),
        (
            "no-unlock-seed",
            "A keyset without an unlock seed.",
            content.with(&[2], Bytes(keyset.with(&[4], Null))),
        ),
        (
            "keys",
            "Keys that are not certified.",
            content.with(&[2], Bytes(keyset.with(&[2], Bytes(vec![7; 32])))),
        ),
        ("keyset-trailing", "One byte follows the keyset.", {
            content.with(&[2], Bytes([&keyset.encode()[..], &[0]].concat()))
        }),
        ("short-secret-key", "A Secret Key of 15 bytes.", content.with(&[3], Bytes(vec![0; 15]))),
        ("missing-secret-key", "No Secret Key.", content.without(&[3])),
        ("trailing", "One byte follows.", [&content.encode()[..], &[0]].concat()),
    ] {
        let sealed = seal(key.expose(), &context, &content, &mut FixedRng::new(1));
        add(name, note, &with(&good, "box", to_hex(&sealed)));
    }
}

fn devices(made: &mut Made) {
    let (vector, other) = (valid("device"), valid("device-unnamed"));
    let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
    let good = json!({
        "signed": expected["signed"],
        "account_id": expected["account_id"],
        "device_id": expected["device_id"],
    });
    let bytes = hex(expected, "signed");
    let statement = statement_of(&bytes);
    let by_device = |statement: &[u8]| {
        let key = SignKey::from_seed(Secret::copy_of(&fixed(inputs, "device_sign_seed")));
        let signature = key.sign(&Array::labelled(Label::DEVICE).bytes(statement));
        to_hex(&Node::List(vec![Bytes(statement.to_vec()), Bytes(signature.as_bytes().to_vec())]).encode())
    };
    let other_kem = statement_of(&hex(&other["expected"], "signed")).at(&[3]).clone();
    let mut unsigned = Node::parse(&bytes);
    *unsigned.at(&[0]) = Bytes(statement.with(&[3], other_kem));
    for (name, note, changed, check) in [
        ("other-account", "For another account.", with(&good, "account_id", "00".repeat(16)), "Other"),
        (
            "other-device",
            "Another device's.",
            with(&good, "device_id", other["expected"]["device_id"].clone()),
            "Other",
        ),
        (
            "other-key",
            "Another key to seal for, in the place of the signed one.",
            with(&good, "signed", to_hex(&unsigned.encode())),
            SIGNATURE,
        ),
        (
            "short-key",
            "Only the classical half of a key.",
            with(&good, "signed", by_device(&statement.with(&[3], Bytes(vec![9; 32])))),
            "Malformed(Malformed)",
        ),
        (
            "version",
            "A version to come.",
            with(&good, "signed", by_device(&statement.with(&[0], Uint(2)))),
            "Malformed(UnknownVersion(2))",
        ),
        (
            "trailing",
            "One byte follows.",
            with(&good, "signed", to_hex(&[&bytes[..], &[0]].concat())),
            "TrailingBytes",
        ),
    ] {
        made.add("device", name, note, &changed, check);
    }

    let label = json!({
        "unlock_seed": inputs["unlock_seed"],
        "account_id": expected["account_id"],
        "device_id": expected["device_id"],
        "label": expected["label"],
    });
    let (account, device) = (hex(expected, "account_id"), hex(expected, "device_id"));
    let key = crate::v1::derive::derive::<32>(
        &[],
        &hex(inputs, "unlock_seed"),
        &Array::labelled(Label::DEVICE_LABEL),
    );
    let context = Array::labelled(Label::DEVICE_LABEL).bytes(&account).bytes(&device);
    let sealed = |padded: &[u8]| to_hex(&seal(key.expose(), &context, padded, &mut FixedRng::new(1)));
    let padded = |content: Array, length| {
        let mut padded = content.encode();
        padded.push(0x80);
        padded.resize(length, 0);
        padded
    };
    let name = |text: &str| Array::new().uint(1).text(text);
    for (case, note, changed) in [
        (
            "other-device",
            "Another device's name.",
            with(&label, "device_id", other["expected"]["device_id"].clone()),
        ),
        ("other-account", "Of another account.", with(&label, "account_id", "00".repeat(16))),
        ("other-seed", "Another unlock seed.", with(&label, "unlock_seed", "00".repeat(32))),
        ("long", "A name of 129 bytes.", with(&label, "label", sealed(&padded(name(&"x".repeat(129)), 256)))),
        ("padding", "Padded to 512 bytes.", with(&label, "label", sealed(&padded(name("x"), 512)))),
        ("no-mark", "Zeros only.", with(&label, "label", sealed(&[0; 256]))),
        (
            "version",
            "A version to come.",
            with(&label, "label", sealed(&padded(Array::new().uint(2).text("x"), 256))),
        ),
        (
            "bytes",
            "A byte string in the place of the name.",
            with(&label, "label", sealed(&padded(Array::new().uint(1).bytes(b"x"), 256))),
        ),
    ] {
        made.add("device-label", case, note, &changed, "OpenError");
    }

    let boxed = json!({
        "device_sign_seed": inputs["device_sign_seed"],
        "device_kem_seed": inputs["device_kem_seed"],
        "account_id": expected["account_id"],
        "purpose": inputs["purpose"],
        "encapsulated": expected["encapsulated"],
        "sealed": expected["sealed"],
    });
    for (case, note, changed) in [
        ("other-purpose", "For another purpose.", with(&boxed, "purpose", "hand over")),
        ("other-account", "For another account.", with(&boxed, "account_id", "00".repeat(16))),
        (
            "other-device",
            "For another device with the same key to seal for.",
            with(&boxed, "device_sign_seed", "07".repeat(32)),
        ),
        ("other-key", "For another key.", with(&boxed, "device_kem_seed", "07".repeat(32))),
        ("bit", "One bit is turned.", with(&boxed, "sealed", to_hex(&flip(&hex(expected, "sealed"), 5)))),
    ] {
        made.add("device-box", case, note, &changed, "OpenError");
    }
}

fn revocations(made: &mut Made) {
    let (vector, other) = (valid("device"), valid("device-unnamed"));
    let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
    let good = json!({
        "revocation": expected["revocation"],
        "signed_certificate": expected["signed_certificate"],
        "device_id": expected["device_id"],
    });
    let bytes = hex(expected, "revocation");
    let statement = statement_of(&bytes);
    let by_identity = |label, statement: &[u8]| {
        let key = SignKey::from_seed(Secret::copy_of(&fixed(inputs, "sign_seed")));
        let signature = key.sign(&Array::labelled(label).bytes(statement));
        to_hex(&Node::List(vec![Bytes(statement.to_vec()), Bytes(signature.as_bytes().to_vec())]).encode())
    };
    let changed = |statement: &[u8]| with(&good, "revocation", by_identity(Label::DEVICE_REVOKED, statement));
    let mut milder = Node::parse(&bytes);
    *milder.at(&[0]) = Bytes(statement.with(&[4], Bool(false)));
    let later = other["expected"]["signed_certificate"].clone();
    for (name, note, inputs, check) in [
        (
            "other-device",
            "Another device's.",
            with(&good, "device_id", other["expected"]["device_id"].clone()),
            "Other",
        ),
        ("other-account", "Of another account.", changed(&statement.with(&[1], Bytes(vec![0; 16]))), "Other"),
        ("other-generation", "By the identity before.", with(&good, "signed_certificate", later), "Other"),
        (
            "milder",
            "The word of the compromise is turned.",
            with(&good, "revocation", to_hex(&milder.encode())),
            SIGNATURE,
        ),
        (
            "other-label",
            "Signed for another purpose.",
            with(&good, "revocation", by_identity(Label::DEVICE, &statement.encode())),
            SIGNATURE,
        ),
        (
            "by-device",
            "Signed by the device itself.",
            with(&good, "revocation", {
                let key = SignKey::from_seed(Secret::copy_of(&fixed(inputs, "device_sign_seed")));
                let signature = key.sign(&Array::labelled(Label::DEVICE_REVOKED).bytes(&statement.encode()));
                let parts = vec![Bytes(statement.encode()), Bytes(signature.as_bytes().to_vec())];
                to_hex(&Node::List(parts).encode())
            }),
            SIGNATURE,
        ),
        (
            "number",
            "A number in the place of a truth value.",
            changed(&statement.with(&[4], Uint(1))),
            "Malformed(Malformed)",
        ),
        (
            "version",
            "A version to come.",
            changed(&statement.with(&[0], Uint(2))),
            "Malformed(UnknownVersion(2))",
        ),
    ] {
        made.add("revocation", name, note, &inputs, check);
    }
}

fn successors(made: &mut Made) {
    let vector = valid("successors-most");
    let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
    let account = hex(expected, "account_id");
    let keys: Vec<_> = inputs["root_seeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seed| SignKey::from_seed(Secret::copy_of(&fixed(&json!({ "seed": seed }), "seed"))))
        .collect();
    let ninth = SignKey::from_seed(Secret::copy_of(&[9; 32]));
    let stated = |account: &[u8], root: &SignKey, next: &SignKey, signs: (&SignKey, &SignKey)| {
        let statement = Array::new()
            .uint(1)
            .bytes(account)
            .bytes(root.public().as_bytes())
            .bytes(next.public().as_bytes())
            .uint(1_750_000_006)
            .encode();
        let by_root = signs.0.sign(&Array::labelled(Label::SUCCESSOR).bytes(&statement));
        let by_next = signs.1.sign(&Array::labelled(Label::SUCCESSOR_POP).bytes(&statement));
        let all = Array::new().bytes(&statement).bytes(by_root.as_bytes()).bytes(by_next.as_bytes());
        json!(to_hex(&all.encode()))
    };
    let follows = |root: &SignKey, next: &SignKey| stated(&account, root, next, (root, next));
    let all = expected["statements"].as_array().unwrap().clone();
    let first = json!(keys[0].public().to_string());
    let mut add = |name: &str, note: &str, statements: Vec<Value>, pinned: &Value, check: &str| {
        let inputs =
            json!({ "account_id": expected["account_id"], "statements": statements, "pinned": pinned });
        made.add("successors", name, note, &inputs, check);
    };
    add("none", "No statement.", vec![], &first, "Order");
    add("nine", "Nine statements.", [all.clone(), vec![follows(&keys[8], &ninth)]].concat(), &first, "Order");
    add("gap", "One in between is missing.", vec![all[0].clone(), all[2].clone()], &first, "Order");
    add("begins-late", "The first one is missing.", all[1..].to_vec(), &first, "Order");
    add("swapped", "In another order.", vec![all[1].clone(), all[0].clone()], &first, "Order");
    add(
        "fork",
        "Two successors of one root.",
        vec![all[0].clone(), follows(&keys[0], &ninth)],
        &first,
        "Order",
    );
    add(
        "loop",
        "It returns to the first root.",
        vec![all[0].clone(), follows(&keys[1], &keys[0])],
        &first,
        "Order",
    );
    add("itself", "A root that follows itself.", vec![follows(&keys[0], &keys[0])], &first, "Order");
    let others = stated(&[0; 16], &keys[0], &keys[1], (&keys[0], &keys[1]));
    add("other-account", "Of another account.", vec![others], &first, "Order");
    let unsigned = stated(&account, &keys[0], &ninth, (&keys[1], &ninth));
    add("by-root", "The root did not sign.", vec![unsigned], &first, SIGNATURE);
    let unproven = stated(&account, &keys[0], &ninth, (&keys[0], &keys[0]));
    add("by-next", "The next root did not sign.", vec![unproven], &first, SIGNATURE);
    let pinned = json!(ninth.public().to_string());
    add("other-root", "Another root was seen.", all[..2].to_vec(), &pinned, "OtherRoot");
    let later = json!(keys[3].public().to_string());
    add("older-list", "A later root was seen.", all[..2].to_vec(), &later, "OtherRoot");
    let fork = vec![follows(&keys[0], &ninth)];
    let second = json!(keys[1].public().to_string());
    add("other-successor", "Another successor was seen.", fork, &second, "OtherRoot");
    let cut = Value::from(&all[0].as_str().unwrap()[..200]);
    add("cut", "Cut off.", vec![cut], &first, "Malformed");
}

fn requests(made: &mut Made) {
    let vector = valid("recovery-release");
    let request = Node::parse(&hex(&vector["expected"], "request"));
    for (name, note, bytes, check) in [
        ("version", "A version to come.", request.with(&[0], Uint(2)), "UnknownVersion(2)"),
        ("kind", "A kind that does not exist.", request.with(&[2], Uint(4)), "UnknownKind(4)"),
        ("key", "Only the classical half of a key.", request.with(&[4], Bytes(vec![9; 32])), "Malformed"),
        ("trailing", "One byte follows.", [&request.encode()[..], &[0]].concat(), "TrailingBytes"),
    ] {
        made.add("recovery-request", name, note, &json!({ "request": to_hex(&bytes) }), check);
    }
}

fn releases(made: &mut Made) {
    let vector = valid("recovery-release");
    let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
    let good = json!({
        "consent": expected["consent"],
        "request": expected["request"],
        "request_seed": inputs["request_seed"],
        "certificate": expected["certificates"][0],
        "signer": expected["signers"][0],
        "release": expected["releases"][0],
    });
    let bytes = hex(&json!({ "release": expected["releases"][0] }), "release");
    let release = statement_of(&bytes);
    let sign = |release: &[u8]| {
        let key = SignKey::from_seed(Secret::copy_of(&fixed(&inputs["guardians"][0], "sign_seed")));
        let signature = key.sign(&Array::labelled(Label::RELEASE).bytes(release));
        to_hex(&Node::List(vec![Bytes(release.to_vec()), Bytes(signature.as_bytes().to_vec())]).encode())
    };
    let changed = |release: &[u8]| with(&good, "release", sign(release));
    let mut add = |name: &str, note: &str, inputs: &Value, check: &str| {
        made.add("release", name, note, inputs, check);
    };
    let Bytes(sealed) = release.clone().at(&[5]).clone() else { panic!() };
    let mut unsigned = Node::parse(&bytes);
    *unsigned.at(&[0]) = Bytes(release.with(&[5], Bytes(flip(&sealed, 0))));
    let unsigned = to_hex(&unsigned.encode());
    add("changed", "Changed by somebody else.", &with(&good, "release", unsigned), "NotSigned");
    let unopenable = changed(&release.with(&[5], Bytes(flip(&sealed, 0))));
    add(
        "unopenable",
        "The guardian signed a share that does not open.",
        &unopenable,
        "FalseShare { index: 1 }",
    );
    add(
        "false",
        "The guardian signed another share.",
        &changed(&false_share(&vector, &release)),
        "FalseShare { index: 1 }",
    );
    add("other-place", "The place of another guardian.", &changed(&release.with(&[3], Uint(2))), "NotSigned");
    add("no-place", "A place that nobody has.", &changed(&release.with(&[3], Uint(4))), "NotSigned");
    add(
        "other-request",
        "For another request.",
        &changed(&release.with(&[1], Bytes(vec![0; 32]))),
        "NotSigned",
    );
    add(
        "other-consent",
        "Of another consent.",
        &changed(&release.with(&[2], Bytes(vec![0; 32]))),
        "NotSigned",
    );
    let other = with(&good, "certificate", expected["certificates"][1].clone());
    add("other-guardian", "With another guardian's certificate.", &other, "NotSigned");
    let other = with(&good, "signer", expected["signers"][1].clone());
    add("other-signer", "Signed by another guardian.", &other, "NotSigned");
    // The second guardian signed with the next identity.
    let mut second = good.clone();
    second["release"] = expected["releases"][1].clone();
    second["certificate"] = expected["certificates"][1].clone();
    second["signer"] = expected["certificates"][1].clone();
    add("earlier-signer", "With the certificate of the identity before.", &second, "NotSigned");
    second["certificate"] = expected["signers"][1].clone();
    second["signer"] = expected["signers"][1].clone();
    add("not-named", "With a certificate that the consent does not name.", &second, "NotSigned");
    add("version", "A version to come.", &changed(&release.with(&[0], Uint(2))), "NotSigned");
    let longer = to_hex(&[&bytes[..], &[0]].concat());
    add("trailing", "One byte follows.", &with(&good, "release", longer), "TrailingBytes");
}

/// Returns a release of another value, validly sealed for the request.
fn false_share(vector: &Value, release: &Node) -> Vec<u8> {
    use vault_wire::KemPublicKey;

    let mut request = Node::parse(&hex(&vector["expected"], "request"));
    let Bytes(kem) = request.at(&[4]).clone() else { panic!() };
    let part = |at: usize| release.clone().at(&[at]).clone();
    let (Bytes(request), Bytes(consent)) = (part(1), part(2)) else { panic!() };
    let info = Array::labelled(Label::RECOVERY_RELEASE).bytes(&request).bytes(&consent).uint(1);
    let kem = KemPublicKey::from_bytes(kem.try_into().unwrap());
    let made = crate::v1::wrap::wrap(&kem, &info, &[7; 32], &mut FixedRng::new(3)).ok().unwrap();
    let mut changed = release.clone();
    *changed.at(&[4]) = Bytes(made.encapsulated.to_vec());
    *changed.at(&[5]) = Bytes(made.sealed.to_vec());
    changed.encode()
}
