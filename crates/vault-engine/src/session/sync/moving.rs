//! Moving to another server: the account's other devices learn of it from an item of the home vault, which names the server
//! where the account is.
//!
//! The payload is that of an item of type 68, client state of kind 12; see `docs/formats/client-state.md`. The last one that was
//! seen is in `meta`, and so is the server that was left, until the user has decided what becomes of the account there.

use minicbor::bytes::ByteSlice;
use vault_crypto::SecretKey;
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::message::{LoginName, Origin};
use vault_wire::{ContentHash, ItemId, RevHash};

use crate::item::{CLIENT_STATE, Item, ItemType, key};
use crate::session::connection::{self, DeviceLogin, LEFT, ServerConnection};
use crate::session::error::SessionError;
use crate::session::rows::meta;
use crate::session::rows::stored::StoredRevision;
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::steps;

const KIND: u64 = 64;
const OF: u64 = 65;
const VALUE: u64 = 66;

/// The kind of client state that names the account's server.
const PLACE: u64 = 12;

/// Where the account is, by what its devices have written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of moves until then. The highest one counts.
    pub number: u64,
    /// The server's identity.
    pub issuer: Origin,
    /// Its address.
    pub address: Origin,
    /// The SHA-256 of its key (SPKI), if no authority vouches for it.
    pub key: Option<ContentHash>,
    /// The login name there.
    pub login: LoginName,
}

/// The server that the profile was moved from, and how this device signs in there.
pub struct LeftServer {
    /// The server.
    pub connection: ServerConnection,
    /// How this device signs in.
    pub login: DeviceLogin,
    /// The Secret Key that the account has there, which stays if the profile gets another one; `None` if an earlier version of the
    /// program left the server.
    pub secret_key: Option<SecretKey>,
}

/// The place that was seen last, and its item.
struct Seen {
    item_id: ItemId,
    place: Place,
}

impl Place {
    /// Reads it from an item; `None` if the item is something else.
    fn of(item: &Item) -> Option<Self> {
        let entry = |key| item.unknown.entry(key);
        let kind: u64 = minicbor::decode(entry(KIND)?).ok()?;
        if item.type_of_programs()? != CLIENT_STATE || kind != PLACE {
            return None;
        }
        Self::decode(minicbor::decode::<&ByteSlice>(entry(VALUE)?).ok()?).ok()
    }

    /// Writes it into its item. Entries of a newer program are kept.
    fn write_into(&self, item: &mut Item) {
        let bytes = |value: &[u8]| minicbor::to_vec(<&ByteSlice>::from(value)).unwrap_or_default();
        let number = |value: u64| minicbor::to_vec(value).unwrap_or_default();
        item.unknown.keep(key::item::TYPE, &number(CLIENT_STATE));
        item.unknown.keep(KIND, &number(PLACE));
        item.unknown.keep(OF, &bytes(&Array::new().encode()));
        item.unknown.keep(VALUE, &bytes(&self.encode()));
    }
}

impl Session {
    /// Returns where the account is, if it was ever moved. A device of another server is to follow.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn place(&self) -> Result<Option<Place>, SessionError> {
        Ok(seen(&self.db)?.map(|seen| seen.place))
    }

    /// Writes into the home vault, for the other devices, that the account is at this server.
    ///
    /// # Errors
    /// As any write.
    pub fn set_place(&mut self, connection: &ServerConnection) -> Result<(), SessionError> {
        let ServerConnection { issuer, address, key, login, .. } = connection;
        let (issuer, address, key, login) = (issuer.clone(), address.clone(), *key, login.clone());
        self.write(|tx| {
            let before = seen(&tx.db)?;
            let number = before.as_ref().map_or(0, |seen| seen.place.number) + 1;
            let place = Place { number, issuer, address, key, login };
            if before.as_ref().is_some_and(|seen| Place { number, ..seen.place.clone() } == place) {
                return Ok(());
            }
            tx.put_place(before.map(|seen| seen.item_id), place)
        })
    }

    /// Moves the profile to another server, where everything is sent by the rules of first contact: as if it was left and connected
    /// again, in one transaction. The key file's account slot follows; after a crash in between [`Session::settle_move`] exchanges it.
    ///
    /// # Errors
    /// Fails if the profile cannot be written: then it is connected as before.
    pub fn move_server(
        &mut self,
        connection: &ServerConnection,
        login: &DeviceLogin,
    ) -> Result<(), SessionError> {
        self.writable()?;
        let left = match (self.connection()?, self.device_login()?) {
            (Some(connection), Some(login)) => {
                Some(LeftServer { connection, login, secret_key: Some(self.secret_key()?) })
            }
            _ => None,
        };
        let mut seal =
            |name: &[u8], content: &[u8]| self.local.seal_draft(&self.info.id, name, content, &mut self.rng);
        let mut boxes = vec![
            (meta::CONNECTION, seal(connection::CONNECTION, &connection.encode())),
            (meta::LOGIN, seal(connection::LOGIN, &login.encode())),
        ];
        boxes.extend(left.map(|left| (meta::LEFT, seal(LEFT, &left.encode()))));
        self.forget_server(&boxes)?;
        steps::passed("move: server exchanged");
        // If this fails, it is tried again at the next unlock.
        let _ = self.settle_move();
        Ok(())
    }

    /// Exchanges the key file's account slot, if the profile was moved and that did not happen yet.
    ///
    /// # Errors
    /// Fails if the key file cannot be read or written.
    pub fn settle_move(&mut self) -> Result<(), SessionError> {
        match (self.left_server()?, self.connection()?) {
            (Some(left), Some(connection)) if self.read_only.is_none() => {
                self.exchange_account_slot((&left.connection.unlock_seed, &connection.unlock_seed))
            }
            _ => Ok(()),
        }
    }

    /// Returns the server that the profile was moved from, if nothing was decided about the account there.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn left_server(&self) -> Result<Option<LeftServer>, SessionError> {
        connection::read(&self.local, &self.info.id, meta::get(&self.db, meta::LEFT)?, LEFT)
    }

    /// Forgets the server that the profile was moved from.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn forget_left_server(&mut self) -> Result<(), SessionError> {
        self.writable()?;
        self.settle_move()?;
        meta::remove(&self.db, meta::LEFT)
    }
}

