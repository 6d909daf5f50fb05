//! The key from a password, and AES in the feedback mode of PGP.

use aes::{
    Aes128, Aes192, Aes256,
    cipher::{BlockCipherEncrypt, KeyInit},
};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{cost::Cost, error::ImportError, sealed::kdf};

const BLOCK: usize = 16;
/// The SHA-1 at the end, with the two bytes in front of it.
const CODE: usize = 22;
/// Bytes that are hashed in a second.
const HASHED: u64 = 300_000_000;
const DAMAGED: ImportError = ImportError::Damaged;

/// The key of the data.
pub(super) struct Session {
    key: Zeroizing<Vec<u8>>,
}

impl Session {
    /// Derives the key from a packet with the parameters of a password. `None` if the password does not open it.
    ///
    /// # Errors
    /// A method that is not known, the errors of [`kdf::check`], or [`ImportError::Damaged`].
    pub(super) fn derive(entry: &[u8], password: &[u8], limit: Cost) -> Result<Option<Self>, ImportError> {
        let (&[version, cipher, specifier, hash], rest) = entry.split_first_chunk::<4>().ok_or(DAMAGED)?;
        if version != 4 {
            return Err(ImportError::UnknownMethod("version of PGP"));
        }
        let length = key_length(cipher).ok_or(ImportError::UnknownMethod("cipher"))?;
        let (salt, rest) =
            if specifier == 0 { (&[][..], rest) } else { rest.split_at_checked(8).ok_or(DAMAGED)? };
        let (count, sealed) = match specifier {
            0 | 1 => (0, rest),
            3 => {
                let (coded, rest) = rest.split_first().ok_or(DAMAGED)?;
                ((16 + u64::from(coded & 15)) << ((coded >> 4) + 6), rest)
            }
            _ => return Err(ImportError::UnknownMethod("key derivation of PGP")),
        };
        kdf::check(Cost { memory_mib: 0, seconds: count / HASHED }, limit)?;
        let source = Zeroizing::new([salt, password].concat());
        let key = match hash {
            2 => hashed::<Sha1>(&source, count, length),
            8 => hashed::<Sha256>(&source, count, length),
            9 => hashed::<Sha384>(&source, count, length),
            10 => hashed::<Sha512>(&source, count, length),
            _ => return Err(ImportError::UnknownMethod("key derivation of PGP")),
        };
        if sealed.is_empty() {
            return Ok(Some(Self { key }));
        }
        // A key of the data, sealed with that of the password.
        let opened = feedback(&key, sealed).ok_or(DAMAGED)?;
        let Some((cipher, key)) = opened.split_first() else { return Ok(None) };
        let fits = key_length(*cipher) == Some(key.len());
        Ok(fits.then(|| Self { key: Zeroizing::new(key.to_vec()) }))
    }

    /// Opens data. `None` if the key is not that of the data.
    ///
    /// # Errors
    /// [`ImportError::Damaged`], or a method that is not known.
    pub(super) fn open(&self, sealed: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
        let (version, sealed) = sealed.split_first().ok_or(DAMAGED)?;
        if *version != 1 {
            return Err(ImportError::UnknownMethod("version of PGP"));
        }
        let mut plain = feedback(&self.key, sealed).ok_or(DAMAGED)?;
        // The last two bytes of the first block come twice.
        let first = plain.get(BLOCK - 2..BLOCK).ok_or(DAMAGED)?;
        if Some(first) != plain.get(BLOCK..BLOCK + 2) {
            return Ok(None);
        }
        let at = plain.len().checked_sub(CODE).filter(|at| *at >= BLOCK + 2).ok_or(DAMAGED)?;
        let (data, code) = plain.split_at_checked(at + 2).ok_or(DAMAGED)?;
        let computed = Sha1::digest(data);
        if !data.ends_with(&[0xd3, 0x14]) || !bool::from(computed.as_slice().ct_eq(code)) {
            // Chance alone makes the two bytes fit for a wrong key.
            return Ok(None);
        }
        plain.truncate(at);
        drop(plain.drain(..BLOCK + 2));
        Ok(Some(plain))
    }
}

/// The length of the keys of a cipher that is known.
const fn key_length(cipher: u8) -> Option<usize> {
    match cipher {
        7 => Some(16),
        8 => Some(24),
        9 => Some(32),
        _ => None,
    }
}

/// Hashes salt and password, over and over to a number of bytes; further bytes of a key come from a hash with zeros in front.
fn hashed<H: Digest>(source: &[u8], count: u64, length: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::new());
    let mut zeros = 0;
    while key.len() < length {
        let mut hash = H::new();
        hash.update(vec![0; zeros]);
        let total = usize::try_from(count).unwrap_or(usize::MAX).max(source.len());
        let mut left = total;
        while left > 0 && !source.is_empty() {
            let part = source.get(..left.min(source.len())).unwrap_or_default();
            hash.update(part);
            left -= part.len();
        }
        key.extend_from_slice(&hash.finalize());
        zeros += 1;
    }
    key.truncate(length);
    key
}

/// Decrypts with a vector of zeros.
fn feedback(key: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    match key.len() {
        16 => Some(run(&Aes128::new_from_slice(key).ok()?, data)),
        24 => Some(run(&Aes192::new_from_slice(key).ok()?, data)),
        32 => Some(run(&Aes256::new_from_slice(key).ok()?, data)),
        _ => None,
    }
}

fn run<C: BlockCipherEncrypt>(cipher: &C, data: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(data.len()));
    let mut before = cipher::Block::<C>::default();
    for block in data.chunks(BLOCK) {
        cipher.encrypt_block(&mut before);
        plain.extend(block.iter().zip(&before).map(|(sealed, mask)| sealed ^ mask));
        before.iter_mut().zip(block).for_each(|(byte, sealed)| *byte = *sealed);
    }
    plain
}
