//! PuTTY's `.ppk` files, versions 2 and 3, described in appendix C of its manual.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use ssh_cipher::Cipher;
use vault_crypto::{SecretBytes, SecretText};
use zeroize::{Zeroize, Zeroizing};

use super::cost::{ARGON2_LANES, ARGON2_MEMORY, ARGON2_WORK};
use super::error::{KeyError, Unsupported};
use super::key::PrivateKey;
use super::public::{KeyKind, PublicKey};
use super::rsa::Numbers;
use super::traditional::unhex;
use super::wire::{Reader, Writer};

/// The signature of the format, followed by the version.
pub(super) const MAGIC: &[u8] = b"PuTTY-User-Key-File-";
/// The only cipher of the format.
const CIPHER: Cipher = Cipher::Aes256Cbc;
/// Length of its key and IV, in bytes.
const KEY: usize = 32;
const VECTOR: usize = 16;
/// Length of the MAC key of version 3, in bytes.
const CHECK: usize = 32;
/// Maximum number of base64 lines in a file of the maximum size.
const LINES: usize = 1_024;

/// The names in a file, in their order.
const NAMES: [&str; 10] = [
    "Encryption",
    "Comment",
    PUBLIC,
    "Key-Derivation",
    "Argon2-Memory",
    "Argon2-Passes",
    "Argon2-Parallelism",
    "Argon2-Salt",
    PRIVATE,
    "Private-MAC",
];
/// The names that base64 lines follow.
const PUBLIC: &str = "Public-Lines";
const PRIVATE: &str = "Private-Lines";

/// Returns a file with its line breaks if all of them became spaces. Values may contain spaces, base64 lines do not.
pub(super) fn with_lines(file: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if file.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return None;
    }
    let mut whole = Zeroizing::new(file.to_vec());
    let (mut rest, mut base64) = (whole.as_mut_slice(), false);
    for name in NAMES {
        let start = format!(" {name}: ");
        let Some(at) = rest.windows(start.len()).position(|part| part == start.as_bytes()) else { continue };
        let (value, after) = rest.split_at_mut(at);
        if base64 {
            value.iter_mut().filter(|byte| **byte == b' ').for_each(|space| *space = b'\n');
        }
        if let Some(space) = after.first_mut() {
            *space = b'\n';
        }
        rest = after.split_at_mut(start.len()).1;
        base64 = matches!(name, PUBLIC | PRIVATE);
    }
    Some(whole)
}

/// Reads a file.
pub(super) fn read(file: &[u8], passphrase: Option<&SecretText>) -> Result<PrivateKey, KeyError> {
    let file = File::parse(file)?;
    let keys = match (file.encrypted, passphrase) {
        (false, _) => file.keys(None)?,
        (true, None) => return Err(KeyError::PassphraseNeeded),
        (true, Some(passphrase)) => file.keys(Some(passphrase))?,
    };
    let mut body = Zeroizing::new(file.private.expose().to_vec());
    if file.encrypted {
        CIPHER.decrypt(&keys.key, &keys.vector, &mut body, None).map_err(|_| KeyError::Damaged)?;
    }
    let right = file.is_right(&keys, &body);
    // The MAC also covers the comment and the public half. If the private part matches the public half, the passphrase
    // was right and another part is damaged.
    match (right, read_private(&file.public, &body)) {
        (true, read) => {
            read.map(|key| PrivateKey { public: key.public.with_comment(&file.comment()), ..key })
        }
        (false, Err(_)) if file.encrypted => Err(KeyError::WrongPassphrase),
        (false, _) => Err(KeyError::Damaged),
    }
}

/// The parsed lines of a file, not yet verified.
struct File<'a> {
    stretch: Kdf,
    algorithm: &'a [u8],
    encryption: &'a [u8],
    encrypted: bool,
    comment: &'a [u8],
    public: PublicKey,
    private: SecretBytes,
    mac: Vec<u8>,
}

/// The key derivation from a passphrase.
enum Kdf {
    /// Version 2: SHA-1.
    Sha1,
    /// Version 3 without encryption.
    Nothing,
    /// Version 3.
    Argon2(Algorithm, Box<Params>, Vec<u8>),
}

/// The derived keys.
struct Keys {
    key: Zeroizing<Vec<u8>>,
    vector: Zeroizing<Vec<u8>>,
    check: Zeroizing<Vec<u8>>,
}

