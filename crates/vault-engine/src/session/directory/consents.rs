//! The newest consent of each account that this computer has seen: an older one that somebody writes again counts as none.

use rusqlite::Connection;
use vault_wire::AccountId;
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::recovery::ConsentPin;

use crate::session::error::SessionError;
use crate::session::rows::meta;

/// The most accounts. Of further ones the consent that the directory has counts.
const MOST: usize = 4_096;

/// The pins, by account.
#[derive(Default)]
pub(super) struct ConsentPins(Vec<(AccountId, ConsentPin)>);

impl ConsentPins {
    pub(super) fn read(db: &Connection) -> Result<Self, SessionError> {
        let Some(stored) = meta::get(db, meta::CONSENTS)? else { return Ok(Self::default()) };
        Self::decode(&stored).map_err(|_| SessionError::DatabaseDamaged)
    }

    /// Returns whether a consent is the newest of its account that was seen.
    pub(super) fn has(&self, account: &AccountId, pin: &ConsentPin) -> bool {
        self.of(account).is_none_or(|known| known == pin)
    }

    pub(super) fn of(&self, account: &AccountId) -> Option<&ConsentPin> {
        self.0.iter().find(|(known, _)| known == account).map(|(_, pin)| pin)
    }

    /// Pins a consent if it is later than the known one. A first one with a known number stays.
    pub(super) fn raise(db: &Connection, account: &AccountId, pin: ConsentPin) -> Result<(), SessionError> {
        let mut all = Self::read(db)?;
        let is_full = all.0.len() >= MOST;
        match all.0.iter_mut().find(|(known, _)| known == account) {
            Some((_, known)) if known.number >= pin.number => return Ok(()),
            Some((_, known)) => *known = pin,
            None if is_full => return Ok(()),
            None => all.0.push((*account, pin)),
        }
        meta::set(db, meta::CONSENTS, &all.encode())
    }
}

impl Canonical for ConsentPins {
    const MAX_LEN: usize = MOST * 64;

    fn write(&self) -> Array {
        self.0.iter().fold(Array::new(), |all, (account, pin)| {
            let ConsentPin { number, hash } = pin;
            all.array(&Array::new().bytes(account.as_bytes()).uint(*number).bytes(hash.as_bytes()))
        })
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = reader.array_up_to(MOST as u64)?;
        let mut all = Vec::new();
        for _ in 0..count {
            reader.array(3)?;
            let account = reader.fixed()?;
            all.push((account, ConsentPin { number: reader.uint()?, hash: reader.fixed()? }));
        }
        Ok(Self(all))
    }
}

#[cfg(test)]
mod tests {
    use vault_wire::ContentHash;

    use super::*;

    fn pin(number: u64, hash: u8) -> ConsentPin {
        ConsentPin { number, hash: ContentHash::from_bytes([hash; 32]) }
    }

    #[test]
    fn t29_older_consent_is_not_the_newest_again() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL)").unwrap();
        let (one, other) = (AccountId::from_bytes([1; 16]), AccountId::from_bytes([2; 16]));
        for next in [pin(5, 1), pin(7, 2), pin(5, 1), pin(7, 3)] {
            ConsentPins::raise(&db, &one, next).unwrap();
        }
        let pins = ConsentPins::read(&db).unwrap();
        assert!(pins.has(&one, &pin(7, 2)), "the first with the highest number");
        assert!(!pins.has(&one, &pin(5, 1)) && !pins.has(&one, &pin(7, 3)));
        assert!(pins.has(&other, &pin(1, 1)), "nothing is known of it");
    }
}
