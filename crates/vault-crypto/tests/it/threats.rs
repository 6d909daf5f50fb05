//! Attacks from the catalogue in `docs/threat-model.md` on formats of this crate.

use std::path::Path;

use aead_stream::{NewStream, StreamBE32, StreamPrimitive};
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use serde_json::Value;
use vault_crypto::{
    BlobCipher, ChunkPosition, FileKey, HeaderError, HeaderFile, KdfParams, KdfParamsError, Keyset, LocalKey,
    OpenError, RootKey, SlotsError, check_zero_padding,
};
use vault_testkit::FixedRng;
use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::blob::{BlobLayout, CHUNK_SIZE, chunk_hash};
use vault_wire::cbor::{Canonical, DecodeError};
use vault_wire::{AccountId, BlobId, CtRoot, VaultId};

fn vector(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(file);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn hex(vector: &Value, name: &str) -> Vec<u8> {
    let text = vector[name].as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn invalid_header(name: &str) -> Result<HeaderFile, HeaderError> {
    HeaderFile::parse(&hex(&vector(&format!("v1/invalid/header-{name}.json"))["inputs"], "file"))
}

#[test]
fn t13_costs_below_the_floor_are_rejected() {
    let floor = KdfParams::new(64 * 1024, 3, 1).expect("the floor itself is allowed");
    assert_eq!((floor.memory_kib(), floor.passes(), floor.lanes()), (64 * 1024, 3, 1));
    for (memory, passes, lanes) in [(64 * 1024 - 1, 3, 1), (64 * 1024, 2, 1), (64 * 1024, 3, 0), (0, 0, 0)] {
        assert_eq!(KdfParams::new(memory, passes, lanes), Err(KdfParamsError::BelowFloor));
    }
    for name in ["below-floor-memory", "below-floor-passes", "below-floor-lanes"] {
        assert!(matches!(invalid_header(name), Err(HeaderError::Kdf(KdfParamsError::BelowFloor))), "{name}");
    }
}

#[test]
fn t14_costs_above_the_ceiling_are_rejected() {
    KdfParams::new(2 * 1024 * 1024, 16, 16).expect("the ceiling itself is allowed");
    for (memory, passes, lanes) in
        [(2 * 1024 * 1024 + 1, 3, 4), (65_536, 17, 4), (65_536, 3, 17), (u32::MAX, 3, 4)]
    {
        assert_eq!(KdfParams::new(memory, passes, lanes), Err(KdfParamsError::AboveCeiling));
    }
    for name in ["above-ceiling-memory", "above-ceiling-passes", "above-ceiling-lanes"] {
        assert!(
            matches!(invalid_header(name), Err(HeaderError::Kdf(KdfParamsError::AboveCeiling))),
            "{name}"
        );
    }
    assert!(matches!(
        invalid_header("memory-beyond-32-bits"),
        Err(HeaderError::Damaged(DecodeError::TooLong))
    ));
}

#[test]
fn t18_other_formats_and_suites_are_rejected() {
    assert!(matches!(invalid_header("later-format"), Err(HeaderError::OtherFormat(2))));
    assert!(matches!(invalid_header("development-format"), Err(HeaderError::OtherFormat(0))));

    let valid = vector("v1/valid/local-vault-key.json");
    let inputs = &valid["inputs"];
    let key = LocalKey::from_slice(&hex(inputs, "local_key")).unwrap();
    let vault = VaultId::try_from(hex(inputs, "vault_id").as_slice()).unwrap();
    let mut sealed = hex(&valid["expected"], "sealed");
    assert!(key.open_vault_key(&vault, 1, &sealed).is_ok());
    for version in (0..=u8::MAX).filter(|version| *version != 1) {
        sealed[0] = version;
        assert_eq!(key.open_vault_key(&vault, 1, &sealed).err(), Some(OpenError), "{version}");
    }

    let account = vector("v1/valid/account.json");
    let mut certificate = hex(&account["expected"], "certificate");
    for version in [0, 2, 23] {
        certificate[1] = version;
        assert_eq!(Certificate::decode(&certificate), Err(DecodeError::UnknownVersion(version.into())));
    }
}

#[test]
fn t20_commitment_rejects_a_ciphertext_for_two_keys() {
    let forged = vector("two-keys.json");
    let nonce = XNonce::try_from(hex(&forged, "nonce").as_slice()).unwrap();
    let (text_and_tag, context) = (hex(&forged, "text_and_tag"), hex(&forged, "context"));
    let (text, tag) = text_and_tag.split_last_chunk::<16>().unwrap();

    // The bare cipher opens the same bytes under both keys, to different plaintexts.
    let opened = ["encryption_key_a", "encryption_key_b"].map(|name| {
        let mut text = text.to_vec();
        let cipher = XChaCha20Poly1305::new_from_slice(&hex(&forged, name)).unwrap();
        cipher.decrypt_inout_detached(&nonce, &context, text.as_mut_slice().into(), &(*tag).into()).unwrap();
        text
    });
    assert_ne!(opened[0], opened[1]);

    // The envelope opens it only under the key that it commits to.
    let vault = VaultId::try_from(hex(&forged, "vault_id").as_slice()).unwrap();
    let open = |key: &str, commitment: &str| {
        let sealed =
            [vec![1], hex(&forged, "nonce"), hex(&forged, commitment), text_and_tag.clone()].concat();
        LocalKey::from_slice(&hex(&forged, key)).unwrap().open_vault_key(&vault, 1, &sealed).is_ok()
    };
    assert!(open("key_a", "commitment_a") && open("key_b", "commitment_b"));
    assert!(!open("key_b", "commitment_a") && !open("key_a", "commitment_b"));
}

#[test]
fn t21_empty_null_or_missing_keys_are_errors() {
    for name in ["null-root-key", "empty-root-key", "empty-salt", "empty-mac", "no-params", "empty"] {
        assert!(matches!(invalid_header(name), Err(HeaderError::Damaged(_))), "{name}");
    }
    for name in ["no-slots", "no-password"] {
        assert!(matches!(invalid_header(name), Err(HeaderError::Slots(SlotsError::NoPassword))), "{name}");
    }
    for name in ["null-sign-key", "empty-kem-seed", "missing-kem-seed", "no-genesis", "null"] {
        let inputs = &vector(&format!("v1/invalid/keyset-{name}.json"))["inputs"];
        let root_key = RootKey::from_slice(&hex(inputs, "root_key")).unwrap();
        let account = AccountId::try_from(hex(inputs, "account_id").as_slice()).unwrap();
        let opened = Keyset::open_local(&hex(inputs, "keyset_box"), &root_key, &account);
        assert_eq!(opened.err(), Some(OpenError), "{name}");
    }
    for name in ["null-kem", "empty-kem"] {
        let inputs = &vector(&format!("v1/invalid/certificate-{name}.json"))["inputs"];
        assert!(SignedCertificate::decode(&hex(inputs, "signed")).unwrap().verify().is_err(), "{name}");
    }
    assert!(RootKey::from_slice(&[]).is_err() && FileKey::from_slice(&[0; 31]).is_err());
}

/// Seals a document of two full chunks and a partial third.
fn sealed_document(blob_id: BlobId) -> (BlobCipher, BlobLayout, Vec<Vec<u8>>) {
    let cipher = BlobCipher::new(&FileKey::make(&mut FixedRng::new(34)), &blob_id);
    let layout = BlobLayout::new(2 * u64::from(CHUNK_SIZE) + 70_000).unwrap();
    let seal = |index| {
        let mut chunk = vec![7; layout.data_len(index) as usize];
        chunk.resize(layout.chunk_len(index) as usize, 0);
        cipher.seal_chunk(index, ChunkPosition::of(index, &layout), &mut chunk).unwrap();
        chunk
    };
    let chunks = (0..layout.chunks()).map(seal).collect();
    (cipher, layout, chunks)
}

#[test]
fn t34_manipulated_chunk_sequences_are_rejected() {
    let blob_id = BlobId::from_bytes([1; 16]);
    let (cipher, layout, chunks) = sealed_document(blob_id);
    let open = |index: u32, position: ChunkPosition, chunk: &[u8]| {
        cipher.open_chunk(index, position, &mut chunk.to_vec())
    };
    let last = layout.chunks() - 1;
    assert_eq!((chunks.len(), last), (3, 2));
    for (index, chunk) in (0..).zip(&chunks) {
        assert_eq!(open(index, ChunkPosition::of(index, &layout), chunk), Ok(()));
    }

    // Truncated: an inner chunk is rejected as the last, as is a shorter chunk.
    assert_eq!(open(1, ChunkPosition::Last, &chunks[1]), Err(OpenError));
    assert_eq!(open(last, ChunkPosition::Last, &chunks[2][..chunks[2].len() - 1]), Err(OpenError));
    assert_eq!(open(last, ChunkPosition::Last, &chunks[2][..16]), Err(OpenError));
    assert_eq!(open(last, ChunkPosition::Last, &[]), Err(OpenError));
    // Extended: the last chunk is rejected as an inner one, as is a longer chunk.
    assert_eq!(open(last, ChunkPosition::Inner, &chunks[2]), Err(OpenError));
    assert_eq!(open(last, ChunkPosition::Last, &[chunks[2].as_slice(), &[0]].concat()), Err(OpenError));
    // Chunks of no length, or above the full one, are not even sealed.
    let mut too_long = vec![0; CHUNK_SIZE as usize + 1];
    assert!(cipher.seal_chunk(0, ChunkPosition::Last, &mut Vec::new()).is_err());
    assert!(cipher.seal_chunk(0, ChunkPosition::Last, &mut too_long).is_err());
    assert!(cipher.seal_chunk(0, ChunkPosition::Inner, &mut vec![0; 5]).is_err());
    // Reordered and duplicated.
    assert_eq!(open(0, ChunkPosition::Inner, &chunks[1]), Err(OpenError));
    assert_eq!(open(1, ChunkPosition::Inner, &chunks[0]), Err(OpenError));
    // Swapped with the chunk of another document with the same file key.
    let (_, _, others) = sealed_document(BlobId::from_bytes([2; 16]));
    assert_eq!(open(0, ChunkPosition::Inner, &others[0]), Err(OpenError));

    // The signed list of hashes rejects each of these before opening.
    let hashes: Vec<_> = chunks.iter().map(|chunk| chunk_hash(chunk)).collect();
    let root = CtRoot::of_chunks(&blob_id, &hashes);
    let [first, second, third] = hashes[..] else { panic!() };
    for list in [vec![first, second], vec![second, first, third], vec![first, first, second, third], vec![]] {
        assert_ne!(CtRoot::of_chunks(&blob_id, &list), root);
    }
    assert_ne!(CtRoot::of_chunks(&BlobId::from_bytes([2; 16]), &hashes), root);
}

#[test]
fn t34_nonzero_bytes_after_the_end_of_a_document_are_rejected() {
    let layout = BlobLayout::new(5000).unwrap();
    let mut chunk = vec![7; 5000];
    chunk.resize(layout.chunk_len(0) as usize, 0);
    assert_eq!(check_zero_padding(0, &layout, &chunk), Ok(()));
    assert_eq!(check_zero_padding(0, &layout, &chunk[..chunk.len() - 1]), Err(OpenError));
    *chunk.last_mut().unwrap() = 1;
    assert_eq!(check_zero_padding(0, &layout, &chunk), Err(OpenError));
}

#[test]
fn document_stream_is_plain_stream_be32() {
    // A manual implementation of STREAM over the same cipher gives the same bytes for equal key and prefix.
    let stream = StreamBE32::<XChaCha20Poly1305>::new(&[1; 32].into(), &[2; 19].into());
    let mut by_stream = b"chunk".to_vec();
    stream.encrypt_in_place(258, true, &[], &mut by_stream).unwrap();
    let nonce: [u8; 24] = [[2; 19].as_slice(), &258_u32.to_be_bytes(), &[1]].concat().try_into().unwrap();
    let mut by_hand = b"chunk".to_vec();
    XChaCha20Poly1305::new(&[1; 32].into()).encrypt_in_place(&nonce.into(), &[], &mut by_hand).unwrap();
    assert_eq!(by_stream, by_hand);
}
