//! Golden vectors: every file under `testdata/v1` is run, so none can be forgotten.
//!
//! They were not made by this crate: signatures and encodings come from other programs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_wire::account::SignedCertificate;
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, LogVerifier, Verdict};
use vault_wire::revision::SignedRevision;
use vault_wire::roster::{Founding, SignedRecord};
use vault_wire::{BlobId, BodyHash, CtRoot};

#[test]
fn valid_vectors_are_read_as_they_say() {
    let mut seen = BTreeSet::new();
    for (path, vector) in files("valid") {
        let format = vector["format"].as_str().unwrap();
        assert_eq!(read(format, &vector["inputs"]), Ok(vector["expected"].clone()), "{}", path.display());
        seen.insert(format.to_owned());
    }
    assert_eq!(seen, ["certificate", "ct-root", "founding", "log", "revision"].map(str::to_owned).into());
}

#[test]
fn invalid_vectors_are_refused_by_the_check_they_name() {
    let vectors = files("invalid");
    assert!(vectors.len() >= 15);
    for (path, vector) in vectors {
        let refused = read(vector["format"].as_str().unwrap(), &vector["inputs"]).unwrap_err();
        assert_eq!(vector["check"].as_str(), Some(refused.as_str()), "{}", path.display());
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
            let founding = check(Founding::verify(&record(inputs), known.as_ref()))?;
            Ok(json!({
                "vault_id": founding.vault_id.to_string(),
                "founder": founding.certificate.account_id().to_string(),
                "commitment": founding.commitment.to_string(),
                "genesis_hash": founding.genesis_hash.to_string(),
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
        "log" => {
            let mut log = check(LogVerifier::found(&record(inputs), None))?;
            let mut steps = vec![
                json!([log.root_at(0).unwrap().to_string(), "empty"]),
                json!([log.root().to_string(), "founded"]),
            ];
            for entry in inputs["entries"].as_array().unwrap() {
                let verdict = match log.push(Entry::Revision(&revision(entry))) {
                    Verdict::Accepted => "accepted".to_owned(),
                    Verdict::Void(reason) => format!("void: {reason:?}"),
                };
                steps.push(json!([log.root().to_string(), verdict]));
            }
            Ok(json!(steps))
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
        other => panic!("unknown format {other}"),
    }
}

fn record(inputs: &Value) -> SignedRecord {
    SignedRecord { bytes: hex(inputs, "record"), signature: fixed(inputs, "signature").into() }
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
