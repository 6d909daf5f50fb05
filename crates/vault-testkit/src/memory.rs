//! A search for secrets in the memory of another process and in the files that it left.

#![expect(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};

use base64ct::{Base64Unpadded, Encoding};
use sha2::{Digest, Sha256};

/// A text to search for. It is computed from a hash, so that no program contains it as a constant.
#[must_use]
pub fn canary(name: &str) -> String {
    let hash = Sha256::digest(name);
    let letters = hash.iter().take(12).flat_map(|byte| [byte >> 4, byte & 15]);
    letters.map(|letter| char::from(b'A' + letter)).collect()
}

/// A byte pattern to search for, with a name.
pub struct Needle {
    name: String,
    bytes: Vec<u8>,
}

/// Adds patterns for the encodings in which bytes may occur: plain, in lower case, UTF-16, hexadecimal, base64.
pub fn needles(name: &str, bytes: &[u8], into: &mut Vec<Needle>) {
    let mut add = |form: &str, bytes: Vec<u8>| into.push(Needle { name: format!("{name}, {form}"), bytes });
    add("plain", bytes.to_vec());
    // As in the search index.
    add("in lower case", bytes.to_ascii_lowercase());
    add("as UTF-16", bytes.iter().flat_map(|byte| [*byte, 0]).collect());
    for digits in ["0123456789abcdef", "0123456789ABCDEF"] {
        let digits = digits.as_bytes();
        let two = |byte: &u8| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]];
        add("in hexadecimal", bytes.iter().flat_map(two).collect());
    }
    for skipped in 0..3 {
        // At any offset in a longer text: the complete groups of three bytes.
        let within = &bytes[skipped..];
        add("in base64", Base64Unpadded::encode_string(&within[..within.len() / 3 * 3]).into_bytes());
    }
}

/// A search for patterns that counts the hits of each.
pub struct Search<'n> {
    needles: &'n [Needle],
    /// The needles by their first two bytes.
    by_start: Vec<Vec<usize>>,
    found: Vec<u32>,
}

impl<'n> Search<'n> {
    /// Starts a search for these patterns.
    #[must_use]
    pub fn new(needles: &'n [Needle]) -> Self {
        let mut by_start = vec![Vec::new(); 1 << 16];
        for (number, needle) in needles.iter().enumerate() {
            by_start[usize::from(u16::from_le_bytes([needle.bytes[0], needle.bytes[1]]))].push(number);
        }
        Self { needles, by_start, found: vec![0; needles.len()] }
    }

    /// Searches some bytes and prints the first hit of each pattern.
    pub fn scan(&mut self, bytes: &[u8], place: &str) {
        for (at, two) in bytes.windows(2).enumerate() {
            for &number in &self.by_start[usize::from(u16::from_le_bytes([two[0], two[1]]))] {
                let needle = &self.needles[number];
                if bytes[at..].starts_with(&needle.bytes) {
                    if self.found[number] == 0 {
                        let around = &bytes[at.saturating_sub(64)..bytes.len().min(at + 96)];
                        println!("{} in {place} at {at}: {}", needle.name, around.escape_ascii());
                    }
                    self.found[number] += 1;
                }
            }
        }
    }

    /// The names of the patterns found, each with its number of hits.
    #[must_use]
    pub fn found(self) -> Vec<String> {
        let counted = self.needles.iter().zip(self.found).filter(|(_, count)| *count > 0);
        counted.map(|(needle, count)| format!("{} ({count})", needle.name)).collect()
    }
}

/// Searches all writable memory of a process and returns what was found.
#[must_use]
pub fn find_in_process(process: u32, needles: &[Needle]) -> Vec<String> {
    let mut search = Search::new(needles);
    let mut memory = File::open(format!("/proc/{}/mem", process)).unwrap();
    let maps = fs::read_to_string(format!("/proc/{}/maps", process)).unwrap();
    let mut scanned = 0;
    for map in maps.lines() {
        let (range, rest) = map.split_once(' ').unwrap();
        if !rest.starts_with("rw") {
            continue;
        }
        let (begin, end) = range.split_once('-').unwrap();
        let [begin, end] = [begin, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - begin).unwrap()];
        memory.seek(SeekFrom::Start(begin)).unwrap();
        // Not readable even by the process itself.
        if memory.read_exact(&mut bytes).is_err() {
            continue;
        }
        scanned += bytes.len();
        search.scan(&bytes, map);
    }
    assert!(scanned > 1 << 20, "hardly any memory was read");
    search.found()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_found_in_every_encoding_and_no_other_is() {
        let secret = canary("secret");
        let mut all = Vec::new();
        needles("secret", secret.as_bytes(), &mut all);
        let long = Base64Unpadded::encode_string(format!("xx{secret}").as_bytes());
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [secret.as_bytes(), &wide, long.as_bytes()] {
            let mut search = Search::new(&all);
            search.scan(bytes, "a test");
            assert!(!search.found().is_empty());
        }
        let mut search = Search::new(&all);
        search.scan(canary("another").as_bytes(), "a test");
        assert_eq!(search.found(), [""; 0]);
    }
}
