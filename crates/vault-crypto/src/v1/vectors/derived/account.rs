//! Invalid vectors of accounts: boxes on a server, re-enrolment, consent and shares.

use serde_json::{Value, json};
use vault_testkit::FixedRng;
use vault_wire::Label;
use vault_wire::cbor::Array;

use super::{Made, valid};
use crate::secret::Secret;
use crate::v1::seal::seal;
use crate::v1::sign::SignKey;
use crate::v1::vectors::node::Node::{self, Bytes, List, Null, Text, Uint};
use crate::v1::vectors::node::flip;
use crate::v1::vectors::{fixed, hex, to_hex};

pub(super) const FORMATS: &[&str] = &["account-boxes", "consent", "reenrolment", "share"];

pub(super) fn derive(made: &mut Made) {
    boxes(made);
    reenrolments(made);
    consents(made);
    shares(made);
}

fn boxes(made: &mut Made) {
    let vector = valid("account-boxes");
    let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
    let key: [u8; 32] = fixed(inputs, "account_unlock_key");
    let account: [u8; 16] = fixed(expected, "account_id");
    let good = |name| hex(expected, name);
    let parts = |keyset: &[u8], root: &[u8], certificate: &[u8]| {
        json!({
            "account_id": to_hex(&account),
            "account_unlock_key": to_hex(&key),
            "keyset_box": to_hex(keyset),
            "root_box": to_hex(root),
            "signed_certificate": to_hex(certificate),
        })
    };
    let (keyset, root, certificate) = (good("keyset_box"), good("root_box"), good("signed_certificate"));
    let mut add =
        |name: &str, note: &str, inputs: Value| made.add("account-boxes", name, note, &inputs, "OpenError");

    add("exchanged", "The two boxes stand for each other.", parts(&root, &keyset, &certificate));
    let first = valid("account")["expected"].clone();
    let of_first = hex(&first, "signed_certificate");
    add("other-generation", "The certificate of the generation before.", parts(&keyset, &root, &of_first));
    let stranger = &valid("consent-recovery")["inputs"]["guardians"][0];
    let strangers = stranger_certificate(stranger);
    add("other-account", "Another account's certificate.", parts(&keyset, &root, &strangers));
    let mut unsigned = Node::parse(&certificate);
    let Bytes(by_key) = unsigned.at(&[2]).clone() else { panic!() };
    *unsigned.at(&[2]) = Bytes(flip(&by_key, 0));
    add(
        "unsigned",
        "The certified key did not sign its certificate.",
        parts(&keyset, &root, &unsigned.encode()),
    );
    let mut other = parts(&keyset, &root, &certificate);
    other["account_id"] = json!("00".repeat(16));
    add("other-id", "Another account id.", other);
    let mut other = parts(&keyset, &root, &certificate);
    other["account_unlock_key"] = json!("00".repeat(32));
    add("other-key", "Another key.", other);
    add("keyset-bit", "One bit of the keyset box is turned.", parts(&flip(&keyset, 60), &root, &certificate));
    add("root-bit", "One bit of the root box is turned.", parts(&keyset, &flip(&root, 60), &certificate));

    // Validly sealed, with invalid content.
    let seed = |name| Bytes(hex(inputs, name));
    let content = List(vec![
        Uint(1),
        Uint(2),
        seed("sign_seed"),
        seed("kem_seed"),
        seed("unlock_seed"),
        seed("home_vault"),
        seed("home_genesis"),
    ]);
    let sealed = |label, content: Vec<u8>| {
        seal(&key, &Array::labelled(label).bytes(&account), &content, &mut FixedRng::new(1))
    };
    for (name, note, content) in [
        ("no-unlock-seed", "Null in the place of the unlock seed.", content.with(&[4], Null)),
        ("empty-unlock-seed", "An empty unlock seed.", content.with(&[4], Bytes(vec![]))),
        ("short-unlock-seed", "An unlock seed of 31 bytes.", content.with(&[4], Bytes(vec![0; 31]))),
        ("missing-unlock-seed", "No unlock seed and nothing in its place.", content.without(&[4])),
        ("null-sign-key", "The signing key is null.", content.with(&[2], Null)),
        ("empty-kem-seed", "The KEM seed is empty.", content.with(&[3], Bytes(vec![]))),
        ("generation-0", "Generations count from 1.", content.with(&[1], Uint(0))),
        ("other-sign-key", "A signing key that is not certified.", content.with(&[2], Bytes(vec![7; 32]))),
        ("other-kem-seed", "A KEM key that is not certified.", content.with(&[3], Bytes(vec![7; 32]))),
        ("version", "A version to come.", content.with(&[0], Uint(2))),
    ] {
        add(&format!("keyset-{name}"), note, parts(&sealed(Label::KEYSET, content), &root, &certificate));
    }
    let whole = List(vec![Uint(1), seed("root_seed")]);
    for (name, note, content) in [
        ("null", "The root key is null.", whole.with(&[1], Null)),
        ("empty", "The root key is empty.", whole.with(&[1], Bytes(vec![]))),
        ("other", "Another account's root key.", whole.with(&[1], Bytes(vec![7; 32]))),
        ("version", "A version to come.", whole.with(&[0], Uint(2))),
        ("trailing", "One byte follows.", [&whole.encode()[..], &[0]].concat()),
    ] {
        add(&format!("root-{name}"), note, parts(&keyset, &sealed(Label::ROOT, content), &certificate));
    }

    // The local keyset with an unlock seed, which only the server's copy may contain.
    let vector = valid("account");
    let root_key = crate::RootKey::from_bytes(&fixed(&vector["inputs"], "root_key"));
    let local =
        crate::v1::derive::derive::<32>(&[], root_key.expose_bytes(), &Array::labelled(Label::KEYSET_LOCAL));
    let context = Array::labelled(Label::KEYSET).bytes(&hex(&vector["expected"], "account_id"));
    let content = content.with(&[1], Uint(1));
    let sealed = seal(local.expose(), &context, &content, &mut FixedRng::new(2));
    let inputs = json!({
        "root_key": vector["inputs"]["root_key"],
        "account_id": vector["expected"]["account_id"],
        "keyset_box": to_hex(&sealed),
    });
    made.add("keyset", "with-unlock-seed", "On this computer with an unlock seed.", &inputs, "OpenError");
}

