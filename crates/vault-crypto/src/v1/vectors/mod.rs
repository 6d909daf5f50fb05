//! Golden vectors: every file under `testdata/v1` is tested.
//!
//! A valid vector contains inputs, the random bytes and the expected output. An invalid one contains bytes
//! and the name of the check that must fail; most are derived from valid ones ([`derived`]). With
//! `COFFER_WRITE_VECTORS=1` in the environment, expected bytes and derived vectors are written instead of
//! compared; use it only for a new vector or format.

mod account;
mod approval;
mod derived;
mod node;
mod profile;
mod recovery;
mod sharing;
mod statement;
mod vault;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vault_testkit::ByteRng;
use vault_wire::account::Predecessor;
use vault_wire::cbor::{Array, Reader};

use super::account::{Identity, Keyset, RootSigner};
use super::password::{KdfParams, KdfSalt, StretchedPassword};
use crate::secret::Secret;
use crate::{RootKey, SecretKey, SecretText, VaultKey};

fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Value {
    profile::make(format, inputs, rng)
        .or_else(|| account::make(format, inputs, rng))
        .or_else(|| vault::make(format, inputs, rng))
        .or_else(|| recovery::make(format, inputs, rng))
        .or_else(|| statement::make(format, inputs, rng))
        .or_else(|| sharing::make(format, inputs, rng))
        .or_else(|| approval::make(format, inputs, rng))
        .unwrap_or_else(|| panic!("unknown format {format}"))
}

fn refuse(format: &str, inputs: &Value) -> String {
    profile::refuse(format, inputs)
        .or_else(|| account::refuse(format, inputs))
        .or_else(|| recovery::refuse(format, inputs))
        .or_else(|| statement::refuse(format, inputs))
        .or_else(|| vault::refuse(format, inputs))
        .or_else(|| approval::refuse(format, inputs))
        .unwrap_or_else(|| panic!("unknown format {format}"))
}

#[test]
fn valid_vectors_give_the_expected_bytes() {
    let mut seen = BTreeSet::new();
    for (path, vector) in files("valid") {
        let mut rng = ByteRng::new(hex(&vector, "random"));
        let format = vector["format"].as_str().unwrap().to_owned();
        let got = make(&format, &vector["inputs"], &mut rng);
        assert_eq!(rng.remaining(), 0, "{}: not all randomness was drawn", path.display());
        // The X-Wing vectors are published ones, so they are never written.
        if writes() && format != "x-wing" {
            let mut vector = vector.clone();
            vector["expected"] = got;
            std::fs::write(&path, serde_json::to_string_pretty(&vector).unwrap() + "\n").unwrap();
        } else {
            assert_eq!(got, vector["expected"], "{}", path.display());
        }
        seen.insert(format);
    }
    let all = [
        profile::FORMATS,
        account::FORMATS,
        recovery::FORMATS,
        statement::FORMATS,
        vault::FORMATS,
        sharing::FORMATS,
        approval::FORMATS,
    ]
    .concat();
    assert_eq!(seen, all.into_iter().map(str::to_owned).collect(), "every format has a vector");
}

#[test]
fn invalid_vectors_fail_the_named_check() {
    let vectors = files("invalid");
    assert!(vectors.len() >= 20);
    for (path, vector) in vectors {
        let error = refuse(vector["format"].as_str().unwrap(), &vector["inputs"]);
        assert_eq!(vector["check"].as_str(), Some(error.as_str()), "{}", path.display());
    }
}

#[test]
fn invalid_vectors_match_those_derived_from_valid_ones() {
    let mut derived = derived::all();
    if writes() {
        for (name, vector) in &derived {
            let text = serde_json::to_string_pretty(vector).unwrap() + "\n";
            std::fs::write(folder("invalid").join(format!("{name}.json")), text).unwrap();
        }
    }
    for (path, vector) in files("invalid") {
        let of_these = derived::FORMATS.concat().contains(&vector["format"].as_str().unwrap());
        match derived.remove(path.file_stem().unwrap().to_str().unwrap()) {
            Some(expected) => assert_eq!(vector, expected, "{}", path.display()),
            None => assert!(!of_these, "{} is no longer derived", path.display()),
        }
    }
    assert!(derived.is_empty(), "not written: {:?}", derived.keys());
}

