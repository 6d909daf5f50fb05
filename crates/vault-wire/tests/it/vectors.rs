//! Golden vectors: every file under `testdata/v1` is tested.
//!
//! The vectors are generated independently of this crate, by `tests/interop/make_wire_vectors.py` and
//! `make_message_vectors.py`, which implement the documentation.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical;
use vault_wire::grant::Grant;
use vault_wire::invitation::Answer;
use vault_wire::log::{Entry, LogVerifier, Verdict};
use vault_wire::message::ConnectCode;
use vault_wire::revision::SignedRevision;
use vault_wire::roster::{Genesis, Member, MemberRole, SignedRecord};
use vault_wire::{AccountId, BlobId, BodyHash, CtRoot};

#[test]
fn valid_vectors_decode_to_the_expected_values() {
    let mut seen = BTreeSet::new();
    for (path, vector) in files("valid") {
        let format = vector["format"].as_str().unwrap();
        assert_eq!(read(format, &vector["inputs"]), Ok(vector["expected"].clone()), "{}", path.display());
        seen.insert(format.to_owned());
    }
    assert_eq!(
        seen,
        [
            "answer",
            "certificate",
            "connect-code",
            "ct-root",
            "founding",
            "grant",
            "log",
            "message",
            "recovery-text",
            "revision",
        ]
        .map(str::to_owned)
        .into()
    );
}

#[test]
fn invalid_vectors_fail_the_named_check() {
    let vectors = files("invalid");
    assert!(vectors.len() >= 15);
    for (path, vector) in vectors {
        let error = read(vector["format"].as_str().unwrap(), &vector["inputs"]).unwrap_err();
        assert_eq!(vector["check"].as_str(), Some(error.as_str()), "{}", path.display());
    }
}

fn files(folder: &str) -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/v1").join(folder);
    let read = |path: PathBuf| {
        assert_eq!(path.extension().unwrap(), "json", "{} is not a vector", path.display());
        let vector = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path, vector)
    };
    std::fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap().path())).collect()
}

fn check<T, E: std::fmt::Debug>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| format!("{error:?}"))
}

fn read(format: &str, inputs: &Value) -> Result<Value, String> {
    match format {
        "certificate" => {
            let signed = check(SignedCertificate::decode(&hex(inputs, "signed")))?;
            let certificate = check(signed.verify())?;
            Ok(json!({
                "account_id": certificate.account_id().to_string(),
                "root": certificate.root.to_string(),
                "generation": certificate.generation,
                "sign": certificate.sign.to_string(),
                "kem": certificate.kem.to_string(),
                "made_at": certificate.made_at,
                "hash": signed.hash().to_string(),
            }))
        }
        "founding" => {
            let known = inputs["known"].as_str().map(|known| known.parse().unwrap());
            let genesis = check(Genesis::verify(&record(inputs), known.as_ref()))?;
            Ok(json!({
                "vault_id": genesis.vault_id.to_string(),
                "founder": genesis.certificate.account_id().to_string(),
                "commitment": genesis.commitment.to_string(),
                "genesis_hash": genesis.genesis_hash.to_string(),
            }))
        }
        "revision" => {
            let signed = revision(inputs);
            let header = check(signed.verify(&fixed(inputs, "sign").into()))?;
            Ok(json!({
                "vault_id": header.vault_id.to_string(),
                "item_id": header.item_id.to_string(),
                "kind": format!("{:?}", header.kind),
                "parent": header.parent.map(|parent| parent.to_string()),
                "author": header.author.to_string(),
                "generation": header.generation,
                "epoch": header.epoch,
                "base_seq": header.base_seq,
                "base_root": header.base_root.to_string(),
                "blobs": header.blobs.iter().map(|blob| json!([blob.blob_id.to_string(), blob.ct_size, blob.ct_root.to_string()])).collect::<Vec<_>>(),
                "hash": signed.hash().to_string(),
            }))
        }
        "log" => Ok(log(inputs)?),
        "answer" => {
            let answer = check(Answer::decode(&hex(inputs, "answer")))?;
            let certificate = check(answer.certificate.verify())?;
            let accept = check(answer.accept.verify(&answer.certificate.hash(), &certificate.sign))?;
            Ok(json!({
                "genesis_hash": accept.genesis_hash.to_string(),
                "invite": accept.invite.to_string(),
                "invite_record": accept.invite_record.to_string(),
                "role": role(accept.role),
                "certificate": accept.certificate.to_string(),
            }))
        }
        "grant" => {
            let grant = check(Grant::decode(&hex(inputs, "grant")))?;
            Ok(json!({
                "vault_id": grant.context.vault_id.to_string(),
                "epoch": grant.context.epoch,
                "recipient": grant.context.recipient.to_string(),
                "generation": grant.context.generation,
            }))
        }
        "ct-root" => {
            let chunks: Vec<[u8; 32]> = inputs["chunks"]
                .as_array()
                .unwrap()
                .iter()
                .map(|chunk| unhex(chunk.as_str().unwrap()).try_into().unwrap())
                .collect();
            Ok(json!(CtRoot::of_chunks(&BlobId::from_bytes(fixed(inputs, "blob_id")), &chunks).to_string()))
        }
        "message" => crate::message::vectors::read(inputs),
        "recovery-text" => check(crate::guardians::read(
            inputs["message"].as_str().unwrap(),
            inputs["text"].as_str().unwrap(),
        )),
        "connect-code" => {
            let code: ConnectCode = check(inputs["text"].as_str().unwrap().parse())?;
            Ok(json!({
                "address": code.address.as_str(),
                "issuer": code.issuer.as_str(),
                "key": code.key.map(|key| key.to_string()),
                "code": code.code.map(|code| code.expose().to_owned()),
            }))
        }
        other => panic!("unknown format {other}"),
    }
}

