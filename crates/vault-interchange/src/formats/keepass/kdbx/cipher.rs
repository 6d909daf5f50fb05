//! The ciphers of the content.

use aes::Aes256;
use cbc::Decryptor;
use chacha20::ChaCha20;
use cipher::{BlockModeDecrypt, KeyIvInit, StreamCipher, block_padding::Pkcs7};
use twofish::Twofish;
use zeroize::Zeroizing;

use super::header::{Cipher, Header};
use crate::error::ImportError;

/// Decrypts in place.
///
/// # Errors
/// [`ImportError::Damaged`] if a length or the padding is impossible.
pub(super) fn decrypt(
    header: &Header<'_>,
    key: &[u8; 32],
    mut data: Zeroizing<Vec<u8>>,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let damaged = |_| ImportError::Damaged;
    let length = match header.cipher {
        Cipher::ChaCha20 => {
            ChaCha20::new_from_slices(key, header.vector).map_err(damaged)?.apply_keystream(&mut data);
            return Ok(data);
        }
        Cipher::Aes256 => {
            let cipher = Decryptor::<Aes256>::new_from_slices(key, header.vector).map_err(damaged)?;
            cipher.decrypt_padded::<Pkcs7>(&mut data).map(<[u8]>::len)
        }
        Cipher::Twofish => {
            let cipher = Decryptor::<Twofish>::new_from_slices(key, header.vector).map_err(damaged)?;
            cipher.decrypt_padded::<Pkcs7>(&mut data).map(<[u8]>::len)
        }
    };
    data.truncate(length.map_err(|_| ImportError::Damaged)?);
    Ok(data)
}
