//! Payload vectors that `tests/interop/make_item_vectors.py` generates from the documentation, independently of this
//! crate. Every file under `testdata/v1` is run.

use std::path::{Path, PathBuf};

use serde_json::Value;
use vault_engine::item::{ItemType, PayloadError, decode, encode};

use crate::compat::json;

#[test]
fn valid_payloads_decode_as_described_and_encode_unchanged() {
    let vectors = files("valid");
    assert!(vectors.len() >= ItemType::ALL.len() + 8);
    for (path, vector) in vectors {
        let payload = payload(&vector);
        let item = decode(&payload).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(encode(&item).unwrap().as_slice(), payload, "{}", path.display());
        let mut read = json::item(&item);
        read.as_object_mut().unwrap().remove("payload_sha256");
        let mut expected: Value = serde_json::from_str(vector["expected"]["text"].as_str().unwrap()).unwrap();
        without_unknown(&mut expected);
        assert_eq!(read, expected, "{}", path.display());
    }
}

#[test]
fn invalid_payloads_are_refused() {
    let vectors = files("invalid");
    assert!(vectors.len() >= 20);
    for (path, vector) in vectors {
        let refused = decode(&payload(&vector)).err();
        assert!(
            matches!(refused, Some(PayloadError::Malformed | PayloadError::TooLarge(_))),
            "{}: {refused:?}",
            path.display()
        );
    }
}

/// Removes unknown entries, which only the payload contains.
fn without_unknown(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("unknown");
            members.values_mut().for_each(without_unknown);
        }
        Value::Array(values) => values.iter_mut().for_each(without_unknown),
        _ => {}
    }
}

fn payload(vector: &Value) -> Vec<u8> {
    let text = vector["inputs"]["payload"].as_str().unwrap().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    text.chunks(2).map(byte).collect()
}

fn files(folder: &str) -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/v1").join(folder);
    let read = |path: PathBuf| {
        let vector = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path, vector)
    };
    std::fs::read_dir(folder).unwrap().map(|entry| read(entry.unwrap().path())).collect()
}
