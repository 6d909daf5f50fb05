//! The few parts of a certificate that are looked at: its dates, and its public key (RFC 5280, section 4.1).

use time::OffsetDateTime;
use time::PrimitiveDateTime;
use time::macros::format_description;

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateParts {
    /// It is not valid before.
    pub from: OffsetDateTime,
    /// It is not valid after.
    pub until: OffsetDateTime,
    /// The public key (SPKI), encoded.
    pub key: Vec<u8>,
}

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xA0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

impl CertificateParts {
    /// Reads a certificate. `None` if it is malformed.
    #[must_use]
    pub fn parse(certificate: &[u8]) -> Option<Self> {
        parse(certificate)
    }
}

fn parse(certificate: &[u8]) -> Option<CertificateParts> {
    let (_, certificate, _) = element(certificate, Some(SEQUENCE))?;
    let (_, body, _) = element(certificate, Some(SEQUENCE))?;
    let (tag, _, rest) = element(body, None)?;
    // The version may be left out. Serial number, algorithm and issuer follow.
    let mut rest = if tag == VERSION { element(rest, None)?.2 } else { rest };
    for _ in 0..2 {
        rest = element(rest, None)?.2;
    }
    let (_, validity, rest) = element(rest, Some(SEQUENCE))?;
    let (tag, from, after) = element(validity, None)?;
    let from = time(tag, from)?;
    let (tag, until, _) = element(after, None)?;
    let until = time(tag, until)?;
    let (_, _, key) = element(rest, None)?;
    let (_, _, after) = element(key, Some(SEQUENCE))?;
    let key = key.get(..key.len() - after.len())?.to_vec();
    Some(CertificateParts { from, until, key })
}

/// The tag and content of the first element, and what follows it.
fn element(bytes: &[u8], expected: Option<u8>) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    if expected.is_some_and(|expected| expected != *tag) {
        return None;
    }
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=127 => (usize::from(*first), rest),
        0x81..=0x83 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

fn time(tag: u8, text: &[u8]) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(text).ok()?;
    // Two digits of a year are of 1950 to 2049.
    let century = match (tag, text.get(..2)?.parse::<u8>().ok()?) {
        (UTC_TIME, 0..50) => "20",
        (UTC_TIME, _) => "19",
        (GENERALIZED_TIME, _) => "",
        _ => return None,
    };
    let format = format_description!("[year][month][day][hour][minute][second]Z");
    PrimitiveDateTime::parse(&[century, text].concat(), format).ok().map(PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PublicKeyData as _};
    use time::macros::datetime;

    use super::*;

    #[test]
    fn dates_and_key_are_read_and_damage_is_no_panic() {
        let key = KeyPair::generate().unwrap();
        for (from, until) in [
            (datetime!(2020-01-02 03:04:05 UTC), datetime!(2049-12-31 23:59:59 UTC)),
            (datetime!(1999-01-01 00:00:00 UTC), datetime!(2050-01-01 00:00:00 UTC)),
        ] {
            let mut parameters = CertificateParams::new(vec!["a.test".to_owned()]).unwrap();
            (parameters.not_before, parameters.not_after) = (from, until);
            let certificate = parameters.self_signed(&key).unwrap();
            let der = certificate.der();
            let expected = CertificateParts { from, until, key: key.subject_public_key_info() };
            assert_eq!(parse(der), Some(expected));
            for length in 0..der.len() {
                assert_eq!(parse(&der[..length]), None);
                let mut changed = der.to_vec();
                changed[length] ^= 0xFF;
                let _ = parse(&changed);
            }
        }
    }
}