fn stranger_certificate(inputs: &Value) -> Vec<u8> {
    use vault_wire::account::Predecessor;
    use vault_wire::cbor::Canonical;

    let (root, identity) = crate::v1::vectors::keys(inputs);
    root.certify(&identity, Predecessor::Sound, 0).encode()
}

/// Returns a statement with its signature by the root of these inputs.
fn signed(inputs: &Value, label: Label, statement: &[u8]) -> Vec<u8> {
    let root = Secret::copy_of(&fixed(inputs, "root_seed"));
    let signature = SignKey::from_seed(root).sign(&Array::labelled(label).bytes(statement));
    List(vec![Bytes(statement.to_vec()), Bytes(signature.as_bytes().to_vec())]).encode()
}

fn reenrolments(made: &mut Made) {
    let vector = valid("reenrolment");
    let inputs = &vector["inputs"];
    let account = valid("account")["expected"]["account_id"].clone();
    let bytes = hex(&vector["expected"], "statement");
    let statement = Node::parse(&bytes);
    let good = hex(&vector["expected"], "signed");
    let mut add = |name, note, signed: &[u8], account: &Value, issuer: &str, known: u64, check| {
        let inputs =
            json!({ "signed": to_hex(signed), "account_id": account, "issuer": issuer, "known": known });
        made.add("reenrolment", name, note, &inputs, check);
    };
    let issuer = inputs["issuer"].as_str().unwrap();
    add("same-version", "The version that is known.", &good, &account, issuer, 3, "NotNewer");
    add("lower-version", "A version below the known one.", &good, &account, issuer, 4, "NotNewer");
    add(
        "other-issuer",
        "For another server.",
        &good,
        &account,
        "https://coffer.example.org",
        2,
        "OtherIssuer",
    );
    add("other-account", "Another account's.", &good, &json!("00".repeat(16)), issuer, 2, "OtherAccount");
    let flipped = flip(&good, good.len() - 1);
    add("signature", "The root did not sign.", &flipped, &account, issuer, 2, "Signature(SignatureError)");
    let label = signed(inputs, Label::IDENTITY, &bytes);
    add(
        "other-label",
        "Signed for another purpose.",
        &label,
        &account,
        issuer,
        2,
        "Signature(SignatureError)",
    );
    for (name, note, bytes, check) in [
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
        ("null-record", "No hash of the record.", statement.with(&[5], Null), "Malformed(Malformed)"),
        ("missing-hash", "Two hashes.", statement.without(&[7]), "Malformed(Malformed)"),
        ("trailing", "One byte follows.", [&bytes[..], &[0]].concat(), "Malformed(TrailingBytes)"),
    ] {
        add(name, note, &signed(inputs, Label::REENROL, &bytes), &account, issuer, 2, check);
    }
    let longer = [&good[..], &[0]].concat();
    add("trailing-outside", "One byte follows the signature.", &longer, &account, issuer, 2, "TrailingBytes");
}