/// Returns whether vectors are written instead of compared.
fn writes() -> bool {
    std::env::var_os("COFFER_WRITE_VECTORS").is_some()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/v1").join(name)
}

fn files(name: &str) -> Vec<(PathBuf, Value)> {
    let read = |path: PathBuf| {
        assert_eq!(path.extension().unwrap(), "json", "{} is not a vector", path.display());
        let vector = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path, vector)
    };
    std::fs::read_dir(folder(name)).unwrap().map(|entry| read(entry.unwrap().path())).collect()
}

fn named<T, E: std::fmt::Debug>(result: Result<T, E>) -> String {
    match result {
        Ok(_) => "accepted".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}

fn keys(inputs: &Value) -> (RootSigner, Identity) {
    let seed = |name| Secret::copy_of(&fixed(inputs, name));
    let generation = if inputs.get("generation").is_some() { uint(inputs, "generation") } else { 1 };
    let root = RootSigner::from_seed(seed("root_seed"));
    let earlier: Vec<_> = inputs.get("earlier").and_then(Value::as_array).into_iter().flatten().collect();
    let earlier = earlier.into_iter().map(|one| {
        (uint(one, "generation"), fixed::<32>(one, "kem_seed"), fixed::<32>(one, "certificate_hash"))
    });
    (root, identity(generation, &fixed(inputs, "sign_seed"), &fixed(inputs, "kem_seed"), earlier))
}

/// Restores an identity with earlier keys: generation, KEM seed and certificate's hash of each.
fn identity(
    generation: u32,
    sign_seed: &[u8; 32],
    kem_seed: &[u8; 32],
    earlier: impl IntoIterator<Item = (u32, [u8; 32], [u8; 32])>,
) -> Identity {
    let earlier: Vec<_> = earlier.into_iter().collect();
    if earlier.is_empty() {
        return Identity::from_seeds(generation, Secret::copy_of(sign_seed), Secret::copy_of(kem_seed));
    }
    let list = earlier.iter().fold(Array::new(), |all, (generation, kem_seed, certificate)| {
        all.array(&Array::new().uint((*generation).into()).bytes(kem_seed).bytes(certificate))
    });
    let content = Array::new().uint(2).uint(generation.into()).bytes(sign_seed).bytes(kem_seed);
    let content = content.bytes_or_null(None).bytes(&[0; 16]).bytes(&[0; 32]).array(&list).encode();
    Keyset::read(&mut Reader::new(&content)).unwrap().0.identity
}

/// Returns the certificate's statement of its predecessor, if the inputs have it.
fn predecessor(inputs: &Value) -> Option<Predecessor> {
    let compromised = inputs.get("compromised")?.as_bool().unwrap();
    Some(if compromised { Predecessor::Compromised } else { Predecessor::Sound })
}

fn stretched(inputs: &Value) -> StretchedPassword {
    let secret_key = SecretKey::from_bytes(&fixed(inputs, "secret_key"));
    StretchedPassword::derive(
        &text(inputs, "password"),
        &secret_key,
        &KdfSalt(fixed(inputs, "salt")),
        params(inputs),
    )
    .ok()
    .unwrap()
}

fn params(inputs: &Value) -> KdfParams {
    KdfParams::new(uint(inputs, "memory_kib"), uint(inputs, "passes"), uint(inputs, "lanes")).unwrap()
}

fn root_key(inputs: &Value) -> RootKey {
    RootKey::from_bytes(&fixed(inputs, "root_key"))
}

fn vault_key(inputs: &Value) -> VaultKey {
    VaultKey::from_bytes(&fixed(inputs, "vault_key"))
}

fn text(inputs: &Value, name: &str) -> SecretText {
    SecretText::from(inputs[name].as_str().unwrap())
}

fn uint(inputs: &Value, name: &str) -> u32 {
    inputs[name].as_u64().unwrap_or_else(|| panic!("{name}")).try_into().unwrap()
}

fn fixed<const N: usize>(inputs: &Value, name: &str) -> [u8; N] {
    hex(inputs, name).try_into().unwrap_or_else(|_| panic!("{name} has another length"))
}

fn hex(inputs: &Value, name: &str) -> Vec<u8> {
    let text = inputs[name].as_str().unwrap_or_else(|| panic!("{name} is missing"));
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
