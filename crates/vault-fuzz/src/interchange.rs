//! Importers of `vault-interchange`.

use std::sync::LazyLock;

use vault_engine::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::item::encode;
use vault_interchange::{Cost, IMPORTERS, Importer, Options, ParsedFile, detect, limits};
use vault_testkit::FixedRng;

use crate::target::{Body, Bound, Outcome, Pace, Target, target};

/// Each value of two bytes may become a field with its name, and a note with its reason.
const ITEMS: Bound = Bound { per_byte: 512, fixed: 256 << 10 };

/// The format of pictures: they are unpacked, and the size of that is bounded, not the ratio.
const PICTURE: &str = "authenticators_png";
const PICTURE_BOUND: Bound = Bound { per_byte: 8, fixed: 256 << 20 };
/// The format whose key derivation runs for each input.
const DERIVED: &str = "authenticators_backup";

/// The password of the encrypted files of the corpus.
const PASSWORD: &str = "fuzz";
/// What a key derivation may cost: nothing that takes memory.
const COST: Cost = Cost { memory_mib: 0, seconds: 0 };

/// Detection, the tables that are read alike, then a target for each other importer.
pub(crate) static TARGETS: LazyLock<Vec<Target>> = LazyLock::new(|| {
    let mut targets = vec![
        target("import_detected", detected, ITEMS, 8 << 10),
        target("import_tables", tables, ITEMS, 4 << 10),
    ];
    targets.extend(IMPORTERS.iter().filter(|importer| !importer.is_of_family()).map(|importer| Target {
        // Leaked: the names of targets are static.
        name: format!("import_{}", importer.format.id).leak(),
        body: Body::Import(importer, read),
        bound: if importer.format.id == PICTURE { PICTURE_BOUND } else { ITEMS },
        pace: if matches!(importer.format.id, PICTURE | DERIVED) { Pace::Slow } else { Pace::Quick },
        max_len: if importer.is_table() { 4 << 10 } else { 8 << 10 },
    }));
    targets
});

/// Detects the format from the content, as the program does.
fn detected(bytes: &[u8]) -> Outcome {
    match detect(bytes) {
        // They have their own target.
        Ok(importer) if importer.format.id == PICTURE => Outcome::Rejected,
        Ok(importer) => read(importer, bytes),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            Outcome::Rejected
        }
    }
}

/// Reads a table in the format whose id is the first line; for another line, in one that follows from its bytes.
fn tables(bytes: &[u8]) -> Outcome {
    let (line, table) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0));
    let family: Vec<&Importer> = IMPORTERS.iter().filter(|importer| importer.is_of_family()).collect();
    let named = family.iter().find(|importer| importer.format.id.as_bytes() == line);
    let sum: usize = line.iter().copied().map(usize::from).sum();
    match named.or(family.get(sum % family.len())) {
        Some(importer) => read(importer, table.get(1..).unwrap_or_default()),
        None => Outcome::Rejected,
    }
}

fn read(importer: &Importer, bytes: &[u8]) -> Outcome {
    let now = Timestamp(1_750_000_000_000);
    let options = Options { password: Some(SecretText::from(PASSWORD)), limit: COST, ..Options::default() };
    let Ok(parsed) = importer.read(bytes, &options, now, &mut FixedRng::new(1)) else {
        return Outcome::Rejected;
    };
    let ParsedFile { format, items, folders, fields_mapped: _, remarks } = &parsed;
    assert_eq!(*format, importer.format);
    assert!(remarks.len() <= limits::REMARKS + 1000 && items.len() <= limits::ITEMS);
    assert!(folders.is_sorted() && folders.windows(2).all(|pair| pair.first() != pair.last()));
    let positions: Vec<u32> = items.iter().map(|parsed| parsed.position).collect();
    assert!(positions.is_sorted_by(|a, b| a < b) && positions.first().is_none_or(|first| *first > 0));
    for parsed in items {
        encode(&parsed.item).expect("parsed items encode");
        assert!(parsed.item.attachments.is_empty() && parsed.item.device.is_empty());
    }
    for remark in remarks {
        assert!(!remark.reason.is_empty() && remark.title.chars().count() <= limits::NAME_IN_REMARK + 1);
        assert!(remark.field.chars().count() <= limits::NAME_IN_REMARK + 1 || remark.position == 0);
    }
    Outcome::of(&(!items.is_empty()).then_some(()))
}
