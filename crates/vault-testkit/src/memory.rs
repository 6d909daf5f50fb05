//! Looking for secrets in the memory of another process, and in whatever else it may have left.

#![expect(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "a test may stop at once"
)]

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};

use base64ct::{Base64Unpadded, Encoding};
use sha2::{Digest, Sha256};

/// A text that is in no program: it is worked out, so that it is in memory only where it is used.
#[must_use]
pub fn canary(name: &str) -> String {
    let hash = Sha256::digest(name);
    let letters = hash.iter().take(12).flat_map(|byte| [byte >> 4, byte & 15]);
    letters.map(|letter| char::from(b'A' + letter)).collect()
}

/// A canary as it may lie in memory.
pub struct Needle {
    name: String,
    bytes: Vec<u8>,
}

/// Adds the forms in which bytes may lie somewhere: as they are, as UTF-16, in hexadecimal, in base64.
pub fn needles(name: &str, bytes: &[u8], into: &mut Vec<Needle>) {
    let mut add = |form: &str, bytes: Vec<u8>| into.push(Needle { name: format!("{name}, {form}"), bytes });
    add("as it is", bytes.to_vec());
    add("as UTF-16", bytes.iter().flat_map(|byte| [*byte, 0]).collect());
    for digits in ["0123456789abcdef", "0123456789ABCDEF"] {
        let digits = digits.as_bytes();
        let two = |byte: &u8| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]];
        add("in hexadecimal", bytes.iter().flat_map(two).collect());
    }
    for skipped in 0..3 {
        // Wherever it stands in a longer text: the whole groups of three that are within it.
        let within = &bytes[skipped..];
        add("in base64", Base64Unpadded::encode_string(&within[..within.len() / 3 * 3]).into_bytes());
    }
}

/// Looks for canaries, and counts each.
pub struct Search<'n> {
    needles: &'n [Needle],
    /// The needles that begin with two bytes.
    begins: Vec<Vec<usize>>,
    found: Vec<u32>,
}

impl<'n> Search<'n> {
    /// Looks for these.
    #[must_use]
    pub fn of(needles: &'n [Needle]) -> Self {
        let mut begins = vec![Vec::new(); 1 << 16];
        for (number, needle) in needles.iter().enumerate() {
            begins[usize::from(u16::from_le_bytes([needle.bytes[0], needle.bytes[1]]))].push(number);
        }
        Self { needles, begins, found: vec![0; needles.len()] }
    }

    /// Looks through some bytes, and says aloud where it finds one first.
    pub fn look_through(&mut self, bytes: &[u8], place: &str) {
        for (at, two) in bytes.windows(2).enumerate() {
            for &number in &self.begins[usize::from(u16::from_le_bytes([two[0], two[1]]))] {
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

    /// What was found, and how often.
    #[must_use]
    pub fn found(self) -> Vec<String> {
        let counted = self.needles.iter().zip(self.found).filter(|(_, count)| *count > 0);
        counted.map(|(needle, count)| format!("{} ({count})", needle.name)).collect()
    }
}

/// Looks through all memory of a process that it can write to, and answers with the names of what it found.
#[must_use]
pub fn find(process: u32, needles: &[Needle]) -> Vec<String> {
    let mut search = Search::of(needles);
    let mut memory = File::open(format!("/proc/{}/mem", process)).unwrap();
    let maps = fs::read_to_string(format!("/proc/{}/maps", process)).unwrap();
    let mut looked_at = 0;
    for map in maps.lines() {
        let (range, rest) = map.split_once(' ').unwrap();
        if !rest.starts_with("rw") {
            continue;
        }
        let (begin, end) = range.split_once('-').unwrap();
        let [begin, end] = [begin, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - begin).unwrap()];
        memory.seek(SeekFrom::Start(begin)).unwrap();
        // Pages that the kernel keeps for itself.
        if memory.read_exact(&mut bytes).is_err() {
            continue;
        }
        looked_at += bytes.len();
        search.look_through(&bytes, map);
    }
    assert!(looked_at > 1 << 20, "hardly anything was looked at");
    search.found()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_found_in_every_form_and_nothing_else_is() {
        let secret = canary("secret");
        let mut all = Vec::new();
        needles("secret", secret.as_bytes(), &mut all);
        let long = Base64Unpadded::encode_string(format!("xx{secret}").as_bytes());
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [secret.as_bytes(), &wide, long.as_bytes()] {
            let mut search = Search::of(&all);
            search.look_through(bytes, "a test");
            assert!(!search.found().is_empty());
        }
        let mut search = Search::of(&all);
        search.look_through(canary("another").as_bytes(), "a test");
        assert_eq!(search.found(), [""; 0]);
    }
}
