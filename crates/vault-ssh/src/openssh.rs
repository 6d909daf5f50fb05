//! OpenSSH's private key format, described in `PROTOCOL.key` of its sources.

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use ssh_cipher::Cipher;
use vault_crypto::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use super::cost::BCRYPT_ROUNDS;
use super::ecdsa::Curve;
use super::error::{KeyError, Unsupported};
use super::key::{PrivateKey, Secret};
use super::pem::armour;
use super::public::{ED25519, RSA};
use super::rsa::Numbers;
use super::wire::{Reader, Writer};

/// The signature of the format.
const MAGIC: &[u8] = b"openssh-key-v1\0";
/// The label of its PEM block.
const LABEL: &str = "OPENSSH PRIVATE KEY";
/// The cipher of written keys, the default of `ssh-keygen`.
const CIPHER: Cipher = Cipher::Aes256Ctr;
/// Rounds of bcrypt for written keys, twice the default of `ssh-keygen`.
const ROUNDS: u32 = 32;
/// All ciphers that OpenSSH supports for key files.
const CIPHERS: [Cipher; 10] = [
    Cipher::Aes256Ctr,
    Cipher::Aes192Ctr,
    Cipher::Aes128Ctr,
    Cipher::Aes256Cbc,
    Cipher::Aes192Cbc,
    Cipher::Aes128Cbc,
    Cipher::Aes256Gcm,
    Cipher::Aes128Gcm,
    Cipher::ChaCha20Poly1305,
    Cipher::TdesCbc,
];
/// Length of the salt for written keys, in bytes.
const SALT: usize = 16;

/// Reads the content of the PEM block.
pub(super) fn read(bytes: &[u8], passphrase: Option<&SecretText>) -> Result<PrivateKey, KeyError> {
    let mut reader = Reader::new(bytes);
    if reader.take(MAGIC.len()) != Some(MAGIC) {
        return Err(KeyError::Damaged);
    }
    let Parts { cipher, kdf, options, public, body, tag } = Parts::read(&mut reader)?;
    if cipher == "none" {
        let plain = kdf == "none" && options.is_empty() && tag.is_empty();
        return if plain { read_body(body, public) } else { Err(KeyError::Damaged) };
    }
    let lock = FileCipher::of(cipher)?;
    if kdf != "bcrypt" {
        return Err(KeyError::Unsupported(Unsupported::Encryption));
    }
    let mut options = Reader::new(options);
    let (salt, rounds) = options.string().zip(options.u32()).ok_or(KeyError::Damaged)?;
    if salt.is_empty() || rounds == 0 || !options.is_empty() || tag.len() != lock.tag() {
        return Err(KeyError::Damaged);
    }
    if rounds > BCRYPT_ROUNDS {
        return Err(KeyError::CostTooHigh);
    }
    let passphrase = passphrase.ok_or(KeyError::PassphraseNeeded)?;
    let body = lock.open(body, tag, passphrase, salt, rounds)?;
    read_body(body.expose(), public).map_err(|error| match error {
        // Only the two equal numbers at the start verify the passphrase.
        KeyError::Damaged if !is_opened(body.expose()) => KeyError::WrongPassphrase,
        other => other,
    })
}

/// The outer fields of a file.
struct Parts<'a> {
    cipher: &'a str,
    kdf: &'a str,
    options: &'a [u8],
    public: &'a [u8],
    body: &'a [u8],
    /// The bytes after the last string: the tag of AEAD ciphers.
    tag: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, KeyError> {
        let text = |bytes: Option<&'a [u8]>| {
            bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or(KeyError::Damaged)
        };
        let (cipher, kdf) = (text(reader.string())?, text(reader.string())?);
        let options = reader.string().ok_or(KeyError::Damaged)?;
        match reader.u32() {
            Some(1) => {}
            Some(2..) => return Err(KeyError::Unsupported(Unsupported::SeveralKeys)),
            _ => return Err(KeyError::Damaged),
        }
        let (public, body) = reader.string().zip(reader.string()).ok_or(KeyError::Damaged)?;
        Ok(Self { cipher, kdf, options, public, body, tag: reader.rest() })
    }
}