impl<'a> File<'a> {
    fn parse(file: &'a [u8]) -> Result<Self, KeyError> {
        let mut lines = Lines(file);
        let (version, algorithm) = lines.first()?;
        let encryption = lines.value("Encryption")?;
        let encrypted = match encryption {
            b"none" => false,
            b"aes256-cbc" => true,
            _ => return Err(KeyError::Unsupported(Unsupported::Encryption)),
        };
        let comment = lines.value("Comment")?;
        let public = lines.block(PUBLIC)?;
        let stretch = match (version, encrypted) {
            (2, _) => Kdf::Sha1,
            (_, false) => Kdf::Nothing,
            (_, true) => lines.argon2()?,
        };
        let private = SecretBytes::new(lines.block(PRIVATE)?);
        let mac = lines.text("Private-MAC").ok().and_then(unhex).ok_or(KeyError::Damaged)?;
        let whole = !encrypted || private.expose().len().is_multiple_of(CIPHER.block_size());
        let public = PublicKey::from_blob(public, "")?;
        if !whole || !lines.0.is_empty() || public.kind().name().as_bytes() != algorithm {
            return Err(KeyError::Damaged);
        }
        Ok(Self { stretch, algorithm, encryption, encrypted, comment, public, private, mac })
    }

    /// Returns the comment. Older versions of PuTTY wrote it in the local character set, read here as Latin-1.
    fn comment(&self) -> String {
        match std::str::from_utf8(self.comment) {
            Ok(text) => text.to_owned(),
            Err(_) => self.comment.iter().map(|byte| char::from(*byte)).collect(),
        }
    }

    fn keys(&self, passphrase: Option<&SecretText>) -> Result<Keys, KeyError> {
        let passphrase = passphrase.map_or(&[][..], |passphrase| passphrase.expose().as_bytes());
        let secret = |bytes: &[u8]| Zeroizing::new(bytes.to_vec());
        match &self.stretch {
            Kdf::Nothing => Ok(Keys { key: secret(&[]), vector: secret(&[]), check: secret(&[]) }),
            Kdf::Sha1 => {
                let hash = |front: &[u8]| Sha1::new().chain_update(front).chain_update(passphrase).finalize();
                let mut key = secret(&hash(&[0, 0, 0, 0]));
                key.extend_from_slice(&hash(&[0, 0, 0, 1]));
                key.truncate(KEY);
                let check = secret(&hash(b"putty-private-key-file-mac-key"));
                Ok(Keys { key, vector: secret(&[0; VECTOR]), check })
            }
            Kdf::Argon2(algorithm, costs, salt) => {
                let mut memory = Vec::new();
                memory.try_reserve_exact(costs.block_count()).map_err(|_| KeyError::OutOfMemory)?;
                memory.resize(costs.block_count(), Block::default());
                let mut out = secret(&[0; KEY + VECTOR + CHECK]);
                let argon2 = Argon2::new(*algorithm, Version::V0x13, Params::clone(costs));
                let run = argon2.hash_password_into_with_memory(passphrase, salt, &mut out, &mut memory);
                memory.zeroize();
                run.map_err(|_| KeyError::Damaged)?;
                let (key, rest) = out.split_at(KEY);
                let (vector, check) = rest.split_at(VECTOR);
                Ok(Keys { key: secret(key), vector: secret(vector), check: secret(check) })
            }
        }
    }

    /// Returns whether the MAC of the file is valid.
    fn is_right(&self, keys: &Keys, private: &[u8]) -> bool {
        let parts = [self.algorithm, self.encryption, self.comment, self.public.blob(), private];
        let data = parts.into_iter().fold(Writer::new(), Writer::string).secret();
        match self.stretch {
            Kdf::Sha1 => Hmac::<Sha1>::new_from_slice(&keys.check)
                .is_ok_and(|mac| mac.chain_update(data.expose()).verify_slice(&self.mac).is_ok()),
            Kdf::Nothing | Kdf::Argon2(..) => Hmac::<Sha256>::new_from_slice(&keys.check)
                .is_ok_and(|mac| mac.chain_update(data.expose()).verify_slice(&self.mac).is_ok()),
        }
    }
}

