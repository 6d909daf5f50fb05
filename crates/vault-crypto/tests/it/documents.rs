//! Attacks on documents from the catalogue in `docs/threat-model.md` that this crate prevents.

use vault_crypto::{
    BlobCipher, ChunkPosition, FileKey, Identity, OpenError, VaultKey, make_revision, open_body,
};
use vault_testkit::FixedRng;
use vault_wire::blob::{BlobLayout, chunk_hash};
use vault_wire::revision::{BlobRef, RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::{AccountId, BlobId, BodyHash, CtRoot, ItemId, Root, VaultId};

fn sealed(blob_id: BlobId, file_key: &FileKey, content: &[u8]) -> (BlobRef, Vec<u8>) {
    let layout = BlobLayout::new(content.len() as u64).unwrap();
    let mut chunk = content.to_vec();
    chunk.resize(layout.chunk_len(0) as usize, 0);
    let hash = BlobCipher::new(file_key, &blob_id).seal_chunk(0, ChunkPosition::Last, &mut chunk).unwrap();
    (BlobRef { blob_id, ct_size: layout.sealed(), ct_root: CtRoot::of_chunks(&blob_id, &[hash]) }, chunk)
}

fn header(item: u8, blobs: Vec<BlobRef>) -> RevisionHeader {
    RevisionHeader {
        vault_id: VaultId::from_bytes([1; 16]),
        item_id: ItemId::from_bytes([item; 16]),
        kind: RevisionKind::Put,
        parent: None,
        author: AccountId::from_bytes([3; 16]),
        generation: 1,
        epoch: 1,
        base_seq: 1,
        base_root: Root::from_bytes([4; 32]),
        blobs,
    }
}

#[test]
fn t34_reader_with_the_key_cannot_forge_content_under_the_signed_root() {
    let (blob_id, file_key) = (BlobId::from_bytes([5; 16]), FileKey::from_bytes(&[6; 32]));
    let (signed, _) = sealed(blob_id, &file_key, b"as signed");
    let (forged, mut chunk) = sealed(blob_id, &file_key, b"as forged");
    assert_eq!((signed.blob_id, signed.ct_size), (forged.blob_id, forged.ct_size));
    let root = CtRoot::of_chunks(&blob_id, &[chunk_hash(&chunk)]);
    // The cipher accepts it, since the key is right; the signed root does not.
    assert_eq!(BlobCipher::new(&file_key, &blob_id).open_chunk(0, ChunkPosition::Last, &mut chunk), Ok(()));
    assert_ne!(root, signed.ct_root);
}

#[test]
fn t35_document_is_rejected_in_another_item() {
    let rng = &mut FixedRng::new(35);
    let (key, identity) = (VaultKey::make(rng), Identity::make_first(rng));
    let (one_key, other_key) = (FileKey::make(rng), FileKey::make(rng));
    let (one, one_chunk) = sealed(BlobId::from_bytes([7; 16]), &one_key, b"contract");
    let (other, other_chunk) = sealed(BlobId::from_bytes([8; 16]), &other_key, b"receipt!");
    let mut revise = |item, blob, key_of_file: &FileKey| {
        make_revision(&header(item, vec![blob]), key_of_file.expose_bytes(), &key, &identity, rng).unwrap()
    };
    let (first, second) = (revise(1, one, &one_key), revise(2, other, &other_key));
    let verified = |revision: &SignedRevision| revision.verify(identity.public());
    assert_eq!(verified(&first.signed).unwrap().blobs, [one]);

    // Another document in the header: the signature is invalid, and the body does not open.
    for blobs in [vec![other], vec![one, other], vec![], vec![BlobRef { ct_root: other.ct_root, ..one }]] {
        let renamed = SignedRevision {
            header: vault_wire::cbor::Canonical::encode(&header(1, blobs)),
            body_hash: BodyHash::of(&first.body),
            signature: first.signed.signature,
        };
        assert!(verified(&renamed).is_err());
        assert!(open_body(&renamed, &first.body, &key).is_err());
    }
    // The other item's body, which contains the other file key, under this header.
    let moved = SignedRevision { body_hash: BodyHash::of(&second.body), ..first.signed };
    assert!(verified(&moved).is_err());
    assert!(open_body(&moved, &second.body, &key).is_err());
    // The other sealed file under this id: neither the root nor the key matches.
    assert_ne!(CtRoot::of_chunks(&one.blob_id, &[chunk_hash(&other_chunk)]), one.ct_root);
    for (blob, file_key, chunk) in
        [(one, &one_key, &other_chunk), (one, &other_key, &one_chunk), (other, &one_key, &one_chunk)]
    {
        let cipher = BlobCipher::new(file_key, &blob.blob_id);
        assert_eq!(cipher.open_chunk(0, ChunkPosition::Last, &mut chunk.clone()), Err(OpenError));
    }
}
