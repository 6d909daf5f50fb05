//! The card of a vault: an item of the home vault that says which vault it is, and how it looks.
//!
//! It is what a second computer learns its vaults from. The payload is that of an item of type 64, whose own entries have
//! keys from 64 up; `docs/formats/item-payload.md` has them. No list shows it: it has a row in `joined`, none in `item`.

use minicbor::bytes::ByteSlice;
use rusqlite::Connection;
use vault_wire::log::Head;
use vault_wire::revision::RevisionKind;
use vault_wire::{EntryHash, ItemId, RevHash, Root, VaultId};
use zeroize::Zeroizing;

use super::vault::Vaults;
use crate::clock::Timestamp;
use crate::item::{Item, ItemType, key};
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;

/// The number of the type.
const TYPE: u64 = 64;
const VAULT_ID: u64 = 64;
const GENESIS: u64 = 65;
const HEAD: u64 = 66;
const HUE: u64 = 67;
const ICON: u64 = 68;
const POSITION: u64 = 69;

/// The longest name of an icon, in bytes.
pub(crate) const ICON_LIMIT: usize = 32;

/// How a person sees a vault.
#[derive(Clone, Default)]
pub(crate) struct Look {
    /// As little to be found in memory after a lock as a title.
    pub(crate) name: Zeroizing<String>,
    pub(crate) hue: Option<u16>,
    pub(crate) icon: String,
    pub(crate) position: u64,
}

/// What a card says.
pub(crate) struct Card {
    pub(crate) vault_id: VaultId,
    pub(crate) genesis: EntryHash,
    /// How far the vault's log was when the card was written.
    pub(crate) head: Head,
    pub(crate) look: Look,
}

/// Where a card lies.
#[derive(Clone, Copy)]
pub(crate) struct Shelf {
    pub(crate) item_id: ItemId,
    pub(crate) entry_key: i64,
    pub(crate) revision: RevHash,
}

impl Shelf {
    /// All cards, opened out of the home vault; of a vault that was deleted the card is a tombstone, and there is none.
    pub(crate) fn all(
        db: &Connection,
        vaults: &Vaults,
    ) -> Result<Vec<(Self, VaultId, Option<Card>)>, SessionError> {
        let mut all = db.prepare("SELECT item_id, entry_key, revision, vault_id FROM joined")?;
        let rows = all.query_map([], |row| {
            let shelf = Self {
                item_id: ItemId::from_bytes(row.get(0)?),
                entry_key: row.get(1)?,
                revision: RevHash::from_bytes(row.get(2)?),
            };
            Ok((shelf, VaultId::from_bytes(row.get(3)?)))
        })?;
        let mut cards = Vec::new();
        for row in rows {
            let (shelf, named) = row?;
            let stored = shelf.stored(db, vaults)?;
            let header = stored.header(vaults).map_err(|_| SessionError::DatabaseDamaged)?;
            let card = if header.kind == RevisionKind::Tombstone {
                let sound = header.item_id == shelf.item_id && stored.signed.hash() == stored.hash;
                sound.then_some(None)
            } else {
                let item = stored.open_as(vaults, shelf.item_id, &header);
                let card = Card::of(&item.map_err(|_| SessionError::DatabaseDamaged)?);
                card.filter(|card| card.vault_id == named).map(Some)
            };
            cards.push((shelf, named, card.ok_or(SessionError::DatabaseDamaged)?));
        }
        Ok(cards)
    }

    /// The card as the item that it is.
    pub(crate) fn open(&self, db: &Connection, vaults: &Vaults) -> Result<Item, SessionError> {
        self.stored(db, vaults)?.open(vaults, self.item_id)
    }

    /// Puts it where the cards are looked up.
    pub(crate) fn store(&self, db: &Connection, vault_id: VaultId) -> Result<(), SessionError> {
        let Self { item_id, entry_key, revision } = self;
        db.prepare_cached(
            "INSERT OR REPLACE INTO joined (item_id, vault_id, entry_key, revision) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((item_id.as_bytes(), vault_id.as_bytes(), entry_key, revision.as_bytes()))?;
        Ok(())
    }

    fn stored(&self, db: &Connection, vaults: &Vaults) -> Result<StoredRevision, SessionError> {
        let stored = StoredRevision::of_entry(db, self.entry_key)?;
        if stored.hash != self.revision || stored.vault_key != vaults.home()?.vault_key {
            return Err(SessionError::DatabaseDamaged);
        }
        Ok(stored)
    }
}

impl Card {
    /// An item that is this card and nothing else yet.
    pub(crate) fn new_item(now: Timestamp) -> Item {
        let mut item = Item::new(ItemType::Note, now);
        item.unknown.keep(key::item::TYPE, &number(TYPE));
        item
    }

