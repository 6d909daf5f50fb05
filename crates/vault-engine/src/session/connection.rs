//! The server of a profile: where it is, the account there, and how this device signs in. Two sealed boxes in the
//! database; their layout is in `docs/formats/profile.md`.

use std::sync::Arc;

use vault_crypto::{DeviceSigner, KdfParams, KitCode, LocalKey, SecretKey, SecretText, UnlockSeed};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::log::{Recovery, RecoveryRatchet, RecoveryState};
use vault_wire::message::{Credential, LoginName, Origin, VersionRatchet};
use vault_wire::{ContentHash, ProfileId};

use super::error::SessionError;
use super::rows::freshness::{Handover, State};
use super::rows::{blobs, meta};
use super::state::Session;
use crate::clock::Rng;

/// The server that a profile is connected with.
pub struct ServerConnection {
    /// Its identity.
    pub issuer: Origin,
    /// Its address.
    pub address: Origin,
    /// The SHA-256 of its key (SPKI), if no authority vouches for it.
    pub key: Option<ContentHash>,
    /// The login name of the account.
    pub login: LoginName,
    /// The highest version of the account's registration.
    pub registration: u64,
    /// The costs with which the account was last opened.
    pub costs: KdfParams,
    /// The highest API version used.
    pub api: VersionRatchet,
    /// The server's recoveries.
    pub recovery: RecoveryRatchet,
    /// Opens the account slot of the key file and the names of the account's devices.
    pub unlock_seed: UnlockSeed,
}

impl ServerConnection {
    /// Returns the text of the QR code on the Kit: what another computer needs besides the password.
    #[must_use]
    pub fn kit_code(&self, secret_key: &SecretKey) -> SecretText {
        let secret_key = SecretKey::from_bytes(secret_key.expose_bytes());
        let Self { issuer, address, key, login, .. } = self;
        let (address, issuer, login) = (address.clone(), issuer.clone(), login.clone());
        KitCode { address, issuer, key: *key, login, secret_key }.to_text()
    }
}

/// How this device signs in.
pub struct DeviceLogin {
    /// The keys of the device.
    pub device: Arc<DeviceSigner>,
    /// The refresh token of the login session; none if the user is signed out.
    pub refresh: Option<Credential<64>>,
}

impl Session {
    /// Returns the server of this profile.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn connection(&self) -> Result<Option<ServerConnection>, SessionError> {
        read(&self.local, &self.info.id, meta::get(&self.db, meta::CONNECTION)?, CONNECTION)
    }

    /// Returns how this device signs in.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn device_login(&self) -> Result<Option<DeviceLogin>, SessionError> {
        read(&self.local, &self.info.id, meta::get(&self.db, meta::LOGIN)?, LOGIN)
    }

    /// Stores the server of this profile. If it was restored since it was stored last, it may lack documents.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn set_connection(&mut self, connection: &ServerConnection) -> Result<(), SessionError> {
        self.writable()?;
        let before = self.connection()?.filter(|before| before.issuer == connection.issuer);
        let sealed = self.seal_connection(connection);
        if before.is_some_and(|before| recoveries(&before.recovery) < recoveries(&connection.recovery)) {
            return self.write(|tx| {
                blobs::offer_all(&tx.db)?;
                meta::set(&tx.db, meta::CONNECTION, &sealed)
            });
        }
        meta::set(&self.db, meta::CONNECTION, &sealed)
    }

    pub(in crate::session) fn seal_connection(&mut self, connection: &ServerConnection) -> Vec<u8> {
        self.local.seal_draft(&self.info.id, CONNECTION, &connection.encode(), &mut self.rng)
    }

    /// Takes in which recovery the server states, and returns whether a log may be shorter than before.
    ///
    /// # Errors
    /// Fails if the profile cannot be read, or must be written and cannot.
    pub fn observe_recovery(&mut self, stated: RecoveryState) -> Result<Recovery, SessionError> {
        let Some(mut connection) = self.connection()? else { return Ok(Recovery::None) };
        let before = connection.recovery;
        let recovery = connection.recovery.observe(stated, self.clock.now().0);
        if connection.recovery != before {
            self.set_connection(&connection)?;
        }
        Ok(recovery)
    }

    /// Returns whether nothing is sent to the server before the user says so.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn holds_upload(&self) -> Result<bool, SessionError> {
        Ok(meta::get(&self.db, meta::HOLDS_UPLOAD)?.is_some())
    }

    /// Holds what is to be sent until [`Session::begin_upload`].
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn hold_upload(&mut self) -> Result<(), SessionError> {
        self.writable()?;
        meta::set(&self.db, meta::HOLDS_UPLOAD, &[])
    }

    /// Lets everything be sent but the vaults that stay on this computer.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn begin_upload(&mut self) -> Result<(), SessionError> {
        self.writable()?;
        meta::remove(&self.db, meta::HOLDS_UPLOAD)
    }

    /// Stores how this device signs in.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn set_device_login(&mut self, login: &DeviceLogin) -> Result<(), SessionError> {
        self.writable()?;
        let sealed = self.local.seal_draft(&self.info.id, LOGIN, &login.encode(), &mut self.rng);
        meta::set(&self.db, meta::LOGIN, &sealed)
    }

    /// Forgets the login session. The keys of the device stay, so that it is the same one at the next sign-in.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn sign_out(&mut self) -> Result<(), SessionError> {
        match self.device_login()? {
            Some(DeviceLogin { device, refresh: Some(_) }) => {
                self.set_device_login(&DeviceLogin { device, refresh: None })
            }
            _ => Ok(()),
        }
    }
}

