//! Chunks of documents, and the responses of the preview process.

use std::io::Cursor;

use vault_crypto::{BlobCipher, ChunkPosition, FileKey};
use vault_engine::clock::Timestamp;
use vault_engine::document::{ChunkList, DocumentReader};
use vault_engine::item::Attachment;
use vault_preview::Response;
use vault_wire::blob::{BlobLayout, MAX_DOCUMENT, chunk_hash};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot};

use crate::target::{Bound, Outcome, Target, slow, target};

pub(crate) const TARGETS: &[Target] = &[
    // One chunk regardless of the claimed size, a copy of its plaintext, and one sealed again for comparison.
    slow("document_chunks", document_chunks, Bound { per_byte: 8, fixed: 20 << 20 }, 12 << 10),
    // The largest requested picture.
    target("picture_answer", picture_answer, Bound { per_byte: 4, fixed: 128 << 10 }, 20 << 10),
];

/// A document's size in eight bytes, a byte that selects whether the hash list matches the sealed bytes (0),
/// and the sealed bytes. The key is known, as it is to every reader of the document.
fn document_chunks(bytes: &[u8]) -> Outcome {
    let Some((size, [listed, sealed @ ..])) = bytes.split_first_chunk::<8>() else {
        return Outcome::Rejected;
    };
    let size = u64::from_le_bytes(*size) % (MAX_DOCUMENT + 2);
    let (attachment, blob_id) = document(size);
    let Ok(layout) = BlobLayout::new(size) else {
        let signed = BlobRef { blob_id, ct_size: sealed.len() as u64, ct_root: root(&blob_id, sealed) };
        assert!(
            ChunkList::from_bytes(&signed, &chunk_hash(sealed))
                .is_none_or(|list| { DocumentReader::over(Cursor::new(sealed), &attachment, list).is_err() })
        );
        return Outcome::Rejected;
    };
    let other = CtRoot::from_bytes([0; 32]);
    let ct_root = if *listed == 0 { root(&blob_id, sealed) } else { other };
    let signed = BlobRef { blob_id, ct_size: layout.sealed(), ct_root };
    let Some(list) = ChunkList::from_bytes(&signed, &chunk_hash(sealed)) else { return Outcome::Rejected };
    assert!(
        *listed == 0 && layout.chunks() == 1,
        "the list has one hash per chunk and matches the signed root"
    );
    let mut reader =
        DocumentReader::over(Cursor::new(sealed), &attachment, list).expect("the list is of this document");
    let Ok(read) = reader.read_at(0, usize::MAX) else { return Outcome::Rejected };
    assert_eq!(read.len() as u64, size);
    if size == 0 {
        // An empty document is read without opening a chunk.
        return Outcome::Accepted;
    }
    // Sealing the plaintext again gives the input.
    let mut again = read.to_vec();
    again.resize(usize::try_from(layout.padded()).expect("one chunk"), 0);
    let cipher = BlobCipher::new(&attachment.file_key, &blob_id);
    cipher.seal_chunk(0, ChunkPosition::Last, &mut again).expect("one chunk");
    assert!(sealed.starts_with(&again), "one sealed stream per document");
    assert!(reader.read_at(size, 1).is_ok_and(|read| read.is_empty()));
    Outcome::Accepted
}

/// Returns the root that an author would sign over these bytes as one chunk.
fn root(blob_id: &BlobId, sealed: &[u8]) -> CtRoot {
    CtRoot::of_chunks(blob_id, &[chunk_hash(sealed)])
}

fn document(size: u64) -> (Attachment, BlobId) {
    let blob_id = BlobId::from_bytes([3; 16]);
    let attachment = Attachment {
        blob_id,
        file_key: FileKey::from_bytes(&[4; 32]),
        size,
        name: String::new(),
        media_type: String::new(),
        added_at: Timestamp(0),
        unknown: Default::default(),
    };
    (attachment, blob_id)
}

/// Returns an input of the target `document_chunks`: a validly sealed document.
#[must_use]
pub fn sealed_document(content: &[u8]) -> Vec<u8> {
    let (attachment, blob_id) = document(content.len() as u64);
    let layout = BlobLayout::new(attachment.size).expect("a small one");
    let mut chunk = content.to_vec();
    chunk.resize(usize::try_from(layout.padded()).expect("a small one"), 0);
    let cipher = BlobCipher::new(&attachment.file_key, &blob_id);
    cipher.seal_chunk(0, ChunkPosition::Last, &mut chunk).expect("a small one");
    [attachment.size.to_le_bytes().as_slice(), &[0], &chunk].concat()
}

/// A response of the preview process for a picture of at most 64 by 64 pixels.
fn picture_answer(bytes: &[u8]) -> Outcome {
    const EDGE: u32 = 64;
    let Ok(answer) = Response::read(&mut &*bytes, EDGE) else { return Outcome::Rejected };
    if let Response::Drawn(picture) = &answer {
        let (width, height) = (picture.width(), picture.height());
        assert!((1..=EDGE).contains(&width) && (1..=EDGE).contains(&height) && picture.pages() > 0);
        assert_eq!(picture.rgba().len() as u64, u64::from(width) * u64::from(height) * 4);
        assert!(bytes.ends_with(picture.rgba()));
        let file = picture.to_png().expect("points make a picture");
        assert!(file.starts_with(b"\x89PNG"));
    }
    Outcome::Accepted
}