/// Replays a log entry by entry and as a batch, which must give the same result.
fn log(inputs: &Value) -> Result<Value, String> {
    let genesis = record(inputs);
    let mut log = check(LogVerifier::from_genesis(&genesis, None))?;
    let mut steps = vec![
        json!([log.root_at(0).unwrap().to_string(), "empty"]),
        json!([log.head().root.to_string(), "founded"]),
    ];
    let stored: Vec<Stored> = inputs["entries"].as_array().unwrap().iter().map(Stored::read).collect();
    let mut verdicts = Vec::new();
    for entry in &stored {
        let before = log.roster().clone();
        let verdict = log.push(entry.as_entry());
        if verdict != Verdict::Accepted {
            assert_eq!(*log.roster(), before, "a rejected entry changes nothing");
        }
        verdicts.push(verdict);
        let verdict = match verdict {
            Verdict::Accepted => "accepted".to_owned(),
            Verdict::Rejected(reason) => format!("void: {reason:?}"),
            Verdict::Unread => "unread".to_owned(),
        };
        steps.push(json!([log.head().root.to_string(), verdict]));
    }
    let mut batch = check(LogVerifier::from_genesis(&genesis, None))?;
    let entries: Vec<_> = stored.iter().map(Stored::as_entry).collect();
    assert_eq!(batch.extend(&entries), verdicts);
    assert_eq!((batch.head(), batch.roster()), (log.head(), log.roster()));
    let roster = log.roster();
    let member = |(account, member): (&AccountId, &Member)| {
        let generation = member.certificate().generation;
        json!({ "account": account.to_string(), "role": role(member.role), "generation": generation })
    };
    let mut shown = json!({
        "members": roster.members().map(member).collect::<Vec<_>>(),
        "epoch": roster.epoch(),
        "epoch_due": roster.is_epoch_due(),
        "invites": roster.invites().count(),
        "keep_days": roster.keep_days(),
    });
    // Left out while they are those of a new vault.
    if roster.format() != 1 {
        shown["format"] = roster.format().into();
    }
    for (name, set) in [("closed", roster.is_closed()), ("second_factor", roster.requires_second_factor())] {
        if set {
            shown[name] = true.into();
        }
    }
    Ok(json!({ "steps": steps, "roster": shown }))
}

enum Stored {
    Record(SignedRecord),
    Revision(SignedRevision),
}

impl Stored {
    fn read(entry: &Value) -> Self {
        if entry["record"].is_string() {
            Self::Record(record(entry))
        } else {
            Self::Revision(revision(entry))
        }
    }

    fn as_entry(&self) -> Entry<'_> {
        match self {
            Self::Record(record) => Entry::Record(record),
            Self::Revision(revision) => Entry::Revision(revision),
        }
    }
}

fn role(role: MemberRole) -> usize {
    MemberRole::ALL.iter().position(|one| *one == role).unwrap() + 1
}

fn record(inputs: &Value) -> SignedRecord {
    SignedRecord::from_parts(hex(inputs, "record"), &hex(inputs, "signatures")).unwrap()
}

fn revision(inputs: &Value) -> SignedRevision {
    SignedRevision {
        header: hex(inputs, "header"),
        body_hash: BodyHash::from_bytes(fixed(inputs, "body_hash")),
        signature: fixed(inputs, "signature").into(),
    }
}

fn fixed<const N: usize>(inputs: &Value, name: &str) -> [u8; N] {
    hex(inputs, name).try_into().unwrap_or_else(|_| panic!("{name} has another length"))
}

fn hex(inputs: &Value, name: &str) -> Vec<u8> {
    unhex(inputs[name].as_str().unwrap_or_else(|| panic!("{name} is missing")))
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