/// The last recovery that is known of.
pub(super) fn recoveries(ratchet: &RecoveryRatchet) -> u64 {
    ratchet.current.map_or(0, |(epoch, _)| epoch).max(ratchet.ended)
}

/// The names that the boxes are sealed under. Drafts have names of sixteen bytes.
pub(super) const CONNECTION: &[u8] = b"connection";
pub(super) const LOGIN: &[u8] = b"login";
pub(super) const NETWORK: &[u8] = b"network";
pub(super) const LEFT: &[u8] = b"left";
pub(super) const REENROLMENT: &[u8] = b"reenrolment";

pub(super) fn read<T: Canonical>(
    local: &LocalKey,
    id: &ProfileId,
    sealed: Option<Vec<u8>>,
    name: &[u8],
) -> Result<Option<T>, SessionError> {
    let Some(sealed) = sealed else { return Ok(None) };
    let opened = local.open_draft(id, name, &sealed).map_err(|_| SessionError::DatabaseDamaged)?;
    T::decode(opened.expose()).map(Some).map_err(|_| SessionError::DatabaseDamaged)
}

/// Seals the boxes under another root key's local key. A box that cannot be opened is dropped: the user gives its content again.
pub(super) fn reseal(
    db: &rusqlite::Connection,
    id: &ProfileId,
    (from, to): (&LocalKey, &LocalKey),
    rng: &mut Rng,
) -> Result<(), SessionError> {
    for (row, name) in [
        (meta::CONNECTION, CONNECTION),
        (meta::LOGIN, LOGIN),
        (meta::NETWORK, NETWORK),
        (meta::REENROLMENT, REENROLMENT),
        (meta::LEFT, LEFT),
    ] {
        let Some(sealed) = meta::get(db, row)? else { continue };
        match from.open_draft(id, name, &sealed) {
            Ok(opened) => meta::set(db, row, &to.seal_draft(id, name, opened.expose(), rng))?,
            Err(_) => meta::remove(db, row)?,
        }
    }
    Ok(())
}

/// Forgets how another device signs in, of which this database is a copy. What that device wrote since, or saw, the server could
/// hide: it is like a new device.
pub(crate) fn forget_device(db: &rusqlite::Connection) -> Result<(), SessionError> {
    if meta::get(db, meta::CONNECTION)?.is_some() {
        State::Replaying(Handover::Nothing).store(db)?;
    }
    meta::remove(db, meta::LEFT)?;
    meta::remove(db, meta::LOGIN)
}

const VERSION: u64 = 1;

impl Canonical for ServerConnection {
    const MAX_LEN: usize = 1024;

