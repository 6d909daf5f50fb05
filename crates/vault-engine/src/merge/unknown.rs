//! Merge of the entries that are not parts of every item, entry by entry: those of newer programs, and those of data of
//! programs.

use minicbor::bytes::ByteSlice;

use super::choice::Choice;
use super::conflict::Conflict;
use crate::item::{Item, MEMBER_CARD, Unknown, VAULT_CARD, VAULT_METADATA};

/// Merges the entries of a map. Entries with the keys in `meaning` are taken from `meaning_from`, the side whose
/// meaning won.
///
/// # Errors
/// Returns [`Conflict`] if both sides changed an entry, and `rule` has no choice: neither can be dropped and one map cannot
/// contain both.
pub(super) fn merge(
    (base, log, local): (&Unknown, &Unknown, &Unknown),
    meaning: &[u64],
    meaning_from: &Unknown,
    rule: Rule,
) -> Result<Unknown, Conflict> {
    let mut merged = Unknown::default();
    let keys = log.entries().chain(local.entries()).map(|(key, _)| key).filter(|key| !meaning.contains(key));
    for key in keys {
        let (log, local) = (log.entry(key), local.entry(key));
        let choice = match Choice::between_options(base.entry(key), log, local) {
            Choice::Both => rule.choose(key, log, local).ok_or(Conflict)?,
            choice => choice,
        };
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

/// What is chosen of entries that both sides changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Nothing.
    Split,
    /// The log's.
    Log,
    /// The log's, of the head of a log the higher one.
    VaultMetadata,
}

impl Rule {
    /// The key of the head in vault metadata.
    const HEAD: u64 = 66;

    /// Returns the rule of both items' type.
    pub(super) fn of(log: &Item, local: &Item) -> Self {
        let both = [log.type_of_programs(), local.type_of_programs()];
        match both {
            [Some(log), Some(local)] if log == local => match log {
                VAULT_METADATA => Self::VaultMetadata,
                MEMBER_CARD | VAULT_CARD => Self::Log,
                _ => Self::Split,
            },
            _ => Self::Split,
        }
    }

    fn choose(self, key: u64, log: Option<&[u8]>, local: Option<&[u8]>) -> Option<Choice> {
        match self {
            Self::Split => None,
            Self::VaultMetadata if key == Self::HEAD && seq(local) > seq(log) => Some(Choice::Local),
            Self::Log | Self::VaultMetadata => Some(Choice::Log),
        }
    }
}

/// The number of entries of a head; none if it is malformed.
fn seq(head: Option<&[u8]>) -> Option<u64> {
    minicbor::decode::<(u64, &ByteSlice)>(head?).ok().map(|(seq, _)| seq)
}