fn consents(made: &mut Made) {
    let (recovery, emergency) = (valid("consent-recovery"), valid("consent-emergency"));
    let withdrawn = valid("consent-withdrawn");
    let inputs = &recovery["inputs"];
    let account = valid("account")["expected"]["account_id"].clone();
    let statement = |vector: &Value| Node::parse(&hex(&vector["expected"], "consent"));
    let (first, second) = (statement(&recovery), statement(&emergency));
    let nothing = "00".repeat(32);
    let mut add = |name, note, signed: &[u8], account: &Value, known: (u64, &str), check| {
        let inputs = json!({
            "signed": to_hex(signed),
            "account_id": account,
            "known": known.0,
            "known_hash": known.1,
        });
        made.add("consent", name, note, &inputs, check);
    };
    let good = hex(&recovery["expected"], "signed");
    add("other-account", "Another account's.", &good, &json!("00".repeat(16)), (0, &nothing), "OtherAccount");
    add("older", "A later one is known.", &good, &account, (2, &nothing), "Older");
    add("same-number", "Another one of its number is known.", &good, &account, (1, &nothing), "Older");
    let withdrawal = hex(&withdrawn["expected"], "signed");
    add(
        "older-withdrawal",
        "A withdrawal, and a later consent is known.",
        &withdrawal,
        &account,
        (3, &nothing),
        "Older",
    );
    let flipped = flip(&good, good.len() - 1);
    add(
        "signature",
        "The root did not sign.",
        &flipped,
        &account,
        (0, &nothing),
        "Signature(SignatureError)",
    );

    let guardian = |at| first.clone().at(&[7, at]).clone();
    let seventeen = List((0..17).map(|byte| List(vec![Bytes(vec![byte; 32]), Bytes(vec![1; 32])])).collect());
    let none = statement(&withdrawn);
    let viewing = Node::parse(&second.with(&[4], Uint(3)));
    for (name, note, bytes, check) in [
        ("number-0", "Numbers count from 1.", first.with(&[3], Uint(0)), "Terms"),
        ("threshold-1", "One guardian is enough.", first.with(&[5], Uint(1)), "Terms"),
        ("threshold-0", "None is needed.", first.with(&[5], Uint(0)), "Terms"),
        ("threshold-4", "More than there are.", first.with(&[5], Uint(4)), "Terms"),
        ("threshold-256", "Beyond a byte.", first.with(&[5], Uint(256)), "Malformed(TooLong)"),
        ("one-guardian", "One guardian.", first.with(&[7], List(vec![guardian(0)])), "Terms"),
        ("no-guardians", "A box, and nobody to open it.", first.with(&[7], List(vec![])), "Terms"),
        ("twice", "One guardian twice.", first.with(&[7, 1], guardian(0)), "Terms"),
        ("seventeen", "17 guardians.", first.with(&[7], seventeen), "Malformed(TooLong)"),
        (
            "short-guardian",
            "A hash of 31 bytes.",
            first.with(&[7, 0, 0], Bytes(vec![0; 31])),
            "Malformed(Malformed)",
        ),
        (
            "bare-guardian",
            "A guardian without the hash of the share.",
            first.with(&[7, 0], Bytes(vec![0; 32])),
            "Malformed(Malformed)",
        ),
        ("wait-366", "More than a year.", first.with(&[6], Uint(366)), "Terms"),
        ("wait-0", "Emergency access at once.", second.with(&[6], Uint(0)), "Terms"),
        ("kind-0", "A kind that does not exist.", first.with(&[4], Uint(0)), "Malformed(UnknownKind(0))"),
        ("kind-4", "A kind that does not exist.", first.with(&[4], Uint(4)), "Malformed(UnknownKind(4))"),
        ("viewing-wait-0", "Viewing at once.", viewing.with(&[6], Uint(0)), "Terms"),
        ("emergency-threshold-0", "Nobody is needed.", second.with(&[5], Uint(0)), "Terms"),
        ("no-box", "Terms without a box.", first.with(&[8], Null), "Malformed(NotCanonical)"),
        ("withdrawn-wait", "A withdrawal with a wait.", none.with(&[6], Uint(1)), "Malformed(NotCanonical)"),
        ("version", "A version to come.", first.with(&[0], Uint(2)), "Malformed(UnknownVersion(2))"),
        (
            "account-id",
            "The account id is not the root's.",
            first.with(&[1], Bytes(vec![0; 16])),
            "Malformed(NotCanonical)",
        ),
        ("trailing", "One byte follows.", [&first.encode()[..], &[0]].concat(), "Malformed(TrailingBytes)"),
    ] {
        add(name, note, &signed(inputs, Label::CONSENT, &bytes), &account, (0, &nothing), check);
    }
}

fn shares(made: &mut Made) {
    let shares = valid("consent-recovery")["expected"]["shares"].clone();
    let text = shares[0].as_str().unwrap();
    let share = Node::parse(&hex(&json!({ "share": text }), "share"));
    for (name, note, bytes, check) in [
        ("version", "A version to come.", share.with(&[0], Uint(2)), "UnknownVersion(2)"),
        ("number-0", "Shares count from 1.", share.with(&[2], Uint(0)), "Malformed"),
        ("number-17", "There are 16 at most.", share.with(&[2], Uint(17)), "Malformed"),
        ("number-257", "Beyond a byte.", share.with(&[2], Uint(257)), "TooLong"),
        (
            "classical",
            "Only the classical half of the encapsulation.",
            share.with(&[3], Bytes(vec![9; 32])),
            "Malformed",
        ),
        (
            "long-key",
            "One byte more of the encapsulation.",
            share.with(&[3], Bytes(vec![0; 1121])),
            "TooLong",
        ),
        ("empty", "An empty share.", share.with(&[4], Bytes(vec![])), "Malformed"),
        ("null", "Null in the place of the share.", share.with(&[4], Null), "Malformed"),
        ("trailing", "One byte follows.", [&share.encode()[..], &[0]].concat(), "TrailingBytes"),
    ] {
        made.add("share", name, note, &json!({ "share": to_hex(&bytes) }), check);
    }
}
