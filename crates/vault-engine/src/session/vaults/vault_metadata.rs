//! Vault metadata: an item of the home vault that names a vault and describes its appearance.
//!
//! A second computer learns the account's vaults from it. The payload is that of an item of type 64, whose own entries
//! have keys from 64 up; see `docs/formats/item-payload.md`. No list shows it: it has a row in `joined`, none in
//! `item`. See `docs/decisions/0018-several-vaults.md`.

use minicbor::bytes::ByteSlice;
use rusqlite::{Connection, OptionalExtension};
use vault_wire::log::Head;
use vault_wire::{EntryHash, ItemId, RevHash, Root, VaultId};
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::item;
use crate::item::{Item, ItemType, key};
use crate::session::error::SessionError;

/// The number of the type.
pub(crate) const TYPE: u64 = item::VAULT_METADATA;
const VAULT_ID: u64 = 64;
const GENESIS: u64 = 65;
const HEAD: u64 = 66;
const HUE: u64 = 67;
const ICON: u64 = 68;
const POSITION: u64 = 69;
const ONLY_HERE: u64 = 70;

/// The longest name of an icon, in bytes.
pub(crate) const ICON_LIMIT: usize = 32;

/// The appearance of a vault.
#[derive(Clone, Default)]
pub(crate) struct Appearance {
    /// Zeroized: must not survive a lock.
    pub(crate) name: Zeroizing<String>,
    pub(crate) hue: Option<u16>,
    pub(crate) icon: String,
    pub(crate) position: u64,
    /// Whether the vault stays on the computer that has it: no server gets it. See `only_here.rs`.
    pub(crate) only_here: bool,
}

/// The metadata of a vault.
pub(crate) struct VaultMetadata {
    pub(crate) vault_id: VaultId,
    pub(crate) genesis: EntryHash,
    /// The head of the vault's log when the metadata was written.
    pub(crate) head: Head,
    pub(crate) appearance: Appearance,
}

/// The row of a vault's metadata.
#[derive(Clone, Copy)]
pub(crate) struct MetadataRow {
    pub(crate) item_id: ItemId,
    pub(crate) entry_key: i64,
    pub(crate) revision: RevHash,
}

impl MetadataRow {
    /// Writes the row into `joined`, in place of another one about this vault.
    pub(crate) fn store(&self, db: &Connection, vault_id: VaultId) -> Result<(), SessionError> {
        let Self { item_id, entry_key, revision } = self;
        db.prepare_cached(
            "INSERT OR REPLACE INTO joined (item_id, vault_id, entry_key, revision) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((item_id.as_bytes(), vault_id.as_bytes(), entry_key, revision.as_bytes()))?;
        Ok(())
    }

    /// Finds the vault in `joined` that an item is about.
    pub(crate) fn vault_of(db: &Connection, item_id: ItemId) -> Result<Option<VaultId>, SessionError> {
        let mut find = db.prepare_cached("SELECT vault_id FROM joined WHERE item_id = ?1")?;
        let found = find.query_row([item_id.as_bytes()], |row| Ok(VaultId::from_bytes(row.get(0)?)));
        Ok(found.optional()?)
    }

    /// Finds the item in `joined` about a vault.
    pub(crate) fn item_about(db: &Connection, vault_id: VaultId) -> Result<Option<ItemId>, SessionError> {
        let mut find = db.prepare_cached("SELECT item_id FROM joined WHERE vault_id = ?1")?;
        let found = find.query_row([vault_id.as_bytes()], |row| Ok(ItemId::from_bytes(row.get(0)?)));
        Ok(found.optional()?)
    }
}

impl VaultMetadata {
    /// Returns a new item of the metadata type, without metadata.
    pub(crate) fn new_item(now: Timestamp) -> Item {
        let mut item = Item::new(ItemType::Note, now);
        item.unknown.keep(key::item::TYPE, &number(TYPE));
        item
    }

    /// Writes the metadata into its item. Entries of a newer program are kept.
    pub(crate) fn write(&self, item: &mut Item) {
        let Self { vault_id, genesis, head, appearance } = self;
        let Appearance { name, hue, icon, position, only_here } = appearance;
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
        if *only_here {
            item.unknown.keep(ONLY_HERE, &minicbor::to_vec(true).unwrap_or_default());
        } else {
            item.unknown.forget(ONLY_HERE);
        }
    }

