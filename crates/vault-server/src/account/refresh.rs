//! Refresh tokens: 16 bytes account, 16 bytes session, 16 bytes secret. The successor of each is derived from it by a key of
//! the server, so that a repeated request gets the same one and none is stored.

use aws_lc_rs::hmac;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};
use vault_wire::message::{Credential, ProblemCode};
use vault_wire::{AccountId, SessionId};
use zeroize::{Zeroize, Zeroizing};

use crate::auth::mac;
use crate::failure::Failure;

/// A refresh token.
pub struct RefreshToken {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// What proves it.
    pub secret: [u8; 16],
}

impl Drop for RefreshToken {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl RefreshToken {
    /// Parses a token.
    #[must_use]
    pub fn parse(text: &Credential<64>) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 48]);
        if Base64UrlUnpadded::decode(text.expose(), bytes.as_mut_slice()).ok()?.len() != 48 {
            return None;
        }
        let (account, rest) = bytes.split_at(16);
        let (session, secret) = rest.split_at(16);
        Some(Self {
            account: account.try_into().ok()?,
            session: session.try_into().ok()?,
            secret: secret.try_into().ok()?,
        })
    }

    /// The token as text.
    ///
    /// # Errors
    /// Never: its length is fixed.
    pub fn to_text(&self) -> Result<Credential<64>, Failure> {
        let text = Zeroizing::new(Base64UrlUnpadded::encode_string(self.bytes().as_slice()));
        Credential::new(&text).map_err(|_| ProblemCode::Internal.into())
    }

    /// What the database keeps of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.bytes().as_slice()).into()
    }

    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.account.as_bytes().as_slice(), self.session.as_bytes(), &self.secret].concat())
    }
}

/// Derives successors.
pub struct Successor(hmac::Key);

impl Successor {
    /// Uses this key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The token after this one.
    #[must_use]
    pub fn of(&self, token: &RefreshToken) -> RefreshToken {
        let mac = Zeroizing::new(mac(&self.0, &[token.bytes().as_slice()]));
        let mut secret = [0; 16];
        secret.iter_mut().zip(mac.iter()).for_each(|(to, from)| *to = *from);
        RefreshToken { account: token.account, session: token.session, secret }
    }
}
