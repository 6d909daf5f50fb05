//! What only newer programs understand: merged entry by entry, as they are.

use super::Clash;
use super::choice::Choice;
use crate::item::Unknown;

/// Merges the entries of a map. Those of the keys in `meaning` go with the part they stand for, which is the given
/// side's.
///
/// # Errors
/// If both sides changed an entry: nothing is known of it, so neither can be dropped and both cannot be kept.
pub(super) fn merge(
    (base, log, local): (&Unknown, &Unknown, &Unknown),
    meaning: &[u64],
    meaning_from: &Unknown,
) -> Result<Unknown, Clash> {
    let mut merged = Unknown::default();
    let keys = log.entries().chain(local.entries()).map(|(key, _)| key).filter(|key| !meaning.contains(key));
    for key in keys {
        let (log, local) = (log.entry(key), local.entry(key));
        let choice = Choice::between_options(base.entry(key), log, local);
        if choice == Choice::Both {
            return Err(Clash);
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
