//! Search for breached passwords without revealing them: k-anonymity with SHA-1 ranges, as offered by "Have I Been
//! Pwned".
//!
//! The query is the first 20 bits of a password's SHA-1. The response has some hundred to a thousand suffixes with
//! counts, and the rest of the hash is searched in it locally. The service learns only that one of about a million
//! passwords with this prefix is of interest. SHA-1 is given by the databases; nothing depends on its strength.

use std::fmt;

use sha1::{Digest, Sha1};

/// Maximum length of a response in bytes; real ones have 20 to 70 KB.
pub const MAX_ANSWER: usize = 1 << 20;
/// Hexadecimal digits in a query.
const PREFIX: usize = 5;
/// Hexadecimal digits of a suffix.
const ENDING: usize = 35;

/// A query: the first 20 bits of a password's SHA-1, displayed as five hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix([u8; PREFIX]);

impl Prefix {
    /// Returns the query for a password.
    #[must_use]
    pub fn of(password: &str) -> Self {
        Self(parts(password).0)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| fmt::Write::write_char(f, char::from(*digit)))
    }
}

/// Returns the SHA-1 of a password in upper case hexadecimal digits, split into query and suffix.
fn parts(password: &str) -> ([u8; PREFIX], [u8; ENDING]) {
    let digest = Sha1::digest(password.as_bytes());
    let half = |half: u8| if half < 10 { b'0' + half } else { b'A' + half - 10 };
    let mut digits = digest.iter().flat_map(|byte| [half(byte >> 4), half(byte & 15)]);
    // 40 digits, exactly the length of both parts.
    let prefix = std::array::from_fn(|_| digits.next().unwrap_or(b'0'));
    let ending = std::array::from_fn(|_| digits.next().unwrap_or(b'0'));
    (prefix, ending)
}

/// The error if there was no response. It has no details, which might contain the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the breached-password service did not respond")]
pub struct RangeUnavailable;

/// A service that returns the range of a prefix.
///
/// The engine has no implementation, since it uses no network. An implementation must send the prefix over TLS and
/// nothing else about the user or profile, request padding (`Add-Padding: true`, so that the length of the response
/// does not reveal the prefix), follow no redirects, read at most [`MAX_ANSWER`] bytes, and return only complete
/// responses.
pub trait RangeSource: Send + Sync {
    /// Fetches the range of a prefix.
    ///
    /// # Errors
    /// Returns [`RangeUnavailable`] if there was no complete response.
    fn fetch(&self, prefix: Prefix) -> Result<Vec<u8>, RangeUnavailable>;
}

/// Why a response was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// Longer than [`MAX_ANSWER`].
    #[error("the response of the breached-password service is too long")]
    TooLong,
    /// Not lines of a suffix and a count.
    #[error("the response of the breached-password service is malformed")]
    Malformed,
}

/// A parsed response.
pub struct Range(Vec<([u8; ENDING], u64)>);

impl Range {
    /// Parses a response: lines of 35 hexadecimal digits, a colon and a count. Lines with a count of zero are padding.
    ///
    /// # Errors
    /// Returns [`RangeError`] if it is too long, has a malformed or repeated line, or has no lines: a truncated
    /// response must not pass as a clean one.
    pub fn parse(answer: &[u8]) -> Result<Self, RangeError> {
        if answer.len() > MAX_ANSWER {
            return Err(RangeError::TooLong);
        }
        let text = std::str::from_utf8(answer).map_err(|_| RangeError::Malformed)?;
        let mut lines = Vec::with_capacity(text.len() / (ENDING + 3));
        for line in text.lines() {
            lines.push(parse_line(line).ok_or(RangeError::Malformed)?);
        }
        lines.sort_unstable();
        let twice = lines.windows(2).any(|pair| matches!(pair, [(one, _), (other, _)] if one == other));
        if lines.is_empty() || twice { Err(RangeError::Malformed) } else { Ok(Self(lines)) }
    }

    /// Returns how often a password was breached. Its prefix must be the one of the query.
    #[must_use]
    pub fn times(&self, password: &str) -> u64 {
        let (_, ending) = parts(password);
        let found = self.0.binary_search_by_key(&ending, |(ending, _)| *ending);
        found.ok().and_then(|at| self.0.get(at)).map_or(0, |(_, times)| *times)
    }
}

fn parse_line(line: &str) -> Option<([u8; ENDING], u64)> {
    let (ending, count) = line.split_once(':')?;
    let mut ending: [u8; ENDING] = ending.as_bytes().try_into().ok()?;
    ending.make_ascii_uppercase();
    let digits = (1..=18).contains(&count.len()) && count.bytes().all(|byte| byte.is_ascii_digit());
    let hex = ending.iter().all(u8::is_ascii_hexdigit);
    (hex && digits).then_some((ending, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-1 of "password": 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8.
    const ENDING_OF_PASSWORD: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";

    #[test]
    fn a_query_has_five_digits() {
        assert_eq!(Prefix::of("password").to_string(), "5BAA6");
        assert_eq!(Prefix::of("").to_string(), "DA39A");
    }

    #[test]
    fn a_password_is_found_by_its_hash_suffix() {
        let answer = format!(
            "003D68EB55068C33ACE09247EE4C639306B:3\r\n{ENDING_OF_PASSWORD}:9545824\r\n{}:0\r\n",
            "F".repeat(35)
        );
        let range = Range::parse(answer.as_bytes()).unwrap();
        assert_eq!(range.times("password"), 9_545_824);
        assert_eq!(range.times("another"), 0);
        let padded = Range::parse(format!("{ENDING_OF_PASSWORD}:0\n").as_bytes()).unwrap();
        assert_eq!(padded.times("password"), 0);
        let small = Range::parse(ENDING_OF_PASSWORD.to_lowercase().as_bytes());
        assert_eq!(small.err(), Some(RangeError::Malformed));
        let small = Range::parse(format!("{}:7", ENDING_OF_PASSWORD.to_lowercase()).as_bytes()).unwrap();
        assert_eq!(small.times("password"), 7);
    }

    #[test]
    fn t51_truncated_and_malformed_ranges_are_refused() {
        let line = format!("{ENDING_OF_PASSWORD}:3\r\n");
        for wrong in [
            "",
            "\r\n",
            "<html>",
            &line[..20],
            &line[..36],
            &format!("{line}\r\n{}", line.replace('1', "2")),
            &line.replace(":3", ":-3"),
            &line.replace(":3", ":+3"),
            &line.replace(":3", ":3 "),
            &line.replace(":3", ":1234567890123456789"),
            &line.replace("1E4", "1G4"),
            &format!("0{line}"),
            &format!("{line}{line}"),
            &format!("{line}{ENDING_OF_PASSWORD}"),
        ] {
            assert_eq!(Range::parse(wrong.as_bytes()).err(), Some(RangeError::Malformed), "{wrong:?}");
        }
        assert_eq!(Range::parse(&[0xff; 40]).err(), Some(RangeError::Malformed));
        assert_eq!(Range::parse(&vec![b'0'; MAX_ANSWER + 1]).err(), Some(RangeError::TooLong));
    }
}
