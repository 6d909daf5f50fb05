//! One-time codes: RFC 6238 codes over time and the five-letter codes of Steam.

mod base32;
mod uri;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use vault_crypto::SecretText;
use zeroize::Zeroizing;

use crate::item::Timestamp;

/// Letters and digits of Steam codes.
const STEAM_ALPHABET: [char; 26] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P', 'Q', 'R',
    'T', 'V', 'W', 'X', 'Y',
];
const STEAM_LENGTH: usize = 5;
const STEAM_PERIOD: u32 = 30;

/// The hash behind a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-1, which nearly all sites use; as a keyed hash it is sound here.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// How codes are made from the secret and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6238.
    Totp {
        /// The hash.
        algorithm: Algorithm,
        /// Digits of a code, 6 to 8.
        digits: u8,
        /// Seconds each code lives, 1 to 3600.
        period: u32,
    },
    /// Steam Guard: five letters or digits, every 30 seconds.
    Steam,
}

/// Why a text is no one-time code set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Neither an `otpauth://` nor `steam://` address nor a base32 secret.
    #[error("this is not a one-time code set-up text")]
    NotACode,
    /// There is no secret in it, or it is not base32.
    #[error("the secret of the one-time code is missing or mistyped")]
    Secret,
    /// Counter-based codes are not supported.
    #[error("counter-based codes are not supported")]
    CounterBased,
    /// The hash is not SHA-1, SHA-256 or SHA-512.
    #[error("the one-time code uses an unknown hash")]
    Algorithm,
    /// The number of digits is not 6 to 8.
    #[error("one-time codes have 6 to 8 digits")]
    Digits,
    /// The period is not 1 to 3600 seconds.
    #[error("one-time codes live for 1 to 3600 seconds")]
    Period,
}

/// The set-up of a one-time code. It holds a secret and derives nothing.
pub struct Code {
    secret: Zeroizing<Vec<u8>>,
    scheme: Scheme,
    issuer: String,
    account: String,
}

/// The codes at a moment.
pub struct CodeAt {
    /// The code now.
    pub code: SecretText,
    /// The code after this one.
    pub next: SecretText,
    /// Seconds each code lives.
    pub period: u32,
    /// Milliseconds this one still lives, never 0.
    pub remaining_ms: u32,
}

impl Code {
    /// Reads an `otpauth://totp/…` or `steam://…` address or a bare base32 secret.
    ///
    /// # Errors
    /// If it is none of these or holds a value out of range; nothing is guessed.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        uri::parse(text)
    }

    /// The set-up as an address that [`Code::parse`] and other programs read.
    #[must_use]
    pub fn to_uri(&self) -> SecretText {
        uri::format(self)
    }

    /// How codes are made.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Who issued it, empty if not said.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whose it is, empty if not said.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The codes at a time.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> CodeAt {
        let period = match self.scheme {
            Scheme::Totp { period, .. } => period.max(1),
            Scheme::Steam => STEAM_PERIOD,
        };
        let period_ms = u64::from(period) * 1_000;
        let counter = now.0 / period_ms;
        CodeAt {
            code: self.code_for(counter),
            next: self.code_for(counter.saturating_add(1)),
            period,
            remaining_ms: u32::try_from(period_ms - now.0 % period_ms).unwrap_or(u32::MAX),
        }
    }

    fn code_for(&self, counter: u64) -> SecretText {
        match self.scheme {
            Scheme::Totp { algorithm, digits, .. } => {
                let mut number = truncated(algorithm, &self.secret, counter);
                let mut code = vec!['0'; usize::from(digits)];
                for place in code.iter_mut().rev() {
                    *place = char::from_digit(number % 10, 10).unwrap_or('0');
                    number /= 10;
                }
                SecretText::new(code.into_iter().collect())
            }
            Scheme::Steam => {
                let mut number = truncated(Algorithm::Sha1, &self.secret, counter);
                let code = (0..STEAM_LENGTH).filter_map(|_| {
                    let letter = STEAM_ALPHABET.get(number as usize % STEAM_ALPHABET.len()).copied();
                    number /= 26;
                    letter
                });
                SecretText::new(code.collect())
            }
        }
    }
}

/// The 31-bit number of RFC 4226, section 5.3.
fn truncated(algorithm: Algorithm, secret: &[u8], counter: u64) -> u32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn totp(algorithm: Algorithm, digits: u8, secret: &[u8]) -> Code {
        let scheme = Scheme::Totp { algorithm, digits, period: 30 };
        Code {
            secret: Zeroizing::new(secret.to_vec()),
            scheme,
            issuer: String::new(),
            account: String::new(),
        }
    }

    #[test]
    fn rfc_4226_appendix_d() {
        let code = totp(Algorithm::Sha1, 6, b"12345678901234567890");
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (counter, expected) in (0..).zip(expected) {
            assert_eq!(code.code_for(counter).expose(), expected);
        }
    }

    #[test]
    fn rfc_6238_appendix_b() {
        let digits = b"1234567890".repeat(7);
        let codes = [
            totp(Algorithm::Sha1, 8, &digits[..20]),
            totp(Algorithm::Sha256, 8, &digits[..32]),
            totp(Algorithm::Sha512, 8, &digits[..64]),
        ];
        for (seconds, expected) in [
            (59, ["94287082", "46119246", "90693936"]),
            (1_111_111_109, ["07081804", "68084774", "25091201"]),
            (1_111_111_111, ["14050471", "67062674", "99943326"]),
            (1_234_567_890, ["89005924", "91819424", "93441116"]),
            (2_000_000_000, ["69279037", "90698825", "38618901"]),
            (20_000_000_000, ["65353130", "77737706", "47863826"]),
        ] {
            for (code, expected) in codes.iter().zip(expected) {
                assert_eq!(code.at(Timestamp(seconds * 1_000)).code.expose(), expected);
            }
        }
    }

    #[test]
    fn steam_codes_as_the_steam_application_shows_them() {
        let code = Code::parse("steam://63BEDWCQZKTQWPESARIERL5DTTQFCJTK").unwrap();
        assert_eq!(code.at(Timestamp(1_511_200_518_000)).code.expose(), "FR8RV");
        assert_eq!(code.at(Timestamp(1_511_200_714_000)).code.expose(), "9P3VP");
    }

    #[test]
    fn the_next_code_follows_when_the_time_is_over() {
        let code = totp(Algorithm::Sha1, 6, b"12345678901234567890");
        let early = code.at(Timestamp(30_000));
        assert_eq!(early.remaining_ms, 30_000);
        let late = code.at(Timestamp(59_999));
        assert_eq!((late.remaining_ms, late.code.expose()), (1, early.code.expose()));
        assert_eq!(code.at(Timestamp(60_000)).code.expose(), late.next.expose());
        let end_of_time = code.at(Timestamp(u64::MAX));
        assert_eq!(end_of_time.code.expose().len(), 6);
    }
}
