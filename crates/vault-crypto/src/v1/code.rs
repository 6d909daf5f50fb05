//! Codes that people keep on paper and type back: the Secret Key and the recovery code.

use vault_wire::Label;
use vault_wire::cbor::Array;
use zeroize::Zeroizing;

use crate::secret::{Secret, wipe_stack};
use crate::{RecoveryCode, SecretKey, SecretText};

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 128 bits of code and 12 of checksum, 5 to a character.
const CHARACTERS: usize = 28;
/// Of these the first hold 125 bits of the code; the last three its other 3 bits and the checksum.
const HEAD: usize = 25;
const GROUP: usize = 4;
const CHECKSUM_BITS: u32 = 12;
/// Longer input is refused before it is looked at; a code with its hyphens has 37 characters.
const MAX_INPUT: usize = 256;

/// Why a text is not the code that was asked for. It is told before anything is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeTextError {
    /// There are more or fewer characters than a code has.
    #[error("a code has {CHARACTERS} characters after C1 or R1")]
    Length,
    /// There is a character that no code has.
    #[error("a code has only digits and letters, and no U")]
    Character,
    /// The text begins like a code of another version.
    #[error("this code is of another version")]
    Version,
    /// The checksum does not fit: something is mistyped.
    #[error("the code is mistyped")]
    Checksum,
    /// A Secret Key where a recovery code is asked for, or the other way round.
    #[error("this is the other kind of code: Secret Keys begin with C1, recovery codes with R1")]
    OtherKind,
}

/// What the code is for; shown by its prefix and by its checksum, since the prefix may be left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    SecretKey,
    RecoveryCode,
}

impl SecretKey {
    /// The text form: `C1-` and seven groups of four characters.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        Kind::SecretKey.write(self.expose_bytes())
    }

    /// Reads the text form as people type it: any case, any spaces and hyphens, with or without `C1`, O for 0, and
    /// I or L for 1.
    ///
    /// # Errors
    /// If it is not a key's text or is mistyped.
    pub fn from_text(text: &str) -> Result<Self, CodeTextError> {
        Kind::SecretKey.read(text).map(Self)
    }
}

impl RecoveryCode {
    /// The text form: `R1-` and seven groups of four characters.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        Kind::RecoveryCode.write(self.expose_bytes())
    }

    /// Reads the text form as people type it, as forgiving as [`SecretKey::from_text`].
    ///
    /// # Errors
    /// If it is not a code's text or is mistyped.
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
        // Byte by byte into its own place, so that no copy of the whole is left on the stack.
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

    /// The first 12 bits of the code's hash.
    fn checksum(self, code: &[u8; 16]) -> u128 {
        let label = match self {
            Self::SecretKey => Label::SECRET_KEY,
            Self::RecoveryCode => Label::RECOVERY_CODE,
        };
        let [first, second, ..] = Array::labelled(label).bytes(code).sha256();
        // The hash leaves its last block, and the code in it, on the stack.
        wipe_stack();
        (u128::from(first) << 8 | u128::from(second)) >> (16 - CHECKSUM_BITS)
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
