//! Text forms of the Secret Key and the recovery code, for printing and typing.

use vault_wire::Label;
use vault_wire::cbor::Array;
use zeroize::Zeroizing;

use crate::keys::{RecoveryCode, SecretKey};
use crate::secret::{Secret, wipe_stack};
use crate::text::SecretText;

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Number of characters: 128 bits of code and 12 of checksum, 5 bits each.
const CHARACTERS: usize = 28;
/// Number of leading characters, which contain 125 bits of the code; the last three contain 3 bits and the
/// checksum.
const HEAD: usize = 25;
const GROUP: usize = 4;
const CHECKSUM_BITS: u32 = 12;
/// Maximum input length; longer input is rejected unread. A code with hyphens has 37 characters.
const MAX_INPUT: usize = 256;

/// The reason why a text is not the expected code. Detected before any key derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeTextError {
    /// The number of characters is wrong.
    #[error("a code has {CHARACTERS} characters after C1 or R1")]
    Length,
    /// A character does not occur in codes.
    #[error("a code has only digits and letters except U")]
    Character,
    /// The prefix is that of another version.
    #[error("this code has another version")]
    Version,
    /// The checksum is wrong: the code is mistyped.
    #[error("the code is mistyped")]
    Checksum,
    /// The text is a Secret Key instead of a recovery code, or vice versa.
    #[error("this is the other kind of code: Secret Keys begin with C1, recovery codes with R1")]
    OtherKind,
}

/// The kind of code. Both prefix and checksum depend on it, since the prefix is optional on input.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    SecretKey,
    RecoveryCode,
}

impl SecretKey {
    /// Returns the text form: `C1-` and seven groups of four characters.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        Kind::SecretKey.write(self.expose_bytes())
    }

    /// Parses the text form leniently: any case, any spaces and hyphens, with or without `C1`, O for 0, and I
    /// or L for 1.
    ///
    /// # Errors
    /// If it is not a Secret Key or is mistyped.
    pub fn from_text(text: &str) -> Result<Self, CodeTextError> {
        Kind::SecretKey.read(text).map(Self)
    }
}

impl RecoveryCode {
    /// Returns the text form: `R1-` and seven groups of four characters.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        Kind::RecoveryCode.write(self.expose_bytes())
    }

    /// Parses the text form as leniently as [`SecretKey::from_text`].
    ///
    /// # Errors
    /// If it is not a recovery code or is mistyped.
    pub fn from_text(text: &str) -> Result<Self, CodeTextError> {
        Kind::RecoveryCode.read(text).map(Self)
    }
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::SecretKey => "C1",
            Self::RecoveryCode => "R1",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::SecretKey => Self::RecoveryCode,
            Self::RecoveryCode => Self::SecretKey,
        }
    }

    fn write(self, code: &[u8; 16]) -> SecretText {
        let number = Zeroizing::new(code.iter().fold(0, |number, byte| number << 8 | u128::from(*byte)));
        let tail = Zeroizing::new((*number & 0b111) << CHECKSUM_BITS | self.checksum(code));
        let mut text = String::with_capacity(self.prefix().len() + CHARACTERS + CHARACTERS / GROUP);
        text.push_str(self.prefix());
        for at in 0..CHARACTERS {
            if at % GROUP == 0 {
                text.push('-');
            }
            text.push(match at {
                0..HEAD => character(*number >> (3 + 5 * (HEAD - 1 - at))),
                _ => character(*tail >> (5 * (CHARACTERS - 1 - at))),
            });
        }
        SecretText::new(text)
    }

    fn read(self, text: &str) -> Result<Secret<16>, CodeTextError> {
        if text.len() > MAX_INPUT {
            return Err(CodeTextError::Length);
        }
        let skipped =
            |c: &char| !(c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '_' | '.'));
        let values = || text.chars().filter(skipped).map(value);
        let begins = |kind: Self| values().zip(kind.prefix().chars()).all(|(got, want)| got == value(want));
        let skip = match values().count().checked_sub(CHARACTERS) {
            Some(0) => 0,
            Some(skip) if skip == self.prefix().len() => {
                if !begins(self) {
                    let other = begins(self.other());
                    return Err(if other { CodeTextError::OtherKind } else { CodeTextError::Version });
                }
                skip
            }
            _ => return Err(CodeTextError::Length),
        };
        let (mut head, mut tail) = (Zeroizing::new(0_u128), Zeroizing::new(0_u128));
        for (at, value) in values().skip(skip).enumerate() {
            let part = if at < HEAD { &mut head } else { &mut tail };
            **part = **part << 5 | value.ok_or(CodeTextError::Character)?;
        }
        // Written in place byte by byte, so that no copy of the code is left on the stack.
        let code = Secret::fill_with(|code| {
            let number = Zeroizing::new(*head << 3 | *tail >> CHECKSUM_BITS);
            for (byte, shift) in code.iter_mut().rev().zip((0..).step_by(8)) {
                *byte = (*number >> shift & 0xff).try_into().unwrap_or(0);
            }
        });
        let checksum = *tail & ((1 << CHECKSUM_BITS) - 1);
        if checksum == self.checksum(code.expose()) {
            Ok(code)
        } else if checksum == self.other().checksum(code.expose()) {
            Err(CodeTextError::OtherKind)
        } else {
            Err(CodeTextError::Checksum)
        }
    }

    /// Returns the first 12 bits of the code's hash.
    fn checksum(self, code: &[u8; 16]) -> u128 {
        let label = match self {
            Self::SecretKey => Label::SECRET_KEY,
            Self::RecoveryCode => Label::RECOVERY_CODE,
        };
        let [first, second, ..] = Array::labelled(label).bytes(code).sha256();
        // The hash function leaves its last block, which contains the code, on the stack.
        wipe_stack();
        (u128::from(first) << 8 | u128::from(second)) >> (16 - CHECKSUM_BITS)
    }
}

/// Returns the character for the lowest five bits.
fn character(bits: u128) -> char {
    let value = usize::try_from(bits & 31).unwrap_or(0);
    char::from(ALPHABET.get(value).copied().unwrap_or(b'0'))
}

/// Returns the five bits of a typed character.
fn value(typed: char) -> Option<u128> {
    let letter = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|&known| char::from(known) == letter)?;
    u128::try_from(at).ok()
}
