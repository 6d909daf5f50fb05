//! The newest consent of each account that own computers have seen: an older one that somebody writes again counts as none.

use rusqlite::Connection;
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::recovery::ConsentPin;
use vault_wire::{AccountId, ContentHash};

use crate::session::error::SessionError;
use crate::session::rows::meta;

/// The most accounts. Of further ones the consent that the directory has counts.
const MOST: usize = 4_096;

/// The pins, by account.
#[derive(Default)]
pub(crate) struct ConsentPins(Vec<(AccountId, ConsentPin)>);

impl ConsentPins {
    pub(crate) fn read(db: &Connection) -> Result<Self, SessionError> {
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

    /// Returns the pin of each account.
    pub(crate) fn all(&self) -> &[(AccountId, ConsentPin)] {
        &self.0
    }

    /// Pins a consent if it is later than the known one. A first one with a known number stays.
    pub(super) fn raise(db: &Connection, account: &AccountId, pin: ConsentPin) -> Result<(), SessionError> {
        Self::change(db, &[(*account, pin)], |known, pin| known.number < pin.number)
    }

    /// Pins consents that own devices have seen. Of two with the same number none counts, until the member consents again.
    pub(crate) fn take_over(
        db: &Connection,
        later: &[(AccountId, ConsentPin)],
        contradicted: &[(AccountId, ConsentPin)],
    ) -> Result<(), SessionError> {
        Self::change(db, later, |known, pin| known.number < pin.number)?;
        let none = ContentHash::from_bytes([0; 32]);
        let blocked: Vec<_> =
            contradicted.iter().map(|(account, pin)| (*account, ConsentPin { hash: none, ..*pin })).collect();
        Self::change(db, &blocked, |known, pin| known.number <= pin.number && known != pin)
    }

    fn change(
        db: &Connection,
        pins: &[(AccountId, ConsentPin)],
        replaces: impl Fn(&ConsentPin, &ConsentPin) -> bool,
    ) -> Result<(), SessionError> {
        if pins.is_empty() {
            return Ok(());
        }
        let mut all = Self::read(db)?;
        let mut changed = false;
        for (account, pin) in pins {
            let is_full = all.0.len() >= MOST;
            match all.0.iter_mut().find(|(known, _)| known == account) {
                Some((_, known)) if replaces(known, pin) => *known = *pin,
                None if !is_full => all.0.push((*account, *pin)),
                _ => continue,
            }
            changed = true;
        }
        if changed { meta::set(db, meta::CONSENTS, &all.encode()) } else { Ok(()) }
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

    #[test]
    fn contradicted_consent_counts_as_none_until_a_later() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL)").unwrap();
        let account = AccountId::from_bytes([1; 16]);
        let has = |of: ConsentPin| ConsentPins::read(&db).unwrap().has(&account, &of);
        ConsentPins::raise(&db, &account, pin(5, 1)).unwrap();
        ConsentPins::take_over(&db, &[], &[(account, pin(4, 2))]).unwrap();
        assert!(has(pin(5, 1)), "an older one contradicts nothing");
        ConsentPins::take_over(&db, &[], &[(account, pin(5, 2))]).unwrap();
        assert!(!has(pin(5, 1)) && !has(pin(5, 2)));
        ConsentPins::take_over(&db, &[(account, pin(6, 3))], &[]).unwrap();
        assert!(has(pin(6, 3)));
    }
}