/// A cipher with its parameters for key files.
struct FileCipher {
    cipher: Cipher,
    /// Number of bytes derived from the passphrase, and the ranges of key and IV in them.
    derived: usize,
    key: usize,
    vector: usize,
}

impl FileCipher {
    fn of(name: &str) -> Result<Self, KeyError> {
        let unsupported = KeyError::Unsupported(Unsupported::Encryption);
        let cipher = CIPHERS.into_iter().find(|cipher| cipher.as_str() == name).ok_or(unsupported)?;
        let (key, vector) = cipher.key_and_iv_size().ok_or(unsupported)?;
        let derived = match cipher {
            // OpenSSH derives two keys, of which a file uses the first. The nonce is the packet number 0.
            Cipher::ChaCha20Poly1305 => 64,
            _ => key + vector,
        };
        Ok(Self { cipher, derived, key, vector })
    }

    fn tag(&self) -> usize {
        if self.cipher.has_tag() { 16 } else { 0 }
    }

    /// Derives the key and the IV.
    fn derive(
        &self,
        passphrase: &SecretText,
        salt: &[u8],
        rounds: u32,
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let mut derived = Zeroizing::new(vec![0; self.derived]);
        bcrypt_pbkdf::bcrypt_pbkdf(passphrase.expose(), salt, rounds, &mut derived)
            .map_err(|_| KeyError::Damaged)?;
        if self.cipher == Cipher::ChaCha20Poly1305 {
            derived.truncate(self.key);
            derived.resize(self.key + self.vector, 0);
        }
        Ok(derived)
    }

    fn open(
        &self,
        body: &[u8],
        tag: &[u8],
        passphrase: &SecretText,
        salt: &[u8],
        rounds: u32,
    ) -> Result<SecretBytes, KeyError> {
        if !body.len().is_multiple_of(self.cipher.block_size()) {
            return Err(KeyError::Damaged);
        }
        let tag = match tag {
            [] => None,
            tag => Some(tag.try_into().map_err(|_| KeyError::Damaged)?),
        };
        let derived = self.derive(passphrase, salt, rounds)?;
        let (key, vector) = derived.split_at_checked(self.key).ok_or(KeyError::Damaged)?;
        let mut body = Zeroizing::new(body.to_vec());
        self.cipher.decrypt(key, vector, &mut body, tag).map_err(|_| KeyError::WrongPassphrase)?;
        Ok(SecretBytes::new(std::mem::take(&mut *body)))
    }
}

/// Returns whether a private part was decrypted with the right key.
fn is_opened(body: &[u8]) -> bool {
    let mut reader = Reader::new(body);
    reader.u32().zip(reader.u32()).is_some_and(|(one, other)| one == other)
}

fn read_body(body: &[u8], public: &[u8]) -> Result<PrivateKey, KeyError> {
    if !is_opened(body) {
        return Err(KeyError::Damaged);
    }
    let mut reader = Reader::new(body);
    reader.take(8).ok_or(KeyError::Damaged)?;
    let mut key = read_key(&mut reader)?.ok_or(KeyError::Damaged)?;
    let comment = reader.string().ok_or(KeyError::Damaged)?;
    // The padding bytes are 1, 2, 3, …
    let padded = reader.rest().iter().zip(1_u8..).all(|(byte, count)| *byte == count);
    if !padded || reader.rest().len() >= 255 || key.public.blob() != public {
        return Err(KeyError::Damaged);
    }
    key.public = key.public.with_comment(&String::from_utf8_lossy(comment));
    Ok(key)
}

/// Reads one private key. Returns `None` if its numbers are inconsistent with each other or with its public half.
fn read_key(reader: &mut Reader<'_>) -> Result<Option<PrivateKey>, KeyError> {
    let name = reader.string().ok_or(KeyError::Damaged)?;
    let key = if name == ED25519.as_bytes() {
        read_ed25519(reader)
    } else if name == RSA.as_bytes() {
        read_rsa(reader)
    } else if let Some(curve) = Curve::ALL.into_iter().find(|curve| curve.key_name().as_bytes() == name) {
        read_ecdsa(reader, curve)
    } else {
        return Err(KeyError::Unsupported(Unsupported::Algorithm));
    };
    Ok(key)
}

