//! Pins of own devices that contradict each other: nothing is done with what they are of until people have compared words.

use rusqlite::params;
use vault_wire::account::Certificate;
use vault_wire::{AccountId, ContentHash};

use super::known::PinKey;
use super::own::{account_pin, server_of};
use crate::merge::client_state::PinValue;
use crate::session::error::SessionError;
use crate::session::state::Session;
use crate::session::transaction::Transaction;

/// Own devices know a server by another key than this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherServerKey {
    /// The key by which this device knows it; `None` if an authority vouches for it.
    pub own: Option<ContentHash>,
    /// The key by which another one knows it.
    pub other: Option<ContentHash>,
}

/// Which key of a server is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherServerKeyChoice {
    /// That of this device.
    Own,
    /// That of the other one.
    Other,
}

impl Session {
    /// Returns the key by which another device of the account knows this profile's server at its address, if it is another
    /// one. The server is not used then.
    ///
    /// # Errors
    /// Fails if the profile cannot be read.
    pub fn other_server_key(&mut self) -> Result<Option<OtherServerKey>, SessionError> {
        let Some(connection) = self.connection()? else { return Ok(None) };
        self.refresh_pins()?;
        let key = server_of(&connection);
        let mut others = self.pins.of(&key).filter_map(|(_, pin)| match &pin.value {
            PinValue::Server(other) if *other != connection.key => Some(*other),
            _ => None,
        });
        Ok(others.next().map(|other| OtherServerKey { own: connection.key, other }))
    }

    /// Takes the key of the server that people have found to be the right one: from now on all devices must know it by this.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no other key by now, or it is another one; else as any write.
    pub fn choose_server_key(
        &mut self,
        seen: OtherServerKey,
        choice: OtherServerKeyChoice,
    ) -> Result<(), SessionError> {
        if self.other_server_key()? != Some(seen) {
            return Err(SessionError::NotFound);
        }
        let mut connection = self.connection()?.ok_or(SessionError::NotFound)?;
        if choice == OtherServerKeyChoice::Other {
            connection.key = seen.other;
            self.set_connection(&connection)?;
        }
        let (key, value) = (server_of(&connection), PinValue::Server(connection.key));
        self.decide(&key, &value, |_| Ok(()))
    }

    /// Stores that people have compared the words of a certificate, with what `work` does. It becomes the pin of all devices.
    pub(crate) fn decide_account(
        &mut self,
        account: &AccountId,
        certificate: &Certificate,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<(), SessionError>,
    ) -> Result<(), SessionError> {
        self.refresh_pins()?;
        let Certificate { root, generation, .. } = certificate;
        let (key, value) = account_pin(account, *root, *generation, certificate.hash());
        self.decide(&key, &value, work)
    }

    /// Writes a value in place of all others of its pin that contradict it.
    fn decide(
        &mut self,
        key: &PinKey,
        value: &PinValue,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<(), SessionError>,
    ) -> Result<(), SessionError> {
        let pins = std::mem::take(&mut self.pins);
        let decided = self.write(|tx| {
            for (id, pin) in pins.of(key) {
                if PinValue::merge([&pin.value, value]).as_ref() != Some(value) {
                    tx.put_pin(Some((id, pin.revision)), key, value)?;
                }
            }
            work(tx)
        });
        self.pins = pins;
        decided
    }

    /// Returns the accounts whose identity contradicts an earlier one: nothing is encrypted to them.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn contradicted_people(&self) -> Result<Vec<AccountId>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT account_id FROM person WHERE other IS NOT NULL")?;
        let found = find.query_map(params![], |row| Ok(AccountId::from_bytes(row.get(0)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}
