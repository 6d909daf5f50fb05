//! The text form of the Secret Key, as it stands on the Emergency Kit and is typed back.

use vault_wire::Label;
use vault_wire::cbor::Array;
use zeroize::Zeroizing;

use crate::{SecretKey, SecretText};

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The version in front of the first group.
const PREFIX: &str = "C1";
/// 128 bits of key and 12 of checksum, 5 to a character.
const CHARACTERS: usize = 28;
/// Of these the first hold 125 bits of the key; the last three its other 3 bits and the checksum.
const HEAD: usize = 25;
const GROUP: usize = 4;
const CHECKSUM_BITS: u32 = 12;
/// Longer input is refused before it is looked at; a key with its hyphens has 37 characters.
const MAX_INPUT: usize = 256;

/// Why a text is not a Secret Key. It is told before anything is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretKeyTextError {
    /// There are more or fewer characters than a key has.
    #[error("a Secret Key has {CHARACTERS} characters after C1")]
    Length,
    /// There is a character that no key has.
    #[error("a Secret Key has only digits and letters, and no U")]
    Character,
    /// The text begins like a key of another version.
    #[error("this Secret Key is of another version")]
    Version,
    /// The checksum does not fit: something is mistyped.
    #[error("the Secret Key is mistyped")]
    Checksum,
}

impl SecretKey {
    /// The text form: `C1-` and seven groups of four characters.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        let key = Zeroizing::new(u128::from_be_bytes(*self.expose_bytes()));
        let tail = Zeroizing::new((*key & 0b111) << CHECKSUM_BITS | u128::from(self.checksum()));
        let mut text = String::with_capacity(PREFIX.len() + CHARACTERS + CHARACTERS / GROUP);
        text.push_str(PREFIX);
        for at in 0..CHARACTERS {
            if at % GROUP == 0 {
                text.push('-');
            }
            text.push(match at {
                0..HEAD => character(*key >> (3 + 5 * (HEAD - 1 - at))),
                _ => character(*tail >> (5 * (CHARACTERS - 1 - at))),
            });
        }
        SecretText::new(text)
    }

    /// Reads the text form as people type it: any case, any spaces and hyphens, with or without `C1`, O for 0, and
    /// I or L for 1.
    ///
    /// # Errors
    /// If it is not a key's text or is mistyped.
    pub fn from_text(text: &str) -> Result<Self, SecretKeyTextError> {
        if text.len() > MAX_INPUT {
            return Err(SecretKeyTextError::Length);
        }
        let skipped =
            |c: &char| !(c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '_' | '.'));
        let values = || text.chars().filter(skipped).map(value);
        let skip = match values().count() {
            CHARACTERS => 0,
            total if total == CHARACTERS + PREFIX.len() => {
                if !values().zip(PREFIX.chars()).take(PREFIX.len()).all(|(got, want)| got == value(want)) {
                    return Err(SecretKeyTextError::Version);
                }
                PREFIX.len()
            }
            _ => return Err(SecretKeyTextError::Length),
        };
        let (mut head, mut tail) = (Zeroizing::new(0_u128), Zeroizing::new(0_u128));
        for (at, value) in values().skip(skip).enumerate() {
            let part = if at < HEAD { &mut head } else { &mut tail };
            **part = **part << 5 | value.ok_or(SecretKeyTextError::Character)?;
        }
        let key = Zeroizing::new((*head << 3 | *tail >> CHECKSUM_BITS).to_be_bytes());
        let key = Self::from_bytes(&key);
        let checksum = *tail & ((1 << CHECKSUM_BITS) - 1);
        if u128::from(key.checksum()) == checksum { Ok(key) } else { Err(SecretKeyTextError::Checksum) }
    }

    /// The first 12 bits of the key's hash.
    fn checksum(&self) -> u32 {
        let [first, second, ..] = Array::labelled(Label::SECRET_KEY).bytes(self.expose_bytes()).sha256();
        (u32::from(first) << 8 | u32::from(second)) >> (16 - CHECKSUM_BITS)
    }
}

/// The character for the lowest five bits.
fn character(bits: u128) -> char {
    let value = usize::try_from(bits & 31).unwrap_or(0);
    char::from(ALPHABET.get(value).copied().unwrap_or(b'0'))
}

/// The five bits that a typed character stands for.
fn value(typed: char) -> Option<u128> {
    let letter = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|&known| char::from(known) == letter)?;
    u128::try_from(at).ok()
}