/// The remaining lines.
struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a [u8], KeyError> {
        if self.0.is_empty() {
            return Err(KeyError::Damaged);
        }
        let end = self.0.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(self.0.len());
        let (line, rest) = self.0.split_at(end);
        let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        self.0 = rest.strip_prefix(b"\n").unwrap_or(rest);
        Ok(line)
    }

    /// Reads the version and the algorithm.
    fn first(&mut self) -> Result<(u8, &'a [u8]), KeyError> {
        let line = self.next()?.strip_prefix(MAGIC).ok_or(KeyError::Damaged)?;
        match line
            .strip_prefix(b"2: ")
            .map(|rest| (2, rest))
            .or(line.strip_prefix(b"3: ").map(|rest| (3, rest)))
        {
            Some(found) => Ok(found),
            None => Err(KeyError::Unsupported(Unsupported::Version)),
        }
    }

    /// Reads the value of the next line, which must have the given name.
    fn value(&mut self, name: &str) -> Result<&'a [u8], KeyError> {
        let value = self.next()?.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b": "));
        value.ok_or(KeyError::Damaged)
    }

    fn text(&mut self, name: &str) -> Result<&'a str, KeyError> {
        std::str::from_utf8(self.value(name)?).map_err(|_| KeyError::Damaged)
    }

    fn count<T: std::str::FromStr>(&mut self, name: &str) -> Result<T, KeyError> {
        self.text(name)?.parse().map_err(|_| KeyError::Damaged)
    }

    fn block(&mut self, name: &str) -> Result<Vec<u8>, KeyError> {
        let count: usize = self.count(name)?;
        if count > LINES {
            return Err(KeyError::TooLarge);
        }
        let mut text =
            Zeroizing::new(Vec::with_capacity(count.saturating_mul(64).min(super::cost::MAX_FILE)));
        for _ in 0..count {
            text.extend_from_slice(self.next()?);
        }
        let text = std::str::from_utf8(&text).map_err(|_| KeyError::Damaged)?;
        Base64::decode_vec(text).map_err(|_| KeyError::Damaged)
    }

    fn argon2(&mut self) -> Result<Kdf, KeyError> {
        let algorithm = match self.value("Key-Derivation")? {
            b"Argon2id" => Algorithm::Argon2id,
            b"Argon2i" => Algorithm::Argon2i,
            b"Argon2d" => Algorithm::Argon2d,
            _ => return Err(KeyError::Unsupported(Unsupported::Encryption)),
        };
        let (memory, passes, lanes): (u32, u32, u32) =
            (self.count("Argon2-Memory")?, self.count("Argon2-Passes")?, self.count("Argon2-Parallelism")?);
        let salt = unhex(self.text("Argon2-Salt")?).ok_or(KeyError::Damaged)?;
        let work = u64::from(memory).saturating_mul(u64::from(passes));
        if memory > ARGON2_MEMORY || work > ARGON2_WORK || lanes > ARGON2_LANES {
            return Err(KeyError::CostTooHigh);
        }
        let costs = Params::new(memory, passes, lanes, Some(KEY + VECTOR + CHECK));
        Ok(Kdf::Argon2(algorithm, Box::new(costs.map_err(|_| KeyError::Damaged)?), salt))
    }
}

/// Reads the private part. Fails if it does not match the public key.
fn read_private(public: &PublicKey, bytes: &[u8]) -> Result<PrivateKey, KeyError> {
    let mut reader = Reader::new(bytes);
    // The rest of the block is padding.
    let key = match public.kind() {
        KeyKind::Ed25519 => reader.string().and_then(|seed| PrivateKey::ed25519(seed, "")),
        KeyKind::Ecdsa(curve) => reader.number().and_then(|scalar| PrivateKey::ecdsa(curve, scalar, "")),
        KeyKind::Rsa { .. } => read_rsa(public, &mut reader),
    };
    key.filter(|key| key.public.blob() == public.blob()).ok_or(KeyError::Damaged)
}

fn read_rsa(public: &PublicKey, reader: &mut Reader<'_>) -> Option<PrivateKey> {
    let mut blob = Reader::new(public.blob());
    let (_, exponent, modulus) = (blob.string()?, blob.number()?, blob.number()?);
    let (private, p, q) = (reader.number()?, reader.number()?, reader.number()?);
    let numbers = Numbers { modulus, exponent, private, inverse: reader.number()?, primes: [p, q] };
    PrivateKey::rsa(&numbers, "")
}
