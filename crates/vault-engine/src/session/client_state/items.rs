//! The items of client state in the home vault.

use minicbor::bytes::ByteSlice;
use vault_wire::{ItemId, RevHash};

use super::known::{PinKey, SharedPin};
use crate::item::{CLIENT_STATE, Item, ItemType, key};
use crate::merge::client_state::{PinKind, PinValue};
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view;
use crate::session::state::Session;
use crate::session::transaction::Transaction;

const KIND: u64 = 64;
const OF: u64 = 65;
const VALUE: u64 = 66;

impl Session {
    /// Reads what is new in the home vault.
    pub(crate) fn refresh_pins(&mut self) -> Result<(), SessionError> {
        let home = self.vaults.home()?;
        let confirmed = home.confirmed.map_or(0, |confirmed| confirmed.seq);
        let mut known = std::mem::take(&mut self.pins);
        known.items.retain(|_, pin| pin.is_confirmed);
        let mut all_open = true;
        for last in view::last_without(&self.db, home.vault_key, known.read)? {
            if last.is_tombstone {
                known.items.remove(&last.id);
                continue;
            }
            let stored = StoredRevision::of_hash(&self.db, last.id, last.revision)?;
            let Ok(item) = stored.open(&self.vaults, last.id) else {
                all_open = false;
                continue;
            };
            match read(&item) {
                Some((key, value)) => {
                    let (written, is_confirmed) = (item.modified_at, last.seq <= confirmed);
                    let pin = SharedPin { revision: last.revision, key, value, written, is_confirmed };
                    known.items.insert(last.id, pin);
                }
                None => drop(known.items.remove(&last.id)),
            }
        }
        if all_open {
            known.read = confirmed;
        }
        self.pins = known;
        Ok(())
    }
}

impl Transaction<'_> {
    /// Writes a pin: into its item, or a new one.
    pub(super) fn put_pin(
        &mut self,
        before: Option<(ItemId, RevHash)>,
        (kind, of): &PinKey,
        value: &PinValue,
    ) -> Result<(), SessionError> {
        let home = self.vaults.home()?.vault_key;
        let (id, mut item) = match before {
            Some((id, revision)) => {
                (id, StoredRevision::of_hash(&self.db, id, revision)?.open(self.vaults, id)?)
            }
            None => (vault_crypto::make_id(self.rng), Item::new(ItemType::Note, self.now)),
        };
        for (key, cbor) in [
            (key::item::TYPE, minicbor::to_vec(CLIENT_STATE)),
            (KIND, minicbor::to_vec(*kind as u64)),
            (OF, minicbor::to_vec(<&ByteSlice>::from(of.as_slice()))),
            (VALUE, minicbor::to_vec(<&ByteSlice>::from(value.encode().as_slice()))),
        ] {
            item.unknown.keep(key, &cbor.map_err(|_| SessionError::Fault)?);
        }
        item.modified_at = self.now;
        self.device.clone_into(&mut item.device);
        self.append_item(home, id, before.map(|(_, revision)| revision), &item, self.now)?;
        Ok(())
    }
}

/// Reads a pin from an item; `None` if it is none, or of a kind or value that this program does not know.
fn read(item: &Item) -> Option<(PinKey, PinValue)> {
    if item.type_of_programs()? != CLIENT_STATE {
        return None;
    }
    let bytes = |key| -> Option<&[u8]> {
        minicbor::decode::<&ByteSlice>(item.unknown.entry(key)?).ok().map(|bytes| &**bytes)
    };
    let kind = PinKind::of(minicbor::decode(item.unknown.entry(KIND)?).ok()?)?;
    let of = bytes(OF)?;
    let value = PinValue::decode(kind, of, bytes(VALUE)?).ok()?;
    Some(((kind, of.to_vec()), value))
}
