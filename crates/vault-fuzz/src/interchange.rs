//! Importers of `vault-interchange`.

use vault_engine::clock::Timestamp;
use vault_engine::item::encode;
use vault_interchange::{Format, Parsed, detect, limits, parse};
use vault_testkit::FixedRng;

use crate::{Bound, Outcome, Target, target};

/// Each value of two bytes may become a field with its name, and a note with its reason.
const ITEMS: Bound = Bound { per_byte: 512, fixed: 256 << 10 };

pub(crate) const TARGETS: &[Target] = &[
    target("import_detected", detected, ITEMS, 8 << 10),
    target("import_bitwarden_json", |bytes| read(Format::BitwardenJson, bytes), ITEMS, 8 << 10),
    target("import_bitwarden_csv", |bytes| read(Format::BitwardenCsv, bytes), ITEMS, 4 << 10),
    target("import_chrome_csv", |bytes| read(Format::ChromeCsv, bytes), ITEMS, 4 << 10),
    target("import_firefox_csv", |bytes| read(Format::FirefoxCsv, bytes), ITEMS, 4 << 10),
];

/// Detects the format from the content, as the program does.
fn detected(bytes: &[u8]) -> Outcome {
    match detect(bytes) {
        Ok(format) => read(format, bytes),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            Outcome::Rejected
        }
    }
}

fn read(format: Format, bytes: &[u8]) -> Outcome {
    let now = Timestamp(1_750_000_000_000);
    let Ok(parsed) = parse(format, bytes, now, &mut FixedRng::new(1)) else { return Outcome::Rejected };
    let Parsed { format: of, items, folders, fields_mapped: _, notes } = &parsed;
    assert_eq!(*of, format);
    assert!(notes.len() <= limits::NOTES + 1000 && items.len() <= limits::ITEMS);
    assert!(folders.is_sorted() && folders.windows(2).all(|pair| pair.first() != pair.last()));
    let positions: Vec<u32> = items.iter().map(|parsed| parsed.position).collect();
    assert!(positions.is_sorted_by(|a, b| a < b) && positions.first().is_none_or(|first| *first > 0));
    for parsed in items {
        encode(&parsed.item).expect("parsed items encode");
        assert!(parsed.item.attachments.is_empty() && parsed.item.device.is_empty());
    }
    for note in notes {
        assert!(!note.reason.is_empty() && note.title.chars().count() <= limits::NAME_IN_NOTE + 1);
        assert!(note.field.chars().count() <= limits::NAME_IN_NOTE + 1 || note.position == 0);
    }
    Outcome::of(&(!items.is_empty()).then_some(()))
}
