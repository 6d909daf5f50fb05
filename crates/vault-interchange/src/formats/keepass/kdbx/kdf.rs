//! The derivation of the key.

use aes::Aes256;
use argon2::{Algorithm, Version};
use cipher::{Block, BlockCipherEncrypt, KeyInit};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::header::{Header, Kdf};
use crate::{
    cost::Cost,
    error::ImportError,
    sealed::kdf::{self, Argon2Costs, Key},
};

/// Derives the key from the composite key, within a limit of its cost.
pub(super) fn derive(header: &Header<'_>, composite: &[u8; 32], limit: Cost) -> Result<Key, ImportError> {
    match header.kdf {
        Kdf::Aes { seed, rounds } => {
            kdf::check(Cost::of_aes(rounds), limit)?;
            let cipher = Aes256::new_from_slice(seed).map_err(|_| ImportError::Damaged)?;
            let (first, second) = composite.split_at(16);
            let mut halves: [Block<Aes256>; 2] = [block(first)?, block(second)?];
            for _ in 0..rounds {
                cipher.encrypt_blocks(&mut halves);
            }
            let mut key = Zeroizing::new([0; 32]);
            let hash = Sha256::new().chain_update(halves[0]).chain_update(halves[1]).finalize();
            key.copy_from_slice(&hash);
            Ok(key)
        }
        Kdf::Argon2 { id, version, salt, memory, passes, lanes } => {
            let version = match version {
                0x10 => Version::V0x10,
                0x13 => Version::V0x13,
                _ => return Err(ImportError::UnknownMethod("Argon2")),
            };
            let lanes = u32::try_from(lanes).map_err(|_| ImportError::Damaged)?;
            let algorithm = if id { Algorithm::Argon2id } else { Algorithm::Argon2d };
            let costs = Argon2Costs { algorithm, version, memory_kib: memory / 1024, passes, lanes };
            kdf::argon2(composite, salt, &costs, limit)
        }
    }
}

fn block(half: &[u8]) -> Result<Block<Aes256>, ImportError> {
    half.try_into().map_err(|_| ImportError::Damaged)
}
