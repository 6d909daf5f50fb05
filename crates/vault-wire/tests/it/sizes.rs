//! Tests of the sizes of sealed documents.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use vault_wire::blob::{
    BlobLayout, CHUNK_OVERHEAD, CHUNK_SIZE, DocumentTooLarge, MAX_DOCUMENT, MIN_PADDED, padme,
};

#[test]
fn padme_rounds_as_published() {
    for (len, padded) in [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 3),
        (8, 8),
        (9, 10),
        (10, 10),
        (11, 12),
        (4097, 4352),
        (1 << 40, 1 << 40),
    ] {
        assert_eq!(padme(len), padded, "{len}");
    }
}

#[test]
fn document_chunk_count_and_size_are_bounded() {
    let empty = BlobLayout::new(0).unwrap();
    assert_eq!((empty.padded(), empty.chunks(), empty.sealed()), (MIN_PADDED, 1, MIN_PADDED + 16));
    assert_eq!((empty.chunk_len(0), empty.data_len(0), empty.chunk_len(1)), (4096, 0, 0));
    let largest = BlobLayout::new(MAX_DOCUMENT).unwrap();
    assert_eq!((largest.size(), largest.chunks()), (MAX_DOCUMENT, 1 << 18));
    let partial = BlobLayout::new(5000).unwrap();
    assert_eq!((partial.size(), partial.padded(), empty.size()), (5000, 5120, 0));
    assert_eq!(BlobLayout::new(MAX_DOCUMENT + 1), Err(DocumentTooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: RngSeed::Fixed(0xC0FFE2), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn padme_adds_at_most_12_percent_and_is_idempotent(len in 2..=MAX_DOCUMENT) {
        let padded = padme(len);
        prop_assert!(padded >= len && (padded - len) * 100 <= len * 12);
        prop_assert_eq!(padme(padded), padded);
        prop_assert!(padme(len - 1) <= padded);
    }

    #[test]
    fn chunks_cover_the_document_without_gap_or_overlap(size in 0..40 * u64::from(CHUNK_SIZE)) {
        let layout = BlobLayout::new(size).unwrap();
        let (mut sealed, mut padded, mut data) = (0, 0, 0);
        for index in 0..layout.chunks() {
            prop_assert_eq!(layout.offsets(index), (sealed, padded));
            let (len, part) = (layout.chunk_len(index), layout.data_len(index));
            prop_assert!(0 < len && len <= CHUNK_SIZE && part <= len);
            prop_assert!(len == CHUNK_SIZE || index + 1 == layout.chunks());
            sealed += u64::from(len + CHUNK_OVERHEAD);
            padded += u64::from(len);
            data += u64::from(part);
        }
        prop_assert_eq!((sealed, padded, data), (layout.sealed(), layout.padded(), size));
        prop_assert_eq!(layout.chunk_len(layout.chunks()), 0);
    }
}