    /// Writes the card into its item; what a newer program added there stays.
    pub(crate) fn write(&self, item: &mut Item) {
        let Self { vault_id, genesis, head, look } = self;
        let Look { name, hue, icon, position } = look;
        item.title = name.to_string();
        let head = (head.seq, <&ByteSlice>::from(head.root.as_bytes().as_slice()));
        for (key, value) in [
            (VAULT_ID, bytes(vault_id.as_bytes())),
            (GENESIS, bytes(genesis.as_bytes())),
            (HEAD, minicbor::to_vec(head).unwrap_or_default()),
            (POSITION, number(*position)),
        ] {
            item.unknown.keep(key, &value);
        }
        match hue {
            Some(hue) => item.unknown.keep(HUE, &number((*hue).into())),
            None => item.unknown.forget(HUE),
        }
        if icon.is_empty() {
            item.unknown.forget(ICON);
        } else {
            item.unknown.keep(ICON, &minicbor::to_vec(icon.as_str()).unwrap_or_default());
        }
    }

    /// Reads a card; nothing if the item is none.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        let entry = |key| item.unknown.entry(key);
        let uint = |key| minicbor::decode::<u64>(entry(key)?).ok();
        let (seq, root): (u64, &ByteSlice) = minicbor::decode(entry(HEAD)?).ok()?;
        let icon = entry(ICON).map_or(Some(""), |icon| minicbor::decode(icon).ok())?;
        let hue = uint(HUE).and_then(|hue| u16::try_from(hue).ok()).filter(|hue| *hue < 360);
        let card = Self {
            vault_id: fixed(entry(VAULT_ID)?)?,
            genesis: fixed(entry(GENESIS)?)?,
            head: Head { seq, root: Root::try_from(&**root).ok()? },
            look: Look {
                name: Zeroizing::new(item.title.clone()),
                hue,
                icon: icon.to_owned(),
                position: uint(POSITION)?,
            },
        };
        (uint(key::item::TYPE)? == TYPE && icon.len() <= ICON_LIMIT).then_some(card)
    }
}

fn fixed<T: for<'a> TryFrom<&'a [u8]>>(cbor: &[u8]) -> Option<T> {
    T::try_from(minicbor::decode::<&ByteSlice>(cbor).ok()?).ok()
}

/// Writing into a `Vec` cannot fail.
fn number(value: u64) -> Vec<u8> {
    minicbor::to_vec(value).unwrap_or_default()
}

fn bytes(value: &[u8]) -> Vec<u8> {
    minicbor::to_vec(<&ByteSlice>::from(value)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item;

    fn card() -> Card {
        Card {
            vault_id: VaultId::from_bytes([1; 16]),
            genesis: EntryHash::from_bytes([2; 32]),
            head: Head { seq: 300, root: Root::from_bytes([3; 32]) },
            look: Look {
                name: Zeroizing::new("Work".to_owned()),
                hue: Some(210),
                icon: "briefcase".to_owned(),
                position: 2,
            },
        }
    }

    #[test]
    fn a_card_is_read_as_it_was_written_and_keeps_what_it_does_not_know() {
        let mut written = Card::new_item(Timestamp(1_000));
        written.unknown.keep(99, &number(7));
        card().write(&mut written);
        let payload = item::encode(&written).unwrap();
        let mut read = item::decode(&payload).unwrap();
        let Card { vault_id, genesis, head, look } = Card::of(&read).unwrap();
        assert_eq!((vault_id, genesis, head), (card().vault_id, card().genesis, card().head));
        assert_eq!((look.name.as_str(), look.hue, look.position), ("Work", Some(210), 2));
        assert_eq!(look.icon, "briefcase");

        let plain = Card { look: Look::default(), ..card() };
        plain.write(&mut read);
        assert_eq!(read.unknown.entry(99), Some([7].as_slice()));
        assert_eq!(read.unknown.entry(ICON), None);
        assert_eq!(Card::of(&read).unwrap().look.hue, None);
    }

    #[test]
    fn the_bytes_are_those_of_the_documentation() {
        let mut item = Card::new_item(Timestamp(1_000));
        card().write(&mut item);
        let payload = item::encode(&item).unwrap();
        let expected = [
            b"\xaa\x01\x18\x40\x02\x64Work\x0b\x19\x03\xe8\x0c\x19\x03\xe8\x18\x40\x50".as_slice(),
            &[1; 16],
            b"\x18\x41\x58\x20",
            &[2; 32],
            b"\x18\x42\x82\x19\x01\x2c\x58\x20",
            &[3; 32],
            b"\x18\x43\x18\xd2\x18\x44\x69briefcase\x18\x45\x02",
        ];
        assert_eq!(payload.as_slice(), expected.concat());
    }

    #[test]
    fn what_is_no_card_is_told_from_one() {
        let item = || {
            let mut item = Card::new_item(Timestamp(0));
            card().write(&mut item);
            item
        };
        assert!(Card::of(&Item::new(ItemType::Note, Timestamp(0))).is_none());
        for key in [key::item::TYPE, VAULT_ID, GENESIS, HEAD, POSITION] {
            let mut without = item();
            without.unknown.forget(key);
            assert!(Card::of(&without).is_none(), "{key}");
            let mut other = item();
            other.unknown.keep(key, &bytes(&[0; 15]));
            assert!(Card::of(&other).is_none(), "{key}");
        }
        let mut long = item();
        long.unknown.keep(ICON, &minicbor::to_vec("x".repeat(33)).unwrap());
        assert!(Card::of(&long).is_none());
    }
}