    /// Reads the metadata from an item; `None` if the item is not valid metadata.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        let entry = |key| item.unknown.entry(key);
        let uint = |key| minicbor::decode::<u64>(entry(key)?).ok();
        let (seq, root): (u64, &ByteSlice) = minicbor::decode(entry(HEAD)?).ok()?;
        let icon = entry(ICON).map_or(Some(""), |icon| minicbor::decode(icon).ok())?;
        let only_here = entry(ONLY_HERE).map_or(Some(false), |only_here| minicbor::decode(only_here).ok())?;
        let hue = uint(HUE).and_then(|hue| u16::try_from(hue).ok()).filter(|hue| *hue < 360);
        let metadata = Self {
            vault_id: fixed(entry(VAULT_ID)?)?,
            genesis: fixed(entry(GENESIS)?)?,
            head: Head { seq, root: Root::try_from(&**root).ok()? },
            appearance: Appearance {
                name: Zeroizing::new(item.title.clone()),
                hue,
                icon: icon.to_owned(),
                position: uint(POSITION)?,
                only_here,
            },
        };
        (item.type_of_programs()? == TYPE && icon.len() <= ICON_LIMIT).then_some(metadata)
    }
}

fn fixed<T: for<'a> TryFrom<&'a [u8]>>(cbor: &[u8]) -> Option<T> {
    T::try_from(minicbor::decode::<&ByteSlice>(cbor).ok()?).ok()
}

/// Encodes a number. Writing into a `Vec` cannot fail.
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

    fn metadata() -> VaultMetadata {
        VaultMetadata {
            vault_id: VaultId::from_bytes([1; 16]),
            genesis: EntryHash::from_bytes([2; 32]),
            head: Head { seq: 300, root: Root::from_bytes([3; 32]) },
            appearance: Appearance {
                name: Zeroizing::new("Work".to_owned()),
                hue: Some(210),
                icon: "briefcase".to_owned(),
                position: 2,
                only_here: false,
            },
        }
    }

    #[test]
    fn metadata_reads_back_and_keeps_unknown_entries() {
        let mut written = VaultMetadata::new_item(Timestamp(1_000));
        written.unknown.keep(99, &number(7));
        metadata().write(&mut written);
        let payload = item::encode(&written).unwrap();
        let mut read = item::decode(&payload).unwrap();
        let VaultMetadata { vault_id, genesis, head, appearance } = VaultMetadata::of(&read).unwrap();
        assert_eq!((vault_id, genesis, head), (metadata().vault_id, metadata().genesis, metadata().head));
        assert_eq!((appearance.name.as_str(), appearance.hue, appearance.position), ("Work", Some(210), 2));
        assert_eq!(appearance.icon, "briefcase");

        let here = VaultMetadata {
            appearance: Appearance { only_here: true, ..Appearance::default() },
            ..metadata()
        };
        here.write(&mut read);
        assert_eq!(read.unknown.entry(ONLY_HERE), Some([0xf5].as_slice()));
        assert!(VaultMetadata::of(&read).unwrap().appearance.only_here);

        let plain = VaultMetadata { appearance: Appearance::default(), ..metadata() };
        plain.write(&mut read);
        assert!(!VaultMetadata::of(&read).unwrap().appearance.only_here);
        assert_eq!(read.unknown.entry(99), Some([7].as_slice()));
        assert_eq!(read.unknown.entry(ICON), None);
        assert_eq!(VaultMetadata::of(&read).unwrap().appearance.hue, None);
    }

    #[test]
    fn encoded_metadata_matches_the_documented_bytes() {
        let mut item = VaultMetadata::new_item(Timestamp(1_000));
        metadata().write(&mut item);
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
    fn items_without_valid_metadata_are_rejected() {
        let item = || {
            let mut item = VaultMetadata::new_item(Timestamp(0));
            metadata().write(&mut item);
            item
        };
        assert!(VaultMetadata::of(&Item::new(ItemType::Note, Timestamp(0))).is_none());
        for key in [key::item::TYPE, VAULT_ID, GENESIS, HEAD, POSITION] {
            let mut without = item();
            without.unknown.forget(key);
            assert!(VaultMetadata::of(&without).is_none(), "{key}");
            let mut other = item();
            other.unknown.keep(key, &bytes(&[0; 15]));
            assert!(VaultMetadata::of(&other).is_none(), "{key}");
        }
        let mut long = item();
        long.unknown.keep(ICON, &minicbor::to_vec("x".repeat(33)).unwrap());
        assert!(VaultMetadata::of(&long).is_none());
        let mut unclear = item();
        unclear.unknown.keep(ONLY_HERE, &number(1));
        assert!(VaultMetadata::of(&unclear).is_none());
    }
}
