//! Merge of the entries that are not parts of every item, entry by entry: those of newer programs, and those of data of
//! programs.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::bytes::{ByteArray, ByteSlice};

use super::choice::Choice;
use super::client_state;
use super::conflict::Conflict;
use crate::item::{
    CLIENT_STATE, GROUP, GUARDIANS, Item, MEMBER_CARD, POLICY, RECOVERY_CARD, TEAM_MEMBER, TEAM_VAULT,
    Unknown, VAULT_CARD, VAULT_METADATA,
};

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
    rule: &Rule,
) -> Result<Unknown, Conflict> {
    let mut merged = Unknown::default();
    let keys = log.entries().chain(local.entries()).map(|(key, _)| key).filter(|key| !meaning.contains(key));
    for key in keys {
        let (base, log, local) = (base.entry(key), log.entry(key), local.entry(key));
        let choice = match Choice::between_options(base, log, local) {
            Choice::Both => {
                if let Some(both) = rule.combine(key, base, log, local) {
                    merged.keep(key, &both);
                    continue;
                }
                rule.choose(key, log, local).ok_or(Conflict)?
            }
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Nothing.
    Split,
    /// The log's.
    Log,
    /// The log's, of the head of a log the higher one.
    VaultMetadata,
    /// The changes of both sides to lists of accounts.
    Group,
    /// The changes of both sides to lists of roles.
    TeamVault,
    /// Nothing, but values of a pin are merged by the rule of its kind.
    ClientState { kind: u64, of: Vec<u8> },
}

impl Rule {
    /// The key of the head in vault metadata.
    const HEAD: u64 = 66;
    /// The keys of lists in groups, and of lists with roles in vaults of teams.
    const LISTS: [u64; 2] = [64, 65];
    const ROLES: [u64; 2] = [66, 67];
    /// The keys of client state.
    const KIND: u64 = 64;
    const OF: u64 = 65;
    const VALUE: u64 = 66;

    /// Returns the rule of both items' type.
    pub(super) fn of(in_log: &Item, local: &Item) -> Self {
        let both = [in_log.type_of_programs(), local.type_of_programs()];
        match both {
            [Some(of_log), Some(of_local)] if of_log == of_local => match of_log {
                VAULT_METADATA => Self::VaultMetadata,
                MEMBER_CARD | VAULT_CARD | TEAM_MEMBER | POLICY | GUARDIANS | RECOVERY_CARD => Self::Log,
                GROUP => Self::Group,
                TEAM_VAULT => Self::TeamVault,
                CLIENT_STATE => Self::of_pin(&in_log.unknown, &local.unknown).unwrap_or(Self::Split),
                _ => Self::Split,
            },
            _ => Self::Split,
        }
    }

    /// Returns the rule of a pin; `None` if the sides are of two.
    fn of_pin(log: &Unknown, local: &Unknown) -> Option<Self> {
        let same = |key| log.entry(key).filter(|entry| local.entry(key) == Some(entry));
        let kind = minicbor::decode(same(Self::KIND)?).ok()?;
        Some(Self::ClientState { kind, of: bytes(same(Self::OF)?)?.to_vec() })
    }

    fn choose(&self, key: u64, log: Option<&[u8]>, local: Option<&[u8]>) -> Option<Choice> {
        match self {
            Self::Split | Self::ClientState { .. } => None,
            Self::VaultMetadata if key == Self::HEAD && seq(local) > seq(log) => Some(Choice::Local),
            Self::Log | Self::VaultMetadata | Self::Group | Self::TeamVault => Some(Choice::Log),
        }
    }

    /// Merges what both sides changed, if the rule can: a list, or the value of a pin. `None` if one of them is not valid.
    fn combine(
        &self,
        key: u64,
        base: Option<&[u8]>,
        log: Option<&[u8]>,
        local: Option<&[u8]>,
    ) -> Option<Vec<u8>> {
        match self {
            Self::Group if Self::LISTS.contains(&key) => {
                let all = [base, log, local].map(|list| -> Option<BTreeMap<[u8; 16], ()>> {
                    let list: Vec<ByteArray<16>> = list.map_or(Some(Vec::new()), decode)?;
                    Some(list.into_iter().map(|id| (*id, ())).collect())
                });
                let merged = changes_of_both(all)?;
                let ids: Vec<&ByteSlice> =
                    merged.keys().map(|id| <&ByteSlice>::from(id.as_slice())).collect();
                minicbor::to_vec(ids).ok()
            }
            Self::TeamVault if Self::ROLES.contains(&key) => {
                let all = [base, log, local].map(|list| -> Option<BTreeMap<[u8; 16], u64>> {
                    let list: Vec<(ByteArray<16>, u64)> = list.map_or(Some(Vec::new()), decode)?;
                    Some(list.into_iter().map(|(id, role)| (*id, role)).collect())
                });
                let merged = changes_of_both(all)?;
                let roles: Vec<(&ByteSlice, u64)> =
                    merged.iter().map(|(id, role)| (<&ByteSlice>::from(id.as_slice()), *role)).collect();
                minicbor::to_vec(roles).ok()
            }
            Self::ClientState { kind, of } if key == Self::VALUE => {
                let merged = client_state::merge_values(*kind, of, [bytes(log?)?, bytes(local?)?])?;
                minicbor::to_vec(<&ByteSlice>::from(merged.as_slice())).ok()
            }
            _ => None,
        }
    }
}

/// The number of entries of a head; none if it is malformed.
fn seq(head: Option<&[u8]>) -> Option<u64> {
    minicbor::decode::<(u64, &ByteSlice)>(head?).ok().map(|(seq, _)| seq)
}

fn decode<'a, T: minicbor::Decode<'a, ()>>(cbor: &'a [u8]) -> Option<T> {
    minicbor::decode(cbor).ok()
}

/// Merges what base, log and local map keys to: what the local side changed, unless the log changed the same key.
fn changes_of_both<V: Copy + PartialEq>(
    all: [Option<BTreeMap<[u8; 16], V>>; 3],
) -> Option<BTreeMap<[u8; 16], V>> {
    let [base, log, local] = all;
    let (base, log, local) = (base?, log?, local?);
    let keys: BTreeSet<&[u8; 16]> = log.keys().chain(local.keys()).collect();
    let merged = keys.into_iter().filter_map(|key| {
        let [base, log, local] = [&base, &log, &local].map(|side| side.get(key).copied());
        let value = if log == base { local } else { log };
        value.map(|value| (*key, value))
    });
    Some(merged.collect())
}

fn bytes(cbor: &[u8]) -> Option<&[u8]> {
    minicbor::decode::<&ByteSlice>(cbor).ok().map(|bytes| &**bytes)
}