impl Transaction<'_> {
    /// Writes the item that names the account's server.
    fn put_place(&mut self, item_id: Option<ItemId>, place: Place) -> Result<(), SessionError> {
        let vault_key = self.vaults.home()?.vault_key;
        let last = match item_id {
            Some(id) => self.last_revision(vault_key, id)?,
            None => None,
        };
        let (id, parent, mut item) = match (item_id, last) {
            (Some(id), Some((entry_key, revision))) => {
                let stored = StoredRevision::of_entry(&self.db, entry_key)?;
                (id, Some(revision), stored.open_quickly(self.vaults, id)?)
            }
            _ => (vault_crypto::make_id(self.rng), None, Item::new(ItemType::Note, self.now)),
        };
        place.write_into(&mut item);
        item.modified_at = self.now;
        self.device.clone_into(&mut item.device);
        self.append_item(vault_key, id, parent, &item, self.now)?;
        meta::set(&self.db, meta::PLACE, &Seen { item_id: id, place }.encode())
    }

    fn last_revision(&self, vault_key: i64, id: ItemId) -> Result<Option<(i64, RevHash)>, SessionError> {
        use rusqlite::OptionalExtension as _;

        let mut find = self.db.prepare_cached(
            "SELECT entry_key, hash FROM entry INDEXED BY entry_of_item
             WHERE item_id = ?1 AND vault_key = ?2 ORDER BY seq DESC LIMIT 1",
        )?;
        let found = find
            .query_row((id.as_bytes(), vault_key), |row| Ok((row.get(0)?, RevHash::from_bytes(row.get(1)?))));
        Ok(found.optional()?)
    }

    /// Notes where the account is, if an item of the home vault says so. Of several such items the highest number counts.
    pub(super) fn show_place(&self, item_id: ItemId, item: &Item) -> Result<(), SessionError> {
        let Some(place) = Place::of(item) else { return Ok(()) };
        let before = seen(&self.db)?;
        if before.is_some_and(|before| before.item_id != item_id && before.place.number > place.number) {
            return Ok(());
        }
        meta::set(&self.db, meta::PLACE, &Seen { item_id, place }.encode())
    }
}

fn seen(db: &rusqlite::Connection) -> Result<Option<Seen>, SessionError> {
    let Some(stored) = meta::get(db, meta::PLACE)? else { return Ok(None) };
    Seen::decode(&stored).map(Some).map_err(|_| SessionError::DatabaseDamaged)
}

fn origin(reader: &mut Reader<'_>) -> Result<Origin, DecodeError> {
    Origin::new(reader.text_up_to(Origin::MAX)?).map_err(|_| DecodeError::Malformed)
}

impl Canonical for Place {
    const MAX_LEN: usize = 1024;

    fn write(&self) -> Array {
        let Self { number, issuer, address, key, login } = self;
        Array::new()
            .uint(*number)
            .text(issuer.as_str())
            .text(address.as_str())
            .bytes_or_null(key.as_ref().map(|key| key.as_bytes().as_slice()))
            .text(login.as_str())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        let (number, issuer, address) = (reader.uint()?, origin(reader)?, origin(reader)?);
        let key = reader.fixed_or_null()?;
        let login = LoginName::new(reader.text_up_to(LoginName::MAX)?);
        Ok(Self { number, issuer, address, key, login: login.map_err(|_| DecodeError::Malformed)? })
    }
}

impl Canonical for Seen {
    const MAX_LEN: usize = Place::MAX_LEN + 32;

    fn write(&self) -> Array {
        Array::new().bytes(self.item_id.as_bytes()).bytes(&self.place.encode())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        let item_id = ItemId::from_bytes(reader.byte_array()?);
        Ok(Self { item_id, place: Place::decode(reader.bytes_up_to(Place::MAX_LEN)?)? })
    }
}

impl Canonical for LeftServer {
    const MAX_LEN: usize = ServerConnection::MAX_LEN + DeviceLogin::MAX_LEN + 33;

    fn write(&self) -> Array {
        let Self { connection, login, secret_key } = self;
        let boxes = Array::new().bytes(&connection.encode()).bytes(&login.encode());
        match secret_key {
            Some(secret_key) => boxes.bytes(secret_key.expose_bytes()),
            None => boxes,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let parts = reader.array_up_to(3)?;
        let connection = ServerConnection::decode(reader.bytes_up_to(ServerConnection::MAX_LEN)?)?;
        let login = DeviceLogin::decode(reader.bytes_up_to(DeviceLogin::MAX_LEN)?)?;
        let secret_key = match parts {
            3 => Some(SecretKey::from_bytes(&reader.byte_array()?)),
            _ => None,
        };
        Ok(Self { connection, login, secret_key })
    }
}
