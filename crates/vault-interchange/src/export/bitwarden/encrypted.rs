//! Bitwarden's export that opens with a password.
//!
//! `{encrypted: true, passwordProtected: true, salt, kdfType: 1, kdfIterations, kdfMemory, kdfParallelism,
//! encKeyValidation_DO_NOT_EDIT, data}`. Both last values are `2.iv|ciphertext|mac`, each part in base64: AES-256-CBC with
//! PKCS #7, and HMAC-SHA-256 over IV and ciphertext. The keys are HKDF-Expand of Argon2id of the password, whose salt is the
//! SHA-256 of the *text* `salt`.

use std::io::{self, Write};

use aes::Aes256;
use argon2::{Algorithm, Version};
use base64ct::{Base64, Encoding as _};
use cbc::cipher::{Block, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use vault_engine::item::SecretText;
use zeroize::Zeroizing;

use super::super::guid::guid;
use crate::cost::DEFAULT;
use crate::sealed::bitwarden::Keys;
use crate::sealed::kdf::{self, Argon2Costs};

/// Bitwarden's own cost of Argon2id: memory in MiB, passes, lanes.
const COST: (u32, u32, u32) = (64, 3, 4);
/// Bytes encrypted at once: whole blocks of AES, and whole groups of base64.
const PIECE: usize = 48 * 256;
const BLOCK: usize = 16;

/// An encrypted file that is being written. What is written to it appears in `data`.
pub(super) struct Encrypted<W> {
    sealing: Sealing<W>,
}

impl<W: Write> Encrypted<W> {
    /// Derives the keys and writes all that comes before the data.
    pub(super) fn begin(mut to: W, password: &SecretText, rng: &mut dyn CryptoRng) -> io::Result<Self> {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let salt = Base64::encode_string(&salt);
        let keys = derive(password, &salt)?;
        let (memory, iterations, lanes) = COST;
        write!(
            to,
            "{{\"encrypted\":true,\"passwordProtected\":true,\"salt\":\"{salt}\",\"kdfType\":1,\
             \"kdfIterations\":{iterations},\"kdfMemory\":{memory},\"kdfParallelism\":{lanes},\
             \"encKeyValidation_DO_NOT_EDIT\":\""
        )?;
        let mut check = [0; 16];
        rng.fill_bytes(&mut check);
        let mut sealing = Sealing::begin(to, &keys, rng)?;
        sealing.write_all(guid(&check).as_bytes())?;
        let mut to = sealing.finish()?;
        to.write_all(b"\",\"data\":\"")?;
        Ok(Self { sealing: Sealing::begin(to, &keys, rng)? })
    }

    /// Writes the end of the file.
    pub(super) fn finish(self) -> io::Result<()> {
        let mut to = self.sealing.finish()?;
        to.write_all(b"\"}")?;
        to.flush()
    }
}

impl<W: Write> Write for Encrypted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sealing.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn derive(password: &SecretText, salt: &str) -> io::Result<Keys> {
    let (memory, iterations, lanes) = COST;
    let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
    let memory_kib = u64::from(memory) << 10;
    let costs = Argon2Costs { algorithm, version, memory_kib, passes: iterations.into(), lanes };
    let key = kdf::argon2(password.expose().as_bytes(), &Sha256::digest(salt), &costs, DEFAULT);
    Keys::expand(&key.map_err(io::Error::other)?).map_err(io::Error::other)
}

/// One value `2.iv|ciphertext|mac` that is being written.
struct Sealing<W> {
    to: W,
    cipher: cbc::Encryptor<Aes256>,
    mac: Hmac<Sha256>,
    /// What is not encrypted yet, less than [`PIECE`].
    pending: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealing<W> {
    fn begin(mut to: W, keys: &Keys, rng: &mut dyn CryptoRng) -> io::Result<Self> {
        let mut iv = [0; BLOCK];
        rng.fill_bytes(&mut iv);
        let cipher = cbc::Encryptor::new_from_slices(&*keys.encryption, &iv).map_err(io::Error::other)?;
        let mut mac = Hmac::new_from_slice(&*keys.mac).map_err(io::Error::other)?;
        mac.update(&iv);
        write!(to, "2.{}|", Base64::encode_string(&iv))?;
        Ok(Self { to, cipher, mac, pending: Zeroizing::new(Vec::with_capacity(PIECE + BLOCK)) })
    }

    /// Encrypts whole blocks and writes them.
    fn seal(&mut self) -> io::Result<()> {
        let (blocks, _) = Block::<cbc::Encryptor<Aes256>>::slice_as_chunks_mut(&mut self.pending);
        self.cipher.encrypt_blocks(blocks);
        self.mac.update(&self.pending);
        self.to.write_all(Base64::encode_string(&self.pending).as_bytes())?;
        self.pending.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<W> {
        let padding = BLOCK - self.pending.len() % BLOCK;
        let filler = u8::try_from(padding).map_err(io::Error::other)?;
        let length = self.pending.len() + padding;
        self.pending.resize(length, filler);
        self.seal()?;
        write!(self.to, "|{}", Base64::encode_string(&self.mac.finalize().into_bytes()))?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.pending.len());
        self.pending.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if self.pending.len() == PIECE {
            self.seal()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