fn read_ed25519(reader: &mut Reader<'_>) -> Option<PrivateKey> {
    let (public, pair) = (reader.string()?, reader.string()?);
    let (seed, again) = pair.split_at_checked(32)?;
    let key = PrivateKey::ed25519(seed, "")?;
    // Signing with a mismatched public key would reveal the secret scalar.
    (public == again && key.public.blob().ends_with(public) && public.len() == 32).then_some(key)
}

fn read_rsa(reader: &mut Reader<'_>) -> Option<PrivateKey> {
    let numbers = Numbers {
        modulus: reader.number()?,
        exponent: reader.number()?,
        private: reader.number()?,
        inverse: reader.number()?,
        primes: [reader.number()?, reader.number()?],
    };
    PrivateKey::rsa(&numbers, "")
}

fn read_ecdsa(reader: &mut Reader<'_>, curve: Curve) -> Option<PrivateKey> {
    let (name, point) = (reader.string()?, reader.string()?);
    let key = PrivateKey::ecdsa(curve, reader.number()?, "")?;
    (name == curve.name().as_bytes() && key.public.blob().ends_with(point) && !point.is_empty())
        .then_some(key)
}

impl PrivateKey {
    /// Returns the key in OpenSSH's format, unencrypted. The output is deterministic.
    #[must_use]
    pub fn to_openssh(&self) -> SecretText {
        let body = self.body(8);
        let file = self.file("none", "none", &[], body.expose());
        armour(LABEL, &file.secret())
    }

    /// Returns the key in OpenSSH's format, encrypted with a passphrase.
    ///
    /// # Errors
    /// Fails if the passphrase is empty.
    pub fn to_openssh_encrypted(
        &self,
        passphrase: &SecretText,
        rng: &mut dyn CryptoRng,
    ) -> Result<SecretText, KeyError> {
        let mut salt = [0; SALT];
        rng.fill_bytes(&mut salt);
        let lock = FileCipher::of(CIPHER.as_str())?;
        let derived = lock.derive(passphrase, &salt, ROUNDS).map_err(|_| KeyError::PassphraseNeeded)?;
        let (key, vector) = derived.split_at_checked(lock.key).ok_or(KeyError::Damaged)?;
        let mut body = Zeroizing::new(self.body(CIPHER.block_size()).expose().to_vec());
        CIPHER.encrypt(key, vector, &mut body).map_err(|_| KeyError::Damaged)?;
        let options = Writer::new().string(&salt).u32(ROUNDS).public();
        let file = self.file(CIPHER.as_str(), "bcrypt", &options, &body);
        Ok(armour(LABEL, &file.secret()))
    }

    fn file(&self, cipher: &str, kdf: &str, options: &[u8], body: &[u8]) -> Writer {
        let file = Writer::new().raw(MAGIC).string(cipher.as_bytes()).string(kdf.as_bytes());
        file.string(options).u32(1).string(self.public.blob()).string(body)
    }

    /// Returns the private part, padded to whole blocks.
    fn body(&self, block: usize) -> SecretBytes {
        // OpenSSH uses a random number here; the format only requires that it is repeated.
        let digest = Sha256::digest(self.public.blob());
        let check = Reader::new(&digest).u32().unwrap_or_default();
        let body = Writer::new().u32(check).u32(check).string(self.public.kind().name().as_bytes());
        let body = match &self.secret {
            Secret::Ed25519(seed) => {
                let public = self.public.blob().get(self.public.blob().len() - 32..).unwrap_or_default();
                let pair = Writer::new().raw(seed.expose()).raw(public).secret();
                body.string(public).string(pair.expose())
            }
            Secret::Rsa(rsa) => {
                let [p, q] = &rsa.primes;
                let body = body.number(&rsa.modulus).number(&rsa.exponent).number(rsa.private.expose());
                body.number(rsa.inverse.expose()).number(p.expose()).number(q.expose())
            }
            Secret::Ecdsa(curve, scalar, point) => {
                body.string(curve.name().as_bytes()).string(point).number(scalar.expose())
            }
        };
        let mut body = body.string(self.public.comment().as_bytes());
        for count in 1.. {
            if body.len().is_multiple_of(block) {
                break;
            }
            body = body.raw(&[count]);
        }
        body.secret()
    }
}
