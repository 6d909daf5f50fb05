//! Values in the items of a directory.

use std::collections::BTreeSet;

use minicbor::bytes::{ByteArray, ByteSlice};
use vault_wire::AccountId;

use crate::item::Item;

/// The most accounts of a group, and of a vault beside its groups.
pub(crate) const MOST_ACCOUNTS: usize = 4_096;

pub(super) fn decode<'a, T: minicbor::Decode<'a, ()>>(item: &'a Item, key: u64) -> Option<T> {
    minicbor::decode(item.unknown.entry(key)?).ok()
}

/// Encodes a value. Writing into a `Vec` cannot fail.
pub(super) fn set(item: &mut Item, key: u64, value: impl minicbor::Encode<()>) {
    item.unknown.keep(key, &minicbor::to_vec(value).unwrap_or_default());
}

pub(super) fn ids<'a>(ids: impl Iterator<Item = &'a [u8; 16]>) -> Vec<&'a ByteSlice> {
    ids.map(|id| <&ByteSlice>::from(id.as_slice())).collect()
}

/// Reads a list of accounts, ascending and each once.
pub(super) fn accounts(item: &Item, key: u64) -> Option<BTreeSet<AccountId>> {
    let list: Vec<ByteArray<16>> = decode(item, key)?;
    let sorted = list.is_sorted_by(|one, next| **one < **next);
    (sorted && list.len() <= MOST_ACCOUNTS)
        .then(|| list.into_iter().map(|id| AccountId::from_bytes(*id)).collect())
}
