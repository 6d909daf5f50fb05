//! The words by which people compare the state of a vault's log.

use bip39::Language;

use crate::{CertificateHash, Root};

/// How many words there are, of 11 bits each.
const WORDS: usize = 8;
const BITS: usize = 11;

/// The eight words for a state of a log: the first 88 bits of its root, 11 to a word, the highest first. Two people
/// who read out the same words have seen the same entries in the same order.
///
/// The words are those of the English list of BIP-39: 2,048 common ones, no two of which begin with the same four
/// letters.
///
/// ```
/// let words = vault_wire::words_of(&vault_wire::Root::from_bytes([0; 32]));
/// assert_eq!(words, ["abandon"; 8]);
/// ```
#[must_use]
pub fn words_of(root: &Root) -> [&'static str; WORDS] {
    words(root.as_bytes())
}

/// The eight words for an identity, made of its certificate's hash in the same way. Whoever adds somebody by an
/// invitation has these read out by the one who joins: a link may have got into other hands.
#[must_use]
pub fn words_of_identity(certificate: &CertificateHash) -> [&'static str; WORDS] {
    words(certificate.as_bytes())
}

fn words(hash: &[u8; 32]) -> [&'static str; WORDS] {
    let list = Language::English.word_list();
    let first = hash.iter().take(WORDS * BITS / 8);
    let bits = first.fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    std::array::from_fn(|at| {
        let word = bits >> (BITS * (WORDS - 1 - at)) & ((1 << BITS) - 1);
        // Eleven bits are a place in a list of 2,048, so the word is always there.
        usize::try_from(word).ok().and_then(|word| list.get(word)).copied().unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// If another version of the library had another list, people would read out words that do not match.
    #[test]
    fn the_list_is_the_one_that_was_published() {
        let list = Language::English.word_list();
        let text: String = list.iter().flat_map(|word| [*word, "\n"]).collect();
        let hash: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
        assert_eq!(list.len(), 1 << BITS);
    }

    #[test]
    fn each_word_is_eleven_bits_and_the_first_88_count() {
        assert_eq!(words_of(&Root::from_bytes([0xff; 32])), ["zoo"; 8]);
        // 00000000001 00000000010 … : the numbers 1 to 8, then bits that do not count.
        let mut root = [0; 32];
        root[..11].copy_from_slice(&[0x00, 0x20, 0x08, 0x01, 0x80, 0x40, 0x0a, 0x01, 0x80, 0x38, 0x08]);
        let expected = ["ability", "able", "about", "above", "absent", "absorb", "abstract", "absurd"];
        assert_eq!(words_of(&Root::from_bytes(root)), expected);
        root[11..].fill(0xff);
        assert_eq!(words_of(&Root::from_bytes(root)), expected);
        root[10] ^= 1;
        assert_ne!(words_of(&Root::from_bytes(root)), expected);
        assert_eq!(words_of_identity(&CertificateHash::from_bytes(root)), words_of(&Root::from_bytes(root)));
    }
}
