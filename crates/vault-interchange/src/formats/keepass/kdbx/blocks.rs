//! The blocks of the content.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::header::{Header, take, take_u32};
use crate::error::ImportError;

/// The key of the MAC of a block, or of the header for the last number.
fn block_key(base: &[u8], index: u64) -> Zeroizing<[u8; 64]> {
    Zeroizing::new(Sha512::new().chain_update(index.to_le_bytes()).chain_update(base).finalize().into())
}

fn mac(key: &[u8; 64], parts: &[&[u8]]) -> Result<Hmac<Sha256>, ImportError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| ImportError::Damaged)?;
    parts.iter().for_each(|part| mac.update(part));
    Ok(mac)
}

/// Verifies header and blocks of version 4, and returns the encrypted data.
///
/// # Errors
/// [`ImportError::WrongSecret`] if the header is whole and its MAC does not fit.
pub(super) fn read_authenticated(
    header: &Header<'_>,
    transformed: &[u8; 32],
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let base = Sha512::new().chain_update(header.master_seed).chain_update(transformed).chain_update([1]);
    let base: Zeroizing<[u8; 64]> = Zeroizing::new(base.finalize().into());
    let mut rest = header.content;
    let hash = take(&mut rest, 32)?;
    if hash != Sha256::digest(header.raw).as_slice() {
        return Err(ImportError::Damaged);
    }
    let expected = take(&mut rest, 32)?;
    mac(&block_key(&*base, u64::MAX), &[header.raw])?
        .verify_slice(expected)
        .map_err(|_| ImportError::WrongSecret)?;
    let mut data = Zeroizing::new(Vec::with_capacity(rest.len()));
    for index in 0_u64.. {
        let expected = take(&mut rest, 32)?;
        let length = take_u32(&mut rest)?;
        let block = take(&mut rest, usize::try_from(length).map_err(|_| ImportError::Damaged)?)?;
        mac(&block_key(&*base, index), &[&index.to_le_bytes(), &length.to_le_bytes(), block])?
            .verify_slice(expected)
            .map_err(|_| ImportError::Damaged)?;
        if block.is_empty() {
            break;
        }
        data.extend_from_slice(block);
    }
    Ok(data)
}

/// Verifies the blocks of version 3, and returns the data in them.
pub(super) fn read_hashed(content: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let mut rest = content;
    let mut data = Zeroizing::new(Vec::with_capacity(rest.len()));
    for index in 0_u32.. {
        if take_u32(&mut rest)? != index {
            return Err(ImportError::Damaged);
        }
        let hash = take(&mut rest, 32)?;
        let length = usize::try_from(take_u32(&mut rest)?).map_err(|_| ImportError::Damaged)?;
        let block = take(&mut rest, length)?;
        if block.is_empty() {
            break;
        }
        if !bool::from(hash.ct_eq(&Sha256::digest(block))) {
            return Err(ImportError::Damaged);
        }
        data.extend_from_slice(block);
    }
    Ok(data)
}
