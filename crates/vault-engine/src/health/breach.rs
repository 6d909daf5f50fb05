//! Looking for stolen passwords without telling them: k-anonymity by ranges of SHA-1, as "Have I Been Pwned" offers.
//!
//! Of a password the first 20 bits of its SHA-1 are asked for; the answer has some hundred to a thousand endings with
//! their counts, among which the rest of the hash is looked for here. Whoever answers learns that one of the some
//! million passwords that begin so is of interest, and nothing more. SHA-1 is what the collections are made of; nothing
//! rests on its strength.

use std::fmt;

use sha1::{Digest, Sha1};

/// The longest answer that is read, in bytes; real ones have 20 to 70 KB.
pub const MAX_ANSWER: usize = 1 << 20;
/// Hexadecimal digits that are asked for.
const PREFIX: usize = 5;
/// Hexadecimal digits of an ending.
const ENDING: usize = 35;

/// What is asked for: the first 20 bits of a password's SHA-1. It prints as five digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix([u8; PREFIX]);

impl Prefix {
    /// What to ask for a password.
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

/// The SHA-1 of a password in capital hexadecimal digits, cut where it is cut for asking.
fn parts(password: &str) -> ([u8; PREFIX], [u8; ENDING]) {
    let digest = Sha1::digest(password.as_bytes());
    let half = |half: u8| if half < 10 { b'0' + half } else { b'A' + half - 10 };
    let mut digits = digest.iter().flat_map(|byte| [half(byte >> 4), half(byte & 15)]);
    // 40 digits: as many as both take.
    let prefix = std::array::from_fn(|_| digits.next().unwrap_or(b'0'));
    let ending = std::array::from_fn(|_| digits.next().unwrap_or(b'0'));
    (prefix, ending)
}

/// Nobody answered. It says nothing of why, for that may hold what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the service that knows stolen passwords did not answer")]
pub struct RangeUnavailable;

/// Somebody who answers for a prefix.
///
/// The engine has none: it reaches no network. Whoever makes one sends the prefix over TLS and nothing else of the
/// person or the profile, asks for padding (`Add-Padding: true`, so that the length of the answer does not tell the
/// prefix), follows no redirection, reads at most [`MAX_ANSWER`] bytes, and hands over whole answers only.
pub trait RangeSource: Send + Sync {
    /// Asks.
    ///
    /// # Errors
    /// If no whole answer came.
    fn fetch(&self, prefix: Prefix) -> Result<Vec<u8>, RangeUnavailable>;
}

/// An answer that is not what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// Longer than any answer.
    #[error("the answer about stolen passwords is too long")]
    TooLong,
    /// Not lines of an ending and a count.
    #[error("the answer about stolen passwords cannot be understood")]
    Malformed,
}

/// An answer, read and checked.
pub struct Range(Vec<([u8; ENDING], u64)>);

impl Range {
    /// Reads an answer: lines of 35 hexadecimal digits, a colon and a count; a count of zero pads.
    ///
    /// # Errors
    /// If a line is anything else, or there is none: half an answer would pass for a clean one.
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

    /// How often a password that begins with the prefix asked for was seen among stolen ones.
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
    fn five_digits_are_asked_for() {
        assert_eq!(Prefix::of("password").to_string(), "5BAA6");
        assert_eq!(Prefix::of("").to_string(), "DA39A");
    }

    #[test]
    fn a_password_is_found_by_the_rest_of_its_hash() {
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
    fn t51_half_and_hostile_answers_are_refused_whole() {
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
