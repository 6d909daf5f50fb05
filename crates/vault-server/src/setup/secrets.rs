//! The server's secrets: one root from which keys are derived, the keys of what is valid for minutes, those of tokens, and
//! OPAQUE's.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use rand_core::UnwrapErr;
use serde::{Deserialize, Serialize};
use vault_login::ServerSetup;
use vault_wire::message::Slug;
use zeroize::{Zeroize, Zeroizing};

/// What keys are for that are derived from the root, which never changes.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
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
            Self::Refresh => b"coffer/server/refresh",
            Self::Decoy => b"coffer/server/decoy",
            Self::Factor => b"coffer/server/factor",
        }
    }
}

/// What keys are for that protect what is valid for minutes, so that they can be replaced.
#[derive(Clone, Copy, Debug)]
pub enum Passing {
    /// Nonces of proofs.
    Nonce,
    /// States of a sign-in, sealed.
    State,
}

impl Passing {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Nonce => b"coffer/server/nonce",
            Self::State => b"coffer/server/state",
        }
    }
}

/// Whether keys stay valid when they are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// What was made with them stays valid until it expires.
    Kept,
    /// They are dropped: clients get another nonce and another token, and a sign-in that is under way begins again.
    Dropped,
}

/// The secrets of a server.
pub struct Secrets {
    root: Zeroizing<[u8; 32]>,
    passing: Vec<Zeroizing<[u8; 32]>>,
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

/// The most keys of tokens, and of nonces and states.
const MOST_TOKEN_KEYS: usize = 4;
const MOST_PASSING: usize = 2;

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    root: String,
    passing: Vec<String>,
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
        self.passing.iter_mut().for_each(Zeroize::zeroize);
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
        let (root, passing) = (random()?, vec![random()?]);
        let opaque = ServerSetup::make(&mut UnwrapErr(getrandom::SysRng));
        Ok(Self { root, passing, opaque, tokens: vec![TokenKey::make()?] })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`SecretsError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, SecretsError> {
        let file: File = toml::from_str(text).map_err(|_| SecretsError::Malformed)?;
        let root = Zeroizing::new(decode(&file.root)?);
        let passing = file.passing.iter().map(|key| decode(key).map(Zeroizing::new));
        let passing = passing.collect::<Result<Vec<_>, _>>()?;
        let opaque = Zeroizing::new(decode(&file.opaque)?);
        let opaque = ServerSetup::from_bytes(&opaque).map_err(|_| SecretsError::Malformed)?;
        let tokens = file.token_key.iter().map(TokenKey::parse).collect::<Result<Vec<_>, _>>()?;
        if tokens.is_empty() || tokens.len() > MOST_TOKEN_KEYS || !(1..=MOST_PASSING).contains(&passing.len())
        {
            return Err(SecretsError::Malformed);
        }
        Ok(Self { root, passing, opaque, tokens })
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
            passing: self
                .passing
                .iter()
                .map(|key| Base64UrlUnpadded::encode_string(key.as_slice()))
                .collect(),
            opaque: Base64UrlUnpadded::encode_string(self.opaque.expose_bytes().as_slice()),
            token_key: token_key.collect(),
        };
        toml::to_string(&file).map(Zeroizing::new).map_err(|_| SecretsError::Malformed)
    }

    /// Derives the key for one purpose.
    #[must_use]
    pub fn derive(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        derive(&self.root, purpose.label())
    }

    /// Derives the keys for one purpose. The first one is in use, the others open what was made before.
    #[must_use]
    pub fn passing(&self, purpose: Passing) -> Vec<Zeroizing<[u8; 32]>> {
        self.passing.iter().map(|key| derive(key, purpose.label())).collect()
    }

    /// OPAQUE's keys.
    #[must_use]
    pub const fn opaque(&self) -> &ServerSetup {
        &self.opaque
    }

    /// OPAQUE's keys alone.
    #[must_use]
    pub fn into_opaque(self) -> ServerSetup {
        self.opaque
    }

    /// The keys of tokens. The first one signs, all verify.
    #[must_use]
    pub fn token_keys(&self) -> &[TokenKey] {
        &self.tokens
    }

    /// Puts new keys of tokens, and of nonces and states, first. Of those before, some are kept.
    ///
    /// # Errors
    /// [`SecretsError::Randomness`].
    pub fn rotate(&mut self, replaced: Replaced) -> Result<(), SecretsError> {
        let (token, passing) = (TokenKey::make()?, random()?);
        if replaced == Replaced::Dropped {
            self.tokens.clear();
            self.passing.clear();
        }
        self.tokens.insert(0, token);
        self.tokens.truncate(MOST_TOKEN_KEYS);
        self.passing.insert(0, passing);
        self.passing.truncate(MOST_PASSING);
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

fn random() -> Result<Zeroizing<[u8; 32]>, SecretsError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| SecretsError::Randomness)?;
    Ok(bytes)
}

fn derive(key: &[u8; 32], label: &[u8]) -> Zeroizing<[u8; 32]> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut derived = Zeroizing::new([0; 32]);
    derived.copy_from_slice(hmac::sign(&key, label).as_ref());
    derived
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
        secrets.rotate(Replaced::Kept).unwrap();
        let read = Secrets::parse(&secrets.to_text().unwrap()).unwrap();
        assert_eq!(read.derive(Purpose::Decoy), secrets.derive(Purpose::Decoy));
        assert_ne!(read.derive(Purpose::Decoy), read.derive(Purpose::Factor));
        assert_eq!(read.passing(Passing::Nonce), secrets.passing(Passing::Nonce));
        assert_ne!(read.passing(Passing::Nonce), read.passing(Passing::State));
        assert_eq!(read.opaque().expose_bytes(), secrets.opaque().expose_bytes());
        let kids =
            |secrets: &Secrets| secrets.token_keys().iter().map(|key| key.kid.clone()).collect::<Vec<_>>();
        assert_eq!((kids(&read), kids(&read).len()), (kids(&secrets), 2));
    }

    #[test]
    fn keys_that_are_replaced_stay_for_a_while_or_go_and_the_root_stays() {
        let mut secrets = Secrets::make().unwrap();
        let (root, first) = (secrets.derive(Purpose::Decoy), secrets.passing(Passing::State));
        secrets.rotate(Replaced::Kept).unwrap();
        let second = secrets.passing(Passing::State);
        assert_eq!((second.len(), &second[1], secrets.token_keys().len()), (2, &first[0], 2));
        for _ in 0..9 {
            secrets.rotate(Replaced::Kept).unwrap();
        }
        assert_eq!((secrets.passing(Passing::State).len(), secrets.token_keys().len()), (2, 4));
        assert!(Secrets::parse(&secrets.to_text().unwrap()).is_ok());
        secrets.rotate(Replaced::Dropped).unwrap();
        assert_eq!((secrets.passing(Passing::State).len(), secrets.token_keys().len()), (1, 1));
        assert_eq!(secrets.derive(Purpose::Decoy), root);
    }

    #[test]
    fn a_damaged_file_is_refused_without_quoting_it() {
        let text = Secrets::make().unwrap().to_text().unwrap();
        for damaged in ["", "root = 'x'", &text.replace("root", "rot"), &text[..text.len() - 4]] {
            assert_eq!(Secrets::parse(damaged).map(drop), Err(SecretsError::Malformed));
        }
    }
}
