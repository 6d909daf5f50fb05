//! Items of programs that say which secrets need not be changed although former members know them.

use minicbor::bytes::ByteSlice;
use vault_wire::revision::RevisionHeader;
use vault_wire::{AccountId, ItemId};

use crate::item::{DISMISSAL, Item, key};

const ITEMS: u64 = 64;
const LEFT: u64 = 65;

/// The most items in one.
pub(super) const MOST: usize = 1_000;

/// A decision about items. It counts while its author is an owner or manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dismissal {
    pub(super) author: AccountId,
    /// The last entry by which somebody left whom it is about. Those who leave later may know the items again.
    pub(super) left: u64,
    pub(super) items: Vec<ItemId>,
}

impl Dismissal {
    /// Reads a decision from an item; `None` if it is none. It is about nobody who left after what its author had seen.
    pub(super) fn of(item: &Item, header: &RevisionHeader) -> Option<Self> {
        if item.type_of_programs() != Some(DISMISSAL) {
            return None;
        }
        let left = minicbor::decode::<u64>(item.unknown.entry(LEFT)?).ok()?.min(header.base_seq);
        let ids: Vec<&ByteSlice> = minicbor::decode(item.unknown.entry(ITEMS)?).ok()?;
        if ids.is_empty() || ids.len() > MOST {
            return None;
        }
        let items = ids.into_iter().map(|id| ItemId::try_from(&**id).ok()).collect::<Option<_>>()?;
        Some(Self { author: header.author, left, items })
    }

    /// Writes a decision into an item.
    pub(super) fn write(item: &mut Item, left: u64, items: &[ItemId]) {
        let ids: Vec<&ByteSlice> =
            items.iter().map(|id| <&ByteSlice>::from(id.as_bytes().as_slice())).collect();
        item.unknown.keep(key::item::TYPE, &minicbor::to_vec(DISMISSAL).unwrap_or_default());
        item.unknown.keep(ITEMS, &minicbor::to_vec(ids).unwrap_or_default());
        item.unknown.keep(LEFT, &minicbor::to_vec(left).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use vault_wire::revision::RevisionKind;
    use vault_wire::{Root, VaultId};

    use super::*;
    use crate::clock::Timestamp;
    use crate::item::ItemType;

    fn read(left: u64, items: &[ItemId]) -> Option<Dismissal> {
        let mut item = Item::new(ItemType::Note, Timestamp(0));
        Dismissal::write(&mut item, left, items);
        let header = RevisionHeader {
            vault_id: VaultId::from_bytes([1; 16]),
            item_id: ItemId::from_bytes([2; 16]),
            kind: RevisionKind::Put,
            parent: None,
            author: AccountId::from_bytes([3; 16]),
            generation: 0,
            epoch: 1,
            base_seq: 9,
            base_root: Root::from_bytes([4; 32]),
            blobs: Vec::new(),
        };
        Dismissal::of(&item, &header)
    }

    #[test]
    fn dismissals_are_read_as_written_and_bounded() {
        let ids: Vec<ItemId> = (0..=1_000_u128).map(|at| ItemId::from_bytes(at.to_be_bytes())).collect();
        let found = read(7, &ids[1..]).unwrap();
        assert_eq!((found.left, found.items.as_slice()), (7, &ids[1..]));
        assert_eq!(read(u64::MAX, &ids[1..]).unwrap().left, 9, "nobody who leaves later is meant");
        assert_eq!(read(7, &ids), None, "too many");
        assert_eq!(read(7, &[]), None);
    }
}
