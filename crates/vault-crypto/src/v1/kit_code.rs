//! The QR code of a Kit: what another computer needs besides the master password.

use vault_wire::ContentHash;
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::message::{LoginName, Origin};

use super::link::{self, Kind, LinkError};
use crate::keys::SecretKey;
use crate::secret::assert_opaque;
use crate::text::SecretText;

/// Server, login and Secret Key of an account, as one text.
pub struct KitCode {
    /// An address of the server.
    pub address: Origin,
    /// Its identity.
    pub issuer: Origin,
    /// The SHA-256 of its public key (SPKI), if no authority vouches for it.
    pub key: Option<ContentHash>,
    /// The login name.
    pub login: LoginName,
    /// The Secret Key.
    pub secret_key: SecretKey,
}

assert_opaque!(KitCode);

impl KitCode {
    /// Maximum length of the content.
    const MAX_LEN: usize = 2 + 2 * (3 + Origin::MAX) + 34 + 3 + LoginName::MAX + 17;
    const KIND: Kind = Kind { prefix: "coffer://kit#", text: 1200, content: Self::MAX_LEN };
    const VERSION: u64 = 1;

    /// Returns the text.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        link::write(Self::KIND.prefix, &self.write())
    }

    /// Parses the text, or the part of it after the `#`.
    ///
    /// # Errors
    /// If it is no such code, or damaged.
    pub fn from_text(text: &SecretText) -> Result<Self, LinkError> {
        link::read(&Self::KIND, text, Self::read, Self::write)
    }

    fn write(&self) -> Array {
        let Self { address, issuer, key, login, secret_key } = self;
        Array::new()
            .uint(Self::VERSION)
            .text(address.as_str())
            .text(issuer.as_str())
            .bytes_or_null(key.as_ref().map(|key| key.as_bytes().as_slice()))
            .text(login.as_str())
            .bytes(secret_key.expose_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const MALFORMED: DecodeError = DecodeError::Malformed;
        reader.array(6)?;
        reader.version(Self::VERSION)?;
        let origin = |text: &str| Origin::new(text).map_err(|_| MALFORMED);
        Ok(Self {
            address: origin(reader.text_up_to(Origin::MAX)?)?,
            issuer: origin(reader.text_up_to(Origin::MAX)?)?,
            key: reader.fixed_or_null()?,
            login: LoginName::new(reader.text_up_to(LoginName::MAX)?).map_err(|_| MALFORMED)?,
            secret_key: SecretKey::from_slice(reader.bytes_up_to(SecretKey::LEN)?).map_err(|_| MALFORMED)?,
        })
    }
}
