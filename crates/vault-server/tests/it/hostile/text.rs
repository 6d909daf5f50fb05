//! Changed texts.

use rand_core::Rng as _;
use vault_testkit::FixedRng;

/// What is put into texts: what means something in one of the forms.
const PIECES: &[&str] = &[
    "",
    "\0",
    "\n",
    "\r",
    " ",
    "\"",
    "'",
    "=",
    "[",
    "]",
    "{",
    "}",
    "#",
    ",",
    ".",
    ":",
    "/",
    "\\",
    "%",
    "@",
    "-",
    "_",
    "A",
    "0",
    "é",
    "\u{202e}",
    "[[",
    "'''",
    "file:",
    "env:",
    "://",
    "..",
    "99999999999999999999",
    "1e999",
    "null",
];

/// A text with one to four random changes.
pub fn changed(text: &str, rng: &mut FixedRng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let mut draw = |most: usize| usize::try_from(rng.next_u64()).unwrap() % most.max(1);
    for _ in 0..=draw(4) {
        let (from, kind) = (draw(letters.len() + 1), draw(6));
        let end = (from + 1 + draw(8)).min(letters.len());
        let range = from.min(end)..end;
        match kind {
            0 => drop(letters.drain(range)),
            1 => letters.truncate(from),
            2 => {
                let again = letters[range].to_vec();
                drop(letters.splice(from..from, again));
            }
            3 => letters[range].reverse(),
            4 => drop(letters.splice(range, PIECES[draw(PIECES.len())].chars())),
            _ => drop(letters.splice(from..from, PIECES[draw(PIECES.len())].chars())),
        }
    }
    letters.into_iter().collect()
}
