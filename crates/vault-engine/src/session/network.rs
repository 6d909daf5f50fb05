//! How this computer reaches the server of a profile: a sealed box in the database; its layout is in
//! `docs/formats/profile.md`.

use std::num::NonZeroU32;

use vault_crypto::SecretText;
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};

use super::connection::{NETWORK, read};
use super::error::SessionError;
use super::rows::meta;
use super::state::Session;

/// How this computer reaches the server of a profile.
#[derive(Default)]
pub struct NetworkSettings {
    /// The proxy.
    pub proxy: ProxySetting,
    /// Authorities that are trusted for this server besides those of the system.
    pub authorities: Option<AuthorityFile>,
    /// How fast documents are sent, in units of 1,024 bytes in a second; none for as fast as possible.
    pub upload: Option<NonZeroU32>,
    /// The same for documents that are downloaded.
    pub download: Option<NonZeroU32>,
}

/// The proxy through which the server is reached.
#[derive(Default)]
pub enum ProxySetting {
    /// None.
    #[default]
    Direct,
    /// As the system says.
    System,
    /// This address, with name and password if the proxy asks for them.
    At(SecretText),
}

/// Certificates of authorities, as they were read from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityFile {
    /// The name of the file.
    pub name: String,
    /// Its content, PEM.
    pub pem: Vec<u8>,
}

impl NetworkSettings {
    /// Longest address of a proxy, in bytes.
    pub const MAX_PROXY: usize = 1024;
    /// Longest name of a file of authorities, in bytes.
    pub const MAX_NAME: usize = 255;
    /// Longest file of authorities, in bytes.
    pub const MAX_PEM: usize = 64 * 1024;

    /// The same settings once more.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let Self { proxy, authorities, upload, download } = self;
        let proxy = match proxy {
            ProxySetting::Direct => ProxySetting::Direct,
            ProxySetting::System => ProxySetting::System,
            ProxySetting::At(address) => ProxySetting::At(address.duplicate()),
        };
        Self { proxy, authorities: authorities.clone(), upload: *upload, download: *download }
    }
}

impl Session {
    /// Returns how the server is reached.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn network(&self) -> Result<NetworkSettings, SessionError> {
        let stored = read(&self.local, &self.info.id, meta::get(&self.db, meta::NETWORK)?, NETWORK)?;
        Ok(stored.unwrap_or_default())
    }

    /// Stores how the server is reached.
    ///
    /// # Errors
    /// [`SessionError::Fault`] if a value is out of its bounds; fails if the profile cannot be written.
    pub fn set_network(&mut self, settings: &NetworkSettings) -> Result<(), SessionError> {
        self.writable()?;
        let encoded = settings.encode();
        if NetworkSettings::decode(&encoded).is_err() {
            return Err(SessionError::Fault);
        }
        let sealed = self.local.seal_draft(&self.info.id, NETWORK, &encoded, &mut self.rng);
        meta::set(&self.db, meta::NETWORK, &sealed)
    }
}

const VERSION: u64 = 1;

const DIRECT: u64 = 0;
const SYSTEM: u64 = 1;
const AT: u64 = 2;

impl Canonical for NetworkSettings {
    const MAX_LEN: usize = Self::MAX_PEM + Self::MAX_PROXY + Self::MAX_NAME + 64;

    fn write(&self) -> Array {
        let Self { proxy, authorities, upload, download } = self;
        let (kind, address) = match proxy {
            ProxySetting::Direct => (DIRECT, ""),
            ProxySetting::System => (SYSTEM, ""),
            ProxySetting::At(address) => (AT, address.expose()),
        };
        let (name, pem) = authorities.as_ref().map_or(("", None), |file| (&*file.name, Some(&*file.pem)));
        let number = |limit: &Option<NonZeroU32>| limit.map_or(0, |limit| limit.get().into());
        Array::new()
            .uint(VERSION)
            .uint(kind)
            .text(address)
            .text(name)
            .bytes_or_null(pem)
            .uint(number(upload))
            .uint(number(download))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(7)?;
        reader.version(VERSION)?;
        let kind = reader.uint()?;
        let address = reader.text_up_to(Self::MAX_PROXY)?;
        let proxy = match (kind, address) {
            (DIRECT, "") => ProxySetting::Direct,
            (SYSTEM, "") => ProxySetting::System,
            (AT, address) if !address.is_empty() => ProxySetting::At(address.into()),
            _ => return Err(DecodeError::Malformed),
        };
        let name = reader.text_up_to(Self::MAX_NAME)?.to_owned();
        let authorities = if reader.null()? {
            if name.is_empty() { None } else { return Err(DecodeError::Malformed) }
        } else {
            Some(AuthorityFile { name, pem: reader.bytes_up_to(Self::MAX_PEM)?.to_vec() })
        };
        let (upload, download) = (NonZeroU32::new(reader.uint32()?), NonZeroU32::new(reader.uint32()?));
        Ok(Self { proxy, authorities, upload, download })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest() -> NetworkSettings {
        NetworkSettings {
            proxy: ProxySetting::At("p".repeat(NetworkSettings::MAX_PROXY).as_str().into()),
            authorities: Some(AuthorityFile {
                name: "n".repeat(NetworkSettings::MAX_NAME),
                pem: vec![b'x'; NetworkSettings::MAX_PEM],
            }),
            upload: NonZeroU32::new(u32::MAX),
            download: NonZeroU32::new(1),
        }
    }

    #[test]
    fn settings_read_back_as_they_were_written() {
        let system = NetworkSettings { proxy: ProxySetting::System, ..NetworkSettings::default() };
        for settings in [NetworkSettings::default(), system, longest()] {
            let read = NetworkSettings::decode(&settings.encode()).unwrap();
            assert_eq!(read.encode(), settings.encode());
            assert_eq!(read.duplicate().encode(), settings.encode());
        }
        let mut longer = longest();
        longer.authorities.as_mut().unwrap().pem.push(b'x');
        assert!(NetworkSettings::decode(&longer.encode()).is_err());
    }
}
