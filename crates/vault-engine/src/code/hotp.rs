//! One code for one counter, as RFC 4226 makes it.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::Algorithm;

/// Letters and digits of Steam codes.
const STEAM_ALPHABET: [char; 26] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P', 'Q', 'R',
    'T', 'V', 'W', 'X', 'Y',
];
const STEAM_LENGTH: usize = 5;

/// The last decimal digits of a number.
pub(super) fn digits(mut number: u32, digits: u8) -> SecretText {
    let mut code = vec!['0'; usize::from(digits)];
    for place in code.iter_mut().rev() {
        *place = char::from_digit(number % 10, 10).unwrap_or('0');
        number /= 10;
    }
    SecretText::new(code.into_iter().collect())
}

/// A number in Steam's alphabet, the lowest place first.
pub(super) fn letters(mut number: u32) -> SecretText {
    let code = (0..STEAM_LENGTH).filter_map(|_| {
        let letter = STEAM_ALPHABET.get(number as usize % STEAM_ALPHABET.len()).copied();
        number /= 26;
        letter
    });
    SecretText::new(code.collect())
}

/// The 31-bit number of RFC 4226, section 5.3.
pub(super) fn number(algorithm: Algorithm, secret: &[u8], counter: u64) -> u32 {
    let hash = match algorithm {
        Algorithm::Sha1 => keyed::<Hmac<Sha1>>(secret, counter),
        Algorithm::Sha256 => keyed::<Hmac<Sha256>>(secret, counter),
        Algorithm::Sha512 => keyed::<Hmac<Sha512>>(secret, counter),
    };
    let offset = usize::from(hash.last().copied().unwrap_or_default() & 0x0f);
    let bytes = hash.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok());
    u32::from_be_bytes(bytes.unwrap_or_default()) & 0x7fff_ffff
}

fn keyed<M: Mac + KeyInit>(secret: &[u8], counter: u64) -> Zeroizing<Vec<u8>> {
    // HMAC takes keys of every length, so there is always a result.
    let mac =
        <M as KeyInit>::new_from_slice(secret).map(|mac| mac.chain_update(counter.to_be_bytes()).finalize());
    Zeroizing::new(mac.map(|tag| tag.into_bytes().to_vec()).unwrap_or_default())
}
