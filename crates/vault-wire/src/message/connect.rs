//! The connect code of a server: what a client needs for its first contact, as text or as a QR code.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::ContentHash;
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::message::{Credential, Origin};

/// Where a server is, who it is, and how to open an account there.
#[derive(Debug)]
pub struct ConnectCode {
    /// An address of the server.
    pub address: Origin,
    /// Its identity.
    pub issuer: Origin,
    /// The SHA-256 of its public key (SPKI), if no authority vouches for it.
    pub key: Option<ContentHash>,
    /// A sign-up code.
    pub code: Option<Credential<64>>,
}

/// The reason why a text is not a connect code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectCodeError {
    /// The text is not a connect code.
    #[error("this is not a connect code")]
    NotACode,
    /// The code is damaged or truncated.
    #[error("the connect code is damaged: {0}")]
    Damaged(#[from] DecodeError),
}

impl ConnectCode {
    /// The version of the layout.
    pub const VERSION: u64 = 1;
    const PREFIX: &str = "coffer://connect#";
}

impl fmt::Display for ConnectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::PREFIX, Base64UrlUnpadded::encode_string(&self.encode()))
    }
}

impl FromStr for ConnectCode {
    type Err = ConnectCodeError;

    /// Parses the text, or the part of it after the `#`. Surrounding space is ignored.
    fn from_str(text: &str) -> Result<Self, ConnectCodeError> {
        let text = text.trim();
        let code = text.strip_prefix(Self::PREFIX).unwrap_or(text);
        // Four characters for three bytes; checked before decoding.
        if code.is_empty() || code.len() > (Self::MAX_LEN * 4).div_ceil(3) {
            return Err(ConnectCodeError::NotACode);
        }
        let bytes = Base64UrlUnpadded::decode_vec(code).map_err(|_| ConnectCodeError::NotACode)?;
        Ok(Self::decode(&bytes)?)
    }
}

impl Canonical for ConnectCode {
    const MAX_LEN: usize = 2 + 2 * (3 + Origin::MAX) + 34 + 66;

    fn write(&self) -> Array {
        let Self { address, issuer, key, code } = self;
        Array::new()
            .uint(Self::VERSION)
            .text(address.as_str())
            .text(issuer.as_str())
            .bytes_or_null(key.as_ref().map(|key| key.as_bytes().as_slice()))
            .bytes_or_null(code.as_ref().map(|code| code.expose().as_bytes()))
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        reader.version(Self::VERSION)?;
        let origin = |text: &str| Origin::new(text).map_err(|_| DecodeError::Malformed);
        let address = origin(reader.text_up_to(Origin::MAX)?)?;
        let issuer = origin(reader.text_up_to(Origin::MAX)?)?;
        let key = reader.fixed_or_null()?;
        let code = if reader.null()? {
            None
        } else {
            let code = str::from_utf8(reader.bytes_up_to(64)?).map_err(|_| DecodeError::Malformed)?;
            Some(Credential::new(code).map_err(|_| DecodeError::Malformed)?)
        };
        Ok(Self { address, issuer, key, code })
    }
}
