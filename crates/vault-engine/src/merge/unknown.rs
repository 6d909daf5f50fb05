//! Merge of the unknown entries of newer programs, entry by entry.

use super::choice::Choice;
use super::conflict::Conflict;
use crate::item::Unknown;

/// Merges the entries of a map. Entries with the keys in `meaning` are taken from `meaning_from`, the side whose
/// meaning won.
///
/// # Errors
/// Returns [`Conflict`] if both sides changed an entry: neither can be dropped and one map cannot contain both.
pub(super) fn merge(
    (base, log, local): (&Unknown, &Unknown, &Unknown),
    meaning: &[u64],
    meaning_from: &Unknown,
) -> Result<Unknown, Conflict> {
    let mut merged = Unknown::default();
    let keys = log.entries().chain(local.entries()).map(|(key, _)| key).filter(|key| !meaning.contains(key));
    for key in keys {
        let (log, local) = (log.entry(key), local.entry(key));
        let choice = Choice::between_options(base.entry(key), log, local);
        if choice == Choice::Both {
            return Err(Conflict);
        }
        if let Some(value) = choice.take(log, local) {
            merged.keep(key, value);
        }
    }
    for &key in meaning {
        if let Some(value) = meaning_from.entry(key) {
            merged.keep(key, value);
        }
    }
    Ok(merged)
}
