//! The server's secrets: one root from which keys are derived, the keys of tokens, and OPAQUE's.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use rand_core::UnwrapErr;
use serde::{Deserialize, Serialize};
use vault_login::ServerSetup;
use vault_wire::message::Slug;
use zeroize::{Zeroize, Zeroizing};

/// What a derived key is for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// Nonces of proofs.
    Nonce,
    /// States of a sign-in, sealed.
    State,
    /// Successors of refresh tokens.
    Refresh,
    /// Answers for names that do not exist.
    Decoy,
    /// Second factors in the database, sealed.
    Factor,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Nonce => b"coffer/server/nonce",
            Self::State => b"coffer/server/state",
            Self::Refresh => b"coffer/server/refresh",
            Self::Decoy => b"coffer/server/decoy",
            Self::Factor => b"coffer/server/factor",
        }
    }
}

/// The secrets of a server.
pub struct Secrets {
    root: Zeroizing<[u8; 32]>,
    opaque: ServerSetup,
    tokens: Vec<TokenKey>,
}

/// A key of access tokens.
pub struct TokenKey {
    /// Its id.
    pub kid: Slug,
    /// The private key, PKCS#8.
    pub private: Zeroizing<Vec<u8>>,
    /// The public key.
    pub public: [u8; 32],
}

/// The secrets cannot be used. The error quotes none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The file has another form.
    #[error("the file with the secrets is damaged")]
    Malformed,
    /// The system has no randomness, or the cryptographic library failed.
    #[error("the system gives no random numbers")]
    Randomness,
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    root: String,
    opaque: String,
    token_key: Vec<TokenKeyFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenKeyFile {
    kid: String,
    private: String,
}

impl Drop for File {
    fn drop(&mut self) {
        self.root.zeroize();
        self.opaque.zeroize();
        self.token_key.iter_mut().for_each(|key| key.private.zeroize());
    }
}

impl Secrets {
    /// Makes new secrets.
    ///
    /// # Errors
    /// [`SecretsError::Randomness`].
    pub fn make() -> Result<Self, SecretsError> {
        let mut root = Zeroizing::new([0; 32]);
        getrandom::fill(root.as_mut_slice()).map_err(|_| SecretsError::Randomness)?;
        let opaque = ServerSetup::make(&mut UnwrapErr(getrandom::SysRng));
        Ok(Self { root, opaque, tokens: vec![TokenKey::make()?] })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`SecretsError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, SecretsError> {
        let file: File = toml::from_str(text).map_err(|_| SecretsError::Malformed)?;
        let root = Zeroizing::new(decode(&file.root)?);
        let opaque = Zeroizing::new(decode(&file.opaque)?);
        let opaque = ServerSetup::from_bytes(&opaque).map_err(|_| SecretsError::Malformed)?;
        let tokens = file.token_key.iter().map(TokenKey::parse).collect::<Result<Vec<_>, _>>()?;
        if tokens.is_empty() || tokens.len() > 16 {
            return Err(SecretsError::Malformed);
        }
        Ok(Self { root, opaque, tokens })
    }

    /// The text of a file.
    ///
    /// # Errors
    /// [`SecretsError::Malformed`] if it cannot be written as TOML.
    pub fn to_text(&self) -> Result<Zeroizing<String>, SecretsError> {
        let token_key = self.tokens.iter().map(|key| TokenKeyFile {
            kid: key.kid.as_str().to_owned(),
            private: Base64UrlUnpadded::encode_string(&key.private),
        });
        let file = File {
            root: Base64UrlUnpadded::encode_string(self.root.as_slice()),
            opaque: Base64UrlUnpadded::encode_string(self.opaque.expose_bytes().as_slice()),
            token_key: token_key.collect(),
        };
        toml::to_string(&file).map(Zeroizing::new).map_err(|_| SecretsError::Malformed)
    }

    /// Derives the key for one purpose.
    #[must_use]
    pub fn derive(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.root.as_slice());
        let mut derived = Zeroizing::new([0; 32]);
        derived.copy_from_slice(hmac::sign(&key, purpose.label()).as_ref());
        derived
    }

    /// OPAQUE's keys.
    #[must_use]
    pub const fn opaque(&self) -> &ServerSetup {
        &self.opaque
    }

    /// The keys of tokens. The first one signs, all verify.
    #[must_use]
    pub fn token_keys(&self) -> &[TokenKey] {
        &self.tokens
    }

    /// Puts a new key of tokens first. The oldest beyond four is dropped.
    ///
    /// # Errors
    /// [`SecretsError::Randomness`].
    pub fn rotate_token_key(&mut self) -> Result<(), SecretsError> {
        self.tokens.insert(0, TokenKey::make()?);
        self.tokens.truncate(4);
        Ok(())
    }
}

impl TokenKey {
    fn make() -> Result<Self, SecretsError> {
        let private =
            Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| SecretsError::Randomness)?;
        Self::of(Zeroizing::new(private.as_ref().to_vec()))
    }

    fn parse(file: &TokenKeyFile) -> Result<Self, SecretsError> {
        let private = Base64UrlUnpadded::decode_vec(&file.private).map_err(|_| SecretsError::Malformed)?;
        let key = Self::of(Zeroizing::new(private))?;
        if key.kid.as_str() == file.kid { Ok(key) } else { Err(SecretsError::Malformed) }
    }

    /// The id is made of the public key.
    fn of(private: Zeroizing<Vec<u8>>) -> Result<Self, SecretsError> {
        let pair = Ed25519KeyPair::from_pkcs8(&private).map_err(|_| SecretsError::Malformed)?;
        let public: [u8; 32] = pair.public_key().as_ref().try_into().map_err(|_| SecretsError::Malformed)?;
        let kid: String = public.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { kid: Slug::new(&kid).map_err(|_| SecretsError::Malformed)?, private, public })
    }
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], SecretsError> {
    let mut bytes = [0; N];
    let length = Base64UrlUnpadded::decode(text, &mut bytes).map_err(|_| SecretsError::Malformed)?.len();
    if length == N { Ok(bytes) } else { Err(SecretsError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_read_as_they_were_written() {
        let mut secrets = Secrets::make().unwrap();
        secrets.rotate_token_key().unwrap();
        let read = Secrets::parse(&secrets.to_text().unwrap()).unwrap();
        assert_eq!(read.derive(Purpose::Nonce), secrets.derive(Purpose::Nonce));
        assert_ne!(read.derive(Purpose::Nonce), read.derive(Purpose::State));
        assert_eq!(read.opaque().expose_bytes(), secrets.opaque().expose_bytes());
        let kids =
            |secrets: &Secrets| secrets.token_keys().iter().map(|key| key.kid.clone()).collect::<Vec<_>>();
        assert_eq!((kids(&read), kids(&read).len()), (kids(&secrets), 2));
    }

    #[test]
    fn a_damaged_file_is_refused_without_quoting_it() {
        let text = Secrets::make().unwrap().to_text().unwrap();
        for damaged in ["", "root = 'x'", &text.replace("root", "rot"), &text[..text.len() - 4]] {
            assert_eq!(Secrets::parse(damaged).map(drop), Err(SecretsError::Malformed));
        }
    }
}
