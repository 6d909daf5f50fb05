//! Authenticated ciphers.

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead, Payload},
};
use chacha20::{
    ChaCha20, R20,
    cipher::{KeyIvInit, StreamCipher},
    hchacha,
};
use poly1305::{Poly1305, universal_hash::UniversalHash};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::kdf::Key;
use crate::error::ImportError;

const WRONG: ImportError = ImportError::WrongSecret;
const TAG: usize = 16;
const BLOCK: usize = 64;

/// Opens AES-256-GCM with the tag at the end.
///
/// # Errors
/// [`ImportError::WrongSecret`], also if the data is damaged; [`ImportError::Damaged`] for a nonce of another length.
pub(crate) fn open_aes_gcm(
    key: &[u8],
    nonce: &[u8],
    data: &[u8],
    about: &[u8],
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| ImportError::Damaged)?;
    let nonce: &[u8; 12] = nonce.try_into().map_err(|_| ImportError::Damaged)?;
    let plain = cipher.decrypt(nonce.into(), Payload { msg: data, aad: about }).map_err(|_| WRONG)?;
    Ok(Zeroizing::new(plain))
}

/// Opens a stream of one message (`secretstream` of libsodium, XChaCha20-Poly1305): a byte with the tag of the message, the
/// data, the MAC. The header has 24 bytes.
///
/// # Errors
/// As [`open_aes_gcm`].
pub(crate) fn open_secret_stream(
    key: &Key,
    header: &[u8],
    message: &[u8],
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let damaged = |_| ImportError::Damaged;
    let (outer, inner) = header.split_at_checked(16).ok_or(ImportError::Damaged)?;
    let outer: &[u8; 16] = outer.try_into().map_err(|_| ImportError::Damaged)?;
    let sub_key = Zeroizing::new(hchacha::<R20>((&**key).into(), outer.into()));
    // The counter of messages begins at 1.
    let nonce = [&[1, 0, 0, 0], inner].concat();
    let mut stream = ChaCha20::new_from_slices(&sub_key[..], &nonce).map_err(damaged)?;
    let mut first = Zeroizing::new([0; BLOCK]);
    stream.apply_keystream(&mut *first);
    let mut mac =
        Poly1305::new_from_slice(first.first_chunk::<32>().ok_or(ImportError::Damaged)?).map_err(damaged)?;
    let at = message.len().checked_sub(TAG).filter(|at| *at > 0).ok_or(ImportError::Damaged)?;
    let (sealed, tag) = message.split_at(at);
    let (kind, data) = sealed.split_first().ok_or(ImportError::Damaged)?;
    let mut block = Zeroizing::new([0; BLOCK]);
    *block.first_mut().ok_or(ImportError::Damaged)? = *kind;
    stream.apply_keystream(&mut *block);
    // The MAC is over the block as it was encrypted, with the byte of the message in front.
    *block.first_mut().ok_or(ImportError::Damaged)? = *kind;
    mac.update_padded(&*block);
    // The length of the padding follows from that of the data in a way that differs from the standard.
    let padding = (16_usize.wrapping_sub(BLOCK).wrapping_add(data.len())) & 15;
    let mut rest = data.to_vec();
    rest.extend(std::iter::repeat_n(0, padding));
    rest.extend_from_slice(&0_u64.to_le_bytes());
    rest.extend_from_slice(&((BLOCK + data.len()) as u64).to_le_bytes());
    let computed = mac.compute_unpadded(&rest);
    if !bool::from(computed.as_slice().ct_eq(tag)) {
        return Err(WRONG);
    }
    let mut plain = Zeroizing::new(data.to_vec());
    stream.apply_keystream(&mut plain);
    Ok(plain)
}
