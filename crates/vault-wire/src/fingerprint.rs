//! Fingerprints as words, which people compare out of band.

use bip39::Language;

use crate::{CertificateHash, ContentHash, DeviceId, Root};

/// Number of words, of [`BITS`] bits each.
const WORDS: usize = 8;
const BITS: usize = 11;

/// Returns the eight words of a log state: the first 88 bits of its root, 11 bits per word, most significant
/// first. Two people with equal words have seen the same entries in the same order.
///
/// The words are from the English list of BIP-39: 2,048 words that differ in their first four letters.
///
/// ```
/// let words = vault_wire::log_words(&vault_wire::Root::from_bytes([0; 32]));
/// assert_eq!(words, ["abandon"; 8]);
/// ```
#[must_use]
pub fn log_words(root: &Root) -> [&'static str; WORDS] {
    words(root.as_bytes())
}

/// Returns the eight words of an identity, derived from its certificate's hash in the same way. Before adding
/// an account by invitation, the member compares them with the joining person, since a link may have leaked.
#[must_use]
pub fn identity_words(certificate: &CertificateHash) -> [&'static str; WORDS] {
    words(certificate.as_bytes())
}

/// Returns the eight words of a server's key, derived from the SHA-256 of its SPKI in the same way. Before the first sign-in at
/// a server for which no authority vouches, the user compares them with those that its operator sees.
#[must_use]
pub fn server_words(key: &ContentHash) -> [&'static str; WORDS] {
    words(key.as_bytes())
}

/// Returns eight words for a device, to be compared by the user of both devices before one approves the other.
#[must_use]
pub fn device_words(device: &DeviceId) -> [&'static str; WORDS] {
    words(device.as_bytes())
}

/// Returns eight words for a request to guardians, derived from its hash in the same way. The owner reads them to each guardian.
#[must_use]
pub fn request_words(request: &ContentHash) -> [&'static str; WORDS] {
    words(request.as_bytes())
}

fn words(hash: &[u8; 32]) -> [&'static str; WORDS] {
    let list = Language::English.word_list();
    let first = hash.iter().take(WORDS * BITS / 8);
    let bits = first.fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    std::array::from_fn(|at| {
        let word = bits >> (BITS * (WORDS - 1 - at)) & ((1 << BITS) - 1);
        // Eleven bits index a list of 2,048 words, so the word always exists.
        usize::try_from(word).ok().and_then(|word| list.get(word)).copied().unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// Another list in a later version of the library would make words of two versions differ.
    #[test]
    fn word_list_is_the_published_one() {
        let list = Language::English.word_list();
        let text: String = list.iter().flat_map(|word| [*word, "\n"]).collect();
        let hash: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
        assert_eq!(list.len(), 1 << BITS);
    }

    #[test]
    fn each_word_is_eleven_bits_of_the_first_88() {
        assert_eq!(log_words(&Root::from_bytes([0xff; 32])), ["zoo"; 8]);
        // 00000000001 00000000010 … : the numbers 1 to 8, then ignored bits.
        let mut root = [0; 32];
        root[..11].copy_from_slice(&[0x00, 0x20, 0x08, 0x01, 0x80, 0x40, 0x0a, 0x01, 0x80, 0x38, 0x08]);
        let expected = ["ability", "able", "about", "above", "absent", "absorb", "abstract", "absurd"];
        assert_eq!(log_words(&Root::from_bytes(root)), expected);
        root[11..].fill(0xff);
        assert_eq!(log_words(&Root::from_bytes(root)), expected);
        root[10] ^= 1;
        assert_ne!(log_words(&Root::from_bytes(root)), expected);
        assert_eq!(identity_words(&CertificateHash::from_bytes(root)), log_words(&Root::from_bytes(root)));
        assert_eq!(server_words(&ContentHash::from_bytes(root)), log_words(&Root::from_bytes(root)));
    }
}
