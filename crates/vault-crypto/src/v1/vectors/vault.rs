//! Vectors of vaults: genesis, items, documents.

use serde_json::{Value, json};
use vault_testkit::ByteRng;
use vault_wire::account::Predecessor;
use vault_wire::blob::{BlobLayout, CHUNK_SIZE};
use vault_wire::log::{empty_root, next_root};
use vault_wire::revision::{BlobRef, RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::{BodyHash, CtRoot, Signature};

use super::{fixed, hex, keys, named, to_hex, uint, vault_key};
use crate::v1::blob::{BlobCipher, ChunkPosition};
use crate::v1::padding::{pad, unpad};
use crate::v1::revision::{make_revision, open_body};
use crate::v1::vault::make_vault;
use crate::{FileKey, SecretBytes};

/// Formats with valid vectors.
pub(super) const FORMATS: &[&str] = &["blob", "founding", "padding", "revision"];

/// Computes the expected values of a valid vector; opens again what can be opened.
pub(super) fn make(format: &str, inputs: &Value, rng: &mut ByteRng) -> Option<Value> {
    Some(match format {
        "padding" => {
            let payload = hex(inputs, "payload");
            let padded = pad(&payload);
            assert_eq!(unpad(pad(&payload)).ok().unwrap().expose(), payload);
            json!({ "padded": to_hex(padded.expose()) })
        }
        "founding" => {
            let (root, identity) = keys(inputs);
            let certificate = root.certify(&identity, Predecessor::Sound, u64::from(uint(inputs, "made_at")));
            let made_at = uint(inputs, "made_at").into();
            let vault = make_vault(&root.account_id(), &identity, &certificate, made_at, rng);
            let empty = empty_root(&vault.vault_id);
            json!({
                "vault_id": vault.vault_id.to_string(),
                "key": to_hex(vault.key.expose_bytes()),
                "record": to_hex(&vault.record.bytes),
                "signature": vault.record.signature.to_string(),
                "genesis_hash": vault.genesis_hash.to_string(),
                "root_0": empty.to_string(),
                "root_1": next_root(&empty, 1, &vault.genesis_hash, &vault.record.signatures()).to_string(),
            })
        }
        "revision" => revision(inputs, rng),
        "blob" => blob(inputs),
        _ => return None,
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
            let position = ChunkPosition::of(index, &layout);
            let hash = cipher.seal_chunk(index, position, &mut chunk).unwrap();
            let first = to_hex(&chunk[..32]);
            cipher.open_chunk(index, position, &mut chunk).unwrap();
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

/// Decodes an invalid vector and returns the check that failed.
pub(super) fn refuse(format: &str, inputs: &Value) -> Option<String> {
    Some(match format {
        "padding" => named(unpad(SecretBytes::new(hex(inputs, "padded")))),
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
        _ => return None,
    })
}