    fn write(&self) -> Array {
        let Self { issuer, address, key, login, registration, costs, api, recovery, unlock_seed } = self;
        let RecoveryRatchet { ended, current } = recovery;
        let (epoch, until) = current.unwrap_or_default();
        Array::new()
            .uint(VERSION)
            .text(issuer.as_str())
            .text(address.as_str())
            .bytes_or_null(key.as_ref().map(|key| key.as_bytes().as_slice()))
            .text(login.as_str())
            .uint(*registration)
            .uint(costs.memory_kib().into())
            .uint(costs.passes().into())
            .uint(costs.lanes().into())
            .uint(api.used().into())
            .uint(*ended)
            .uint(epoch)
            .uint(until)
            .bytes(unlock_seed.expose_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const MALFORMED: DecodeError = DecodeError::Malformed;
        let origin = |text: &str| Origin::new(text).map_err(|_| MALFORMED);
        reader.array(14)?;
        reader.version(VERSION)?;
        let issuer = origin(reader.text_up_to(Origin::MAX)?)?;
        let address = origin(reader.text_up_to(Origin::MAX)?)?;
        let key = reader.fixed_or_null()?;
        let login = LoginName::new(reader.text_up_to(LoginName::MAX)?).map_err(|_| MALFORMED)?;
        let registration = reader.uint()?;
        let (memory, passes, lanes) = (reader.uint32()?, reader.uint32()?, reader.uint32()?);
        let costs = KdfParams::new(memory, passes, lanes).map_err(|_| MALFORMED)?;
        let api = VersionRatchet::at(reader.uint32()?);
        let ended = reader.uint()?;
        let (epoch, until) = (reader.uint()?, reader.uint()?);
        let recovery = RecoveryRatchet { ended, current: (epoch > 0).then_some((epoch, until)) };
        let unlock_seed = UnlockSeed::from_bytes(&reader.byte_array()?);
        Ok(Self { issuer, address, key, login, registration, costs, api, recovery, unlock_seed })
    }
}

impl Canonical for DeviceLogin {
    const MAX_LEN: usize = 256;

    fn write(&self) -> Array {
        let Self { device, refresh } = self;
        let (sign, kem) = device.expose_seeds();
        Array::new()
            .uint(VERSION)
            .bytes(sign)
            .bytes(kem)
            .bytes_or_null(refresh.as_ref().map(|token| token.expose().as_bytes()))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const MALFORMED: DecodeError = DecodeError::Malformed;
        reader.array(4)?;
        reader.version(VERSION)?;
        let (sign, kem) = (reader.byte_array()?, reader.byte_array()?);
        let refresh = if reader.null()? {
            None
        } else {
            let token = str::from_utf8(reader.bytes_up_to(64)?).map_err(|_| MALFORMED)?;
            Some(Credential::new(token).map_err(|_| MALFORMED)?)
        };
        Ok(Self { device: Arc::new(DeviceSigner::from_seeds(&sign, &kem)), refresh })
    }
}

#[cfg(test)]
mod tests {
    use vault_testkit::FixedRng;

    use super::*;

    fn connection() -> ServerConnection {
        ServerConnection {
            issuer: Origin::new("https://server.test").unwrap(),
            address: Origin::new("https://192.0.2.1:8443").unwrap(),
            key: Some([7; 32].into()),
            login: LoginName::new("somebody@example.test").unwrap(),
            registration: 3,
            costs: KdfParams::TEST,
            api: VersionRatchet::at(1),
            recovery: RecoveryRatchet { ended: 1, current: Some((2, 9)) },
            unlock_seed: UnlockSeed::from_bytes(&[5; 32]),
        }
    }

    #[test]
    fn boxes_read_back_as_they_were_written() {
        let written = connection();
        let read = ServerConnection::decode(&written.encode()).unwrap();
        assert_eq!(read.encode(), written.encode());
        assert_eq!(read.recovery, written.recovery);
        let longest = ServerConnection {
            issuer: Origin::new(&format!("https://{}", "a".repeat(Origin::MAX - 8))).unwrap(),
            address: Origin::new(&format!("https://{}", "b".repeat(Origin::MAX - 8))).unwrap(),
            login: LoginName::new(&"c".repeat(LoginName::MAX)).unwrap(),
            registration: u64::MAX,
            recovery: RecoveryRatchet { ended: u64::MAX, current: Some((u64::MAX, u64::MAX)) },
            ..connection()
        };
        assert!(ServerConnection::decode(&longest.encode()).is_ok());
        for refresh in [None, Some(Credential::new(&"t".repeat(64)).unwrap())] {
            let device = Arc::new(DeviceSigner::make(&mut FixedRng::new(1)));
            let login = DeviceLogin { device, refresh };
            assert_eq!(DeviceLogin::decode(&login.encode()).unwrap().encode(), login.encode());
        }
    }
}
