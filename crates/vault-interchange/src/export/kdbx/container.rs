//! The container of KDBX 4.1: header, key derivation, authenticated blocks, encryption, compression.
//!
//! Source: "KDBX File Format Specification" in the help of `KeePass`.

use std::io::{self, Write};

use argon2::{Algorithm, Version};
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use flate2::Compression;
use flate2::write::GzEncoder;
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256, Sha512};
use vault_engine::item::SecretText;
use zeroize::Zeroizing;

use crate::cost::DEFAULT;
use crate::sealed::kdf::{self, Argon2Costs};

/// Both signatures and version 4.1.
const SIGNATURE: [u8; 12] = [0x03, 0xd9, 0xa2, 0x9a, 0x67, 0xfb, 0x4b, 0xb5, 1, 0, 4, 0];
const CHACHA20: [u8; 16] =
    [0xd6, 0x03, 0x8a, 0x2b, 0x8b, 0x6f, 0x4c, 0xb5, 0xa5, 0x24, 0x33, 0x9a, 0x31, 0xdb, 0xb5, 0x9a];
const ARGON2ID: [u8; 16] =
    [0x9e, 0x29, 0x8b, 0x19, 0x56, 0xdb, 0x47, 0x73, 0xb2, 0x3d, 0xfc, 0x3e, 0xc6, 0xf0, 0xa1, 0xe6];
/// Memory in bytes, passes and lanes: what `KeePassXC` needs about half a second for.
const COST: (u64, u64, u32) = (64 << 20, 10, 2);
/// Bytes of a block.
const BLOCK: usize = 1 << 20;

/// A file that is being written. What is written to it is compressed and encrypted.
pub(super) struct Container<W: Write>(GzEncoder<Blocks<W>>);

impl<W: Write> Container<W> {
    /// Derives the keys and writes the header.
    pub(super) fn begin(mut to: W, password: &SecretText, rng: &mut dyn CryptoRng) -> io::Result<Self> {
        let (mut seed, mut salt, mut nonce) = ([0; 32], [0; 32], [0; 12]);
        rng.fill_bytes(&mut seed);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut nonce);
        let header = header(&seed, &salt, &nonce)?;

        let (memory, passes, lanes) = COST;
        let password = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(password.expose().as_bytes())));
        let composite = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(*password)));
        let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
        let costs = Argon2Costs { algorithm, version, memory_kib: memory >> 10, passes, lanes };
        let transformed = kdf::argon2(&*composite, &salt, &costs, DEFAULT).map_err(io::Error::other)?;

        let key = Zeroizing::new(<[u8; 32]>::from(
            Sha256::new().chain_update(seed).chain_update(*transformed).finalize(),
        ));
        let base = Zeroizing::new(<[u8; 64]>::from(
            Sha512::new().chain_update(seed).chain_update(*transformed).chain_update([1]).finalize(),
        ));
        let cipher = ChaCha20::new_from_slices(&*key, &nonce).map_err(io::Error::other)?;

        to.write_all(&header)?;
        to.write_all(&Sha256::digest(&header))?;
        let mut mac = block_mac(&base, u64::MAX)?;
        mac.update(&header);
        to.write_all(&mac.finalize().into_bytes())?;
        let pending = Zeroizing::new(Vec::with_capacity(BLOCK));
        Ok(Self(GzEncoder::new(Blocks { to, cipher, base, number: 0, pending }, Compression::fast())))
    }

    /// Writes the end of the file.
    pub(super) fn finish(self) -> io::Result<()> {
        let mut blocks = self.0.finish()?;
        if !blocks.pending.is_empty() {
            blocks.seal()?;
        }
        // An empty block is the last one.
        blocks.seal()?;
        blocks.to.flush()
    }
}

impl<W: Write> Write for Container<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn header(seed: &[u8; 32], salt: &[u8; 32], nonce: &[u8; 12]) -> io::Result<Vec<u8>> {
    const NUMBER_32: u8 = 0x04;
    const NUMBER_64: u8 = 0x05;
    const BYTES: u8 = 0x42;
    let (memory, passes, lanes) = COST;
    let mut kdf = vec![0, 1];
    let mut entry = |kind: u8, name: &str, value: &[u8]| {
        kdf.push(kind);
        field(&mut kdf, name.as_bytes())?;
        field(&mut kdf, value)
    };
    entry(BYTES, "$UUID", &ARGON2ID)?;
    entry(BYTES, "S", salt)?;
    entry(NUMBER_32, "P", &lanes.to_le_bytes())?;
    entry(NUMBER_64, "M", &memory.to_le_bytes())?;
    entry(NUMBER_64, "I", &passes.to_le_bytes())?;
    entry(NUMBER_32, "V", &0x13_u32.to_le_bytes())?;
    kdf.push(0);

    let mut header = SIGNATURE.to_vec();
    let mut entry = |id: u8, value: &[u8]| {
        header.push(id);
        field(&mut header, value)
    };
    entry(2, &CHACHA20)?;
    entry(3, &1_u32.to_le_bytes())?;
    entry(4, seed)?;
    entry(7, nonce)?;
    entry(11, &kdf)?;
    entry(0, b"\r\n\r\n")?;
    Ok(header)
}

/// Writes bytes after their length.
pub(super) fn field(to: &mut impl Write, value: &[u8]) -> io::Result<()> {
    let length = u32::try_from(value.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(value)
}

fn block_mac(base: &[u8; 64], number: u64) -> io::Result<Hmac<Sha256>> {
    let digest = Sha512::new().chain_update(number.to_le_bytes()).chain_update(base).finalize();
    let key = Zeroizing::new(<[u8; 64]>::from(digest));
    Hmac::new_from_slice(&*key).map_err(io::Error::other)
}

/// Encrypts a stream and writes it in authenticated blocks.
struct Blocks<W> {
    to: W,
    cipher: ChaCha20,
    base: Zeroizing<[u8; 64]>,
    number: u64,
    pending: Zeroizing<Vec<u8>>,
}

impl<W: Write> Blocks<W> {
    fn seal(&mut self) -> io::Result<()> {
        self.cipher.try_apply_keystream(&mut self.pending).map_err(io::Error::other)?;
        let length = u32::try_from(self.pending.len()).map_err(io::Error::other)?.to_le_bytes();
        let mut mac = block_mac(&self.base, self.number)?;
        mac.update(&self.number.to_le_bytes());
        mac.update(&length);
        mac.update(&self.pending);
        self.to.write_all(&mac.finalize().into_bytes())?;
        self.to.write_all(&length)?;
        self.to.write_all(&self.pending)?;
        self.pending.clear();
        self.number += 1;
        Ok(())
    }
}

impl<W: Write> Write for Blocks<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(BLOCK - self.pending.len());
        self.pending.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if self.pending.len() == BLOCK {
            self.seal()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The stream that hides protected values inside the file, in the order of the document.
pub(super) struct InnerStream(ChaCha20);

impl InnerStream {
    /// Length of the key in the inner header.
    pub(super) const KEY: usize = 64;

    pub(super) fn new(key: &[u8; Self::KEY]) -> io::Result<Self> {
        let digest = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(key)));
        let (key, rest) = digest.split_at(32);
        let nonce = rest.get(..12).unwrap_or_default();
        Ok(Self(ChaCha20::new_from_slices(key, nonce).map_err(io::Error::other)?))
    }

    pub(super) fn hide(&mut self, value: &mut [u8]) -> io::Result<()> {
        self.0.try_apply_keystream(value).map_err(io::Error::other)
    }
}
