//! Golden vectors: every file under `testdata/v1` is run, so none can be forgotten.
//!
//! A valid vector gives inputs, the randomness that is drawn, and the bytes that must come out. An invalid one gives
//! bytes and names the check that must refuse them. With `COFFER_WRITE_VECTORS=1` in the environment the expected
//! bytes are written instead of compared; do that for a new vector or a new format only.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use vault_testkit::ByteRng;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::blob::{BlobLayout, CHUNK_SIZE};
use vault_wire::cbor::{Array, Canonical};
use vault_wire::log::{empty_root, next_root};
use vault_wire::revision::{BlobRef, RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::{BodyHash, CtRoot, Label, Signature};

use super::account::{Identity, Keyset, RootSigner};
use super::blob::{BlobCipher, Place};
use super::derive::derive;
use super::header::{Header, HeaderFile, PasswordSlot};
use super::local::LocalKey;
use super::padding::{pad, unpad};
use super::password::{KdfParams, KdfSalt, Stretched};
use super::revision::{make_revision, open_body};
use super::vault::found_vault;
use crate::secret::Secret;
use crate::{FileKey, RootKey, SecretBytes, SecretKey, SecretText, VaultKey};

#[test]
fn valid_vectors_give_exactly_these_bytes() {
    let mut seen = BTreeSet::new();
    for (path, vector) in files("valid") {
        let mut rng = ByteRng::new(hex(&vector, "random"));
        let format = vector["format"].as_str().unwrap().to_owned();
        let got = Value::Object(make(&format, &vector["inputs"], &mut rng));
        assert_eq!(rng.left(), 0, "{}: not all randomness was drawn", path.display());
        // What X-Wing must give is published, so it is never written here.
        if std::env::var_os("COFFER_WRITE_VECTORS").is_some() && format != "x-wing" {
            let mut vector = vector.clone();
            vector["expected"] = got;
            std::fs::write(&path, serde_json::to_string_pretty(&vector).unwrap() + "\n").unwrap();
        } else {
            assert_eq!(got, vector["expected"], "{}", path.display());
        }
        seen.insert(format);
    }
    let all = [
        "account",
        "argon2id",
        "blob",
        "founding",
        "header",
        "keys",
        "local-draft",
        "local-secret-key",
        "local-vault-key",
        "padding",
        "revision",
        "secret-key",
        "x-wing",
    ];
    assert_eq!(seen, all.map(str::to_owned).into(), "every format has a vector");
}

#[test]
fn invalid_vectors_are_refused_by_the_check_they_name() {
    let vectors = files("invalid");
    assert!(vectors.len() >= 20);
    for (path, vector) in vectors {
        let refused = refuse(vector["format"].as_str().unwrap(), &vector["inputs"]);
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

/// Makes what a valid vector expects, opening again whatever can be opened.
fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Map<String, Value> {
    let made = match format {
        "secret-key" => {
            let key = SecretKey::from_bytes(&fixed(inputs, "key"));
            let text = key.to_text();
            assert!(SecretKey::from_text(text.expose()).ok().unwrap().is_same_as(&key));
            json!({ "text": text.expose() })
        }
        "argon2id" => {
            let profile = fixed(inputs, "profile_id").into();
            let stretched = stretched(inputs);
            json!({
                "slot_key": to_hex(stretched.derive_slot_key(&profile).expose()),
                "root_box_key": to_hex(stretched.derive_root_box_key(&profile).expose()),
            })
        }
        "keys" => {
            let root = root_key(inputs);
            let of = |label| to_hex(derive::<32>(&[], root.expose_bytes(), &Array::labelled(label)).expose());
            json!({
                "database": to_hex(root.derive_database_key().expose_bytes()),
                "local": to_hex(root.derive_local_key().expose_bytes()),
                "header": of(Label::HEADER),
                "keyset_local": of(Label::KEYSET_LOCAL),
            })
        }
        "local-vault-key" => {
            let (local, vault, epoch) =
                (local_key(inputs), fixed(inputs, "vault_id").into(), uint(inputs, "epoch"));
            let key = vault_key(inputs);
            let sealed = local.seal_vault_key(&vault, epoch, &key, rng);
            assert!(local.open_vault_key(&vault, epoch, &sealed).ok().unwrap().is_same_as(&key));
            json!({ "sealed": to_hex(&sealed), "commitment": key.commitment(&vault, epoch).to_string() })
        }
        "local-secret-key" => {
            let (local, profile) = (local_key(inputs), fixed(inputs, "profile_id").into());
            let key = SecretKey::from_bytes(&fixed(inputs, "secret_key"));
            let sealed = local.seal_secret_key(&profile, &key, rng);
            assert!(local.open_secret_key(&profile, &sealed).ok().unwrap().is_same_as(&key));
            json!({ "sealed": to_hex(&sealed) })
        }
        "local-draft" => {
            let (local, profile) = (local_key(inputs), fixed(inputs, "profile_id").into());
            let (name, draft) = (hex(inputs, "name"), hex(inputs, "draft"));
            let sealed = local.seal_draft(&profile, &name, &draft, rng);
            assert_eq!(local.open_draft(&profile, &name, &sealed).ok().unwrap().expose(), draft);
            json!({ "sealed": to_hex(&sealed) })
        }
        "padding" => {
            let payload = hex(inputs, "payload");
            let padded = pad(&payload);
            assert_eq!(unpad(pad(&payload)).ok().unwrap().expose(), payload);
            json!({ "padded": to_hex(padded.expose()) })
        }
        "header" => header(inputs, rng),
        "account" => account(inputs, rng),
        "founding" => {
            let (root, identity) = keys(inputs);
            let certificate = root.certify(&identity, Predecessor::Sound, u64::from(uint(inputs, "made_at")));
            let made_at = uint(inputs, "made_at").into();
            let vault = found_vault(&root.account_id(), &identity, &certificate, made_at, rng);
            let empty = empty_root(&vault.vault_id);
            json!({
                "vault_id": vault.vault_id.to_string(),
                "key": to_hex(vault.key.expose_bytes()),
                "record": to_hex(&vault.record.bytes),
                "signature": vault.record.signature.to_string(),
                "genesis_hash": vault.genesis_hash.to_string(),
                "root_0": empty.to_string(),
                "root_1": next_root(&empty, 1, &vault.genesis_hash).to_string(),
            })
        }
        "revision" => revision(inputs, rng),
        "blob" => blob(inputs),
        "x-wing" => x_wing(inputs, rng),
        other => panic!("unknown format {other}"),
    };
    made.as_object().unwrap().clone()
}

fn header(inputs: &Value, rng: &mut ByteRng) -> Value {
    let (profile_id, root_key) = (fixed(inputs, "profile_id").into(), root_key(inputs));
    let (password, secret_key) =
        (text(inputs, "password"), SecretKey::from_bytes(&fixed(inputs, "secret_key")));
    let (slot, _) = PasswordSlot::make(&profile_id, &root_key, &password, &secret_key, params(inputs), rng)
        .unwrap_or_else(|error| panic!("{error}"));
    let header = Header { profile_id, version: uint(inputs, "version").into(), slots: vec![slot] };
    let file = header.to_file(&root_key);

    let parsed = HeaderFile::parse(&file).unwrap();
    assert_eq!(*parsed.unverified(), header);
    let (opened, _) = header.slots[0].open(&profile_id, &password, &secret_key).ok().unwrap();
    assert!(opened.is_same_as(&root_key) && parsed.is_authentic(&opened));
    json!({ "file": to_hex(&file) })
}

fn account(inputs: &Value, rng: &mut ByteRng) -> Value {
    let (root, identity) = keys(inputs);
    let certificate = root.certify(&identity, Predecessor::Sound, uint(inputs, "made_at").into());
    assert!(identity.is_certified_by(&certificate.verify().unwrap()));
    let (root_key, profile_id) = (root_key(inputs), fixed(inputs, "profile_id").into());
    let account_id = root.account_id();
    let keyset = Keyset {
        identity,
        home_vault: fixed(inputs, "home_vault").into(),
        home_genesis: fixed(inputs, "home_genesis").into(),
    };
    let keyset_box = keyset.seal_local(&root_key, &account_id, rng);
    let again = Keyset::open_local(&keyset_box, &root_key, &account_id).ok().unwrap();
    assert_eq!(
        (again.identity.public(), again.home_vault, again.home_genesis),
        (keyset.identity.public(), keyset.home_vault, keyset.home_genesis)
    );
    let stretched = stretched(inputs);
    let root_box = root.seal_local(&stretched, &profile_id, rng);
    let again = RootSigner::open_local(&root_box, &stretched, &profile_id, &account_id).ok().unwrap();
    assert_eq!(again.public(), root.public());
    json!({
        "account_id": account_id.to_string(),
        "certificate": to_hex(&certificate.bytes),
        "by_root": certificate.by_root.to_string(),
        "by_key": certificate.by_key.to_string(),
        "certificate_hash": certificate.hash().to_string(),
        "signed_certificate": to_hex(&certificate.encode()),
        "keyset_box": to_hex(&keyset_box),
        "root_box": to_hex(&root_box),
    })
}

fn revision(inputs: &Value, rng: &mut ByteRng) -> Value {
    let (_, identity) = keys(inputs);
    let header = RevisionHeader {
        vault_id: fixed(inputs, "vault_id").into(),
        item_id: fixed(inputs, "item_id").into(),
        kind: match inputs["kind"].as_str().unwrap() {
            "put" => RevisionKind::Put,
            "tombstone" => RevisionKind::Tombstone,
            other => panic!("unknown kind {other}"),
        },
        parent: inputs["parent"].as_str().map(|parent| parent.parse().unwrap()),
        author: fixed(inputs, "author").into(),
        generation: identity.generation(),
        epoch: uint(inputs, "epoch"),
        base_seq: uint(inputs, "base_seq").into(),
        base_root: fixed(inputs, "base_root").into(),
        blobs: inputs["blobs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|blob| BlobRef {
                blob_id: fixed(blob, "blob_id").into(),
                ct_size: uint(blob, "ct_size").into(),
                ct_root: fixed(blob, "ct_root").into(),
            })
            .collect(),
    };
    let (payload, key) = (hex(inputs, "payload"), vault_key(inputs));
    let made =
        make_revision(&header, &payload, &key, &identity, rng).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(made.signed.verify(identity.public()), Ok(header));
    assert_eq!(open_body(&made.signed, &made.body, &key).ok().unwrap().expose(), payload);
    json!({
        "header": to_hex(&made.signed.header),
        "body": to_hex(&made.body),
        "signature": made.signed.signature.to_string(),
        "hash": made.signed.hash().to_string(),
    })
}

fn blob(inputs: &Value) -> Value {
    let blob_id = fixed(inputs, "blob_id").into();
    let cipher = BlobCipher::new(&FileKey::from_bytes(&fixed(inputs, "file_key")), &blob_id);
    let layout = BlobLayout::new(uint(inputs, "size").into()).unwrap();
    let chunks: Vec<_> = (0..layout.chunks())
        .map(|index| {
            // Byte i of the document is i modulo 251.
            let begin = u64::from(index) * u64::from(CHUNK_SIZE);
            let mut chunk: Vec<u8> = (begin..begin + u64::from(layout.data_len(index)))
                .map(|at| u8::try_from(at % 251).unwrap())
                .collect();
            chunk.resize(layout.chunk_len(index) as usize, 0);
            let plain = chunk.clone();
            let place = Place::of(index, &layout);
            let hash = cipher.seal_chunk(index, place, &mut chunk).unwrap();
            let first = to_hex(&chunk[..32]);
            cipher.open_chunk(index, place, &mut chunk).unwrap();
            assert!(chunk == plain);
            (first, hash)
        })
        .collect();
    let hashes: Vec<_> = chunks.iter().map(|(_, hash)| *hash).collect();
    json!({
        "padded": layout.padded(),
        "sealed": layout.sealed(),
        "first_bytes": chunks.iter().map(|(first, _)| first).collect::<Vec<_>>(),
        "chunk_hashes": hashes.iter().map(|hash| to_hex(hash)).collect::<Vec<_>>(),
        "ct_root": CtRoot::of_chunks(&blob_id, &hashes).to_string(),
    })
}

/// X-Wing is still a draft: if a new version of the library changes its bytes, this must be noticed.
fn x_wing(inputs: &Value, rng: &mut ByteRng) -> Value {
    use hpke::kem::XWing;
    use hpke::{Deserializable, Kem, Serializable};

    let identity =
        Identity::from_seeds(1, Secret::copy_of(&[0; 32]), Secret::copy_of(&fixed(inputs, "seed")));
    let public = <XWing as Kem>::PublicKey::from_bytes(identity.kem_public().as_bytes()).unwrap();
    let (shared, encapsulated) = XWing::encap_with_rng(&public, None, rng).unwrap();
    let secret = <XWing as Kem>::PrivateKey::from_bytes(&fixed::<32>(inputs, "seed")).unwrap();
    assert_eq!(XWing::decap(&secret, None, &encapsulated).unwrap().0, shared.0);
    json!({
        "public": identity.kem_public().to_string(),
        "encapsulated": to_hex(&encapsulated.to_bytes()),
        "shared": to_hex(&shared.0),
    })
}

/// Tries what an invalid vector holds and names the check that refused it.
fn refuse(format: &str, inputs: &Value) -> String {
    match format {
        "secret-key" => named(SecretKey::from_text(inputs["text"].as_str().unwrap())),
        "header" => named(HeaderFile::parse(&hex(inputs, "file"))),
        "local-vault-key" => {
            let (vault, epoch) = (fixed(inputs, "vault_id").into(), uint(inputs, "epoch"));
            named(local_key(inputs).open_vault_key(&vault, epoch, &hex(inputs, "sealed")))
        }
        "padding" => named(unpad(SecretBytes::new(hex(inputs, "padded")))),
        "keyset" => {
            let account = fixed(inputs, "account_id").into();
            named(Keyset::open_local(&hex(inputs, "keyset_box"), &root_key(inputs), &account))
        }
        "certificate" => named(SignedCertificate::decode(&hex(inputs, "signed")).unwrap().verify()),
        "revision" => {
            let header = hex(inputs, "header");
            let body = hex(inputs, "body");
            let signature = Signature::from_bytes(fixed(inputs, "signature"));
            let signed = SignedRevision { header, body_hash: BodyHash::of(&body), signature };
            match signed.verify(&fixed(inputs, "sign_public").into()) {
                Ok(_) => named(open_body(&signed, &body, &vault_key(inputs))),
                refused => named(refused),
            }
        }
        other => panic!("unknown format {other}"),
    }
}

fn named<T, E: std::fmt::Debug>(result: Result<T, E>) -> String {
    match result {
        Ok(_) => "accepted".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}

fn keys(inputs: &Value) -> (RootSigner, Identity) {
    let seed = |name| Secret::copy_of(&fixed(inputs, name));
    (RootSigner::from_seed(seed("root_seed")), Identity::from_seeds(1, seed("sign_seed"), seed("kem_seed")))
}

fn stretched(inputs: &Value) -> Stretched {
    let secret_key = SecretKey::from_bytes(&fixed(inputs, "secret_key"));
    Stretched::derive(&text(inputs, "password"), &secret_key, &KdfSalt(fixed(inputs, "salt")), params(inputs))
        .ok()
        .unwrap()
}

fn params(inputs: &Value) -> KdfParams {
    KdfParams::new(uint(inputs, "memory_kib"), uint(inputs, "passes"), uint(inputs, "lanes")).unwrap()
}

fn root_key(inputs: &Value) -> RootKey {
    RootKey::from_bytes(&fixed(inputs, "root_key"))
}

fn local_key(inputs: &Value) -> LocalKey {
    LocalKey::from_bytes(&fixed(inputs, "local_key"))
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
