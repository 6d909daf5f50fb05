//! The pins that the home vault has, in memory.

use std::collections::BTreeMap;

use vault_wire::cbor::{DecodeError, Reader};
use vault_wire::message::Origin;
use vault_wire::{ItemId, RevHash};

use crate::clock::Timestamp;
use crate::merge::client_state::{PinKind, PinValue};

/// A kind of pin, and what the pin is of.
pub(super) type PinKey = (PinKind, Vec<u8>);

/// The pins that the home vault has, as far as its log was read.
#[derive(Default)]
pub(crate) struct KnownPins {
    /// Confirmed entries that were read.
    pub(super) read: u64,
    pub(super) items: BTreeMap<ItemId, SharedPin>,
}

/// A pin in the home vault, whose kind this program knows.
pub(super) struct SharedPin {
    pub(super) revision: RevHash,
    pub(super) key: PinKey,
    pub(super) value: PinValue,
    pub(super) written: Timestamp,
    /// Whether the server has confirmed the revision.
    pub(super) is_confirmed: bool,
}

impl KnownPins {
    /// Returns the items about each pin.
    pub(super) fn by_key(&self) -> BTreeMap<&PinKey, Vec<(ItemId, &SharedPin)>> {
        let mut all = BTreeMap::<_, Vec<_>>::new();
        for (id, pin) in &self.items {
            all.entry(&pin.key).or_default().push((*id, pin));
        }
        all
    }

    /// Returns the items of pins of a server.
    pub(super) fn of_server(&self, issuer: Option<&Origin>) -> impl Iterator<Item = (ItemId, RevHash)> {
        let is_of_server = move |pin: &&SharedPin| {
            let (kind, of) = &pin.key;
            // What else there is of accounts and vaults does not begin with a text.
            *kind != PinKind::Account
                && issuer.is_some_and(|issuer| issuer_of(of).is_ok_and(|of| of == *issuer))
        };
        let all = self.items.iter().map(|(id, pin)| (*id, pin));
        all.filter(move |(_, pin)| is_of_server(pin)).map(|(id, pin)| (id, pin.revision))
    }

    /// Returns the items about one pin.
    pub(super) fn of<'a>(&'a self, key: &'a PinKey) -> impl Iterator<Item = (ItemId, &'a SharedPin)> {
        self.items.iter().filter(move |(_, pin)| pin.key == *key).map(|(id, pin)| (*id, pin))
    }
}

/// Reads the server that a pin is of.
pub(super) fn issuer_of(of: &[u8]) -> Result<Origin, DecodeError> {
    let mut reader = Reader::new(of);
    reader.array_up_to(2)?;
    Origin::new(reader.text_up_to(Origin::MAX)?).map_err(|_| DecodeError::Malformed)
}
