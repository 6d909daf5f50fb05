//! Reading of one-time codes in texts: files of lines, QR codes, the clipboard. What is not read is named with its reason.

use std::collections::BTreeMap;

use vault_engine::SecretText;
use vault_otp::migration::{Entry, Migration, MigrationError};
use vault_otp::{Code, name_in_uri};
use vault_text::safe_to_show;
use zeroize::Zeroizing;

use crate::error::{ErrorCode, Result};
use crate::views::{FoundCode, FoundCodes, MissingPart, UnreadCode, UnreadReason};

/// The most codes read from one text.
pub(crate) const MAX_CODES: usize = 2_000;
/// The longest text, in bytes.
const MAX_TEXT: usize = 1 << 20;
/// The most entries named that were not read; more are counted.
const MAX_NAMED: usize = 200;
/// The most lines into which an address is broken.
const MAX_LINES: usize = 100;
/// The longest name shown of an entry that was not read, in characters.
const MAX_NAME: usize = 80;

/// What was read so far.
#[derive(Default)]
pub(crate) struct Reading {
    codes: Vec<FoundCode>,
    unread: Vec<UnreadCode>,
    unnamed: u32,
    /// The parts seen of each transfer, by its id: their number and indices.
    transfers: BTreeMap<i32, (u32, Vec<u32>)>,
}

/// Reads the codes in a text: one set-up, a transfer, or lines of them.
///
/// # Errors
/// `code_invalid` if the text is too long.
pub(crate) fn read(text: &str) -> Result<Reading> {
    if text.len() > MAX_TEXT {
        return Err(ErrorCode::CodeInvalid.into());
    }
    let mut reading = Reading::default();
    // A text copied from a file may begin with its byte order mark.
    let text = text.trim_start_matches('\u{feff}').trim();
    // A bare secret is accepted only as the whole text, even on several lines; among others any word could be one.
    match Code::parse(text) {
        Ok(code) if !text.contains("://") => reading.codes.push(FoundCode::from(&code)),
        _ => reading.lines(text),
    }
    Ok(reading)
}

/// Reads the codes in the texts of QR codes.
pub(crate) fn of_texts(texts: &[SecretText]) -> Reading {
    let mut reading = Reading::default();
    for text in texts {
        match read(text.expose()) {
            Ok(found) => reading.append(found),
            Err(_) => reading.unread(String::new(), None, UnreadReason::NotACode),
        }
    }
    reading
}

impl Reading {
    pub(crate) fn has_codes(&self) -> bool {
        !self.codes.is_empty()
    }

    /// Adds what was read elsewhere.
    pub(crate) fn append(&mut self, other: Self) {
        for code in other.codes {
            self.code(code, None);
        }
        for UnreadCode { name, line, reason } in other.unread {
            self.unread(name, line, reason);
        }
        self.unnamed = self.unnamed.saturating_add(other.unnamed);
        for (batch, (count, parts)) in other.transfers {
            parts.into_iter().for_each(|part| self.part(batch, part, count));
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// `none` if there is no code, and nothing that should have been one.
    pub(crate) fn finish(self, none: ErrorCode) -> Result<FoundCodes> {
        let is_other = |unread: &UnreadCode| unread.reason == UnreadReason::NotACode;
        let nothing = self.codes.is_empty() && self.unread.iter().all(is_other);
        if nothing { Err(none.into()) } else { Ok(self.into()) }
    }

    fn lines(&mut self, text: &str) {
        let lines: Vec<(u32, &str)> =
            (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()).collect();
        let mut rest = lines.as_slice();
        while let [(number, line), after @ ..] = rest {
            rest = after;
            let mut found = entries(line);
            let is_continued = after.first().is_some_and(|(_, next)| next.trim_start().starts_with('&'));
            if line.contains("://")
                && (found.is_err() || is_continued)
                && let Some((whole, count)) = joined(line, after)
            {
                found = Ok(whole);
                rest = after.get(count..).unwrap_or_default();
            }
            match found {
                Ok(Found::Code(code)) => self.code(code, Some(*number)),
                Ok(Found::Transfer(transfer)) => self.transfer(transfer, *number),
                Err(reason) => {
                    self.unread(name_in_uri(line).map(named).unwrap_or_default(), Some(*number), reason);
                }
            }
        }
    }

    fn transfer(&mut self, transfer: Migration, line: u32) {
        self.part(transfer.batch, transfer.part, transfer.parts);
        for Entry { issuer, account, code } in transfer.entries {
            match code {
                Ok(code) => self.code(FoundCode::from(&code), Some(line)),
                Err(error) => self.unread(named((issuer, account)), Some(line), error.into()),
            }
        }
    }

    fn code(&mut self, code: FoundCode, line: Option<u32>) {
        if self.codes.len() < MAX_CODES {
            self.codes.push(code);
        } else {
            self.unread(named((code.issuer, code.account)), line, UnreadReason::TooMany);
        }
    }

    fn unread(&mut self, name: String, line: Option<u32>, reason: UnreadReason) {
        if self.unread.len() < MAX_NAMED {
            self.unread.push(UnreadCode { name, line, reason });
        } else {
            self.unnamed = self.unnamed.saturating_add(1);
        }
    }

    fn part(&mut self, batch: i32, part: u32, count: u32) {
        let (_, parts) = self.transfers.entry(batch).or_insert_with(|| (count, Vec::new()));
        if let Err(place) = parts.binary_search(&part) {
            parts.insert(place, part);
        }
    }
}

impl From<Reading> for FoundCodes {
    fn from(reading: Reading) -> Self {
        let Reading { codes, unread, unnamed, transfers } = reading;
        let missing = |(count, parts): (u32, Vec<u32>)| {
            let is_missing = |part: &u32| parts.binary_search(part).is_err();
            (0..count)
                .filter(is_missing)
                .map(move |part| MissingPart { part: part.saturating_add(1), parts: count })
                .collect::<Vec<_>>()
        };
        Self { codes, unread, unnamed, missing: transfers.into_values().flat_map(missing).collect() }
    }
}

/// What a line has.
enum Found {
    Code(FoundCode),
    Transfer(Migration),
}

fn entries(line: &str) -> std::result::Result<Found, UnreadReason> {
    match Migration::read(line) {
        Ok(transfer) => Ok(Found::Transfer(transfer)),
        Err(MigrationError::Damaged) => Err(UnreadReason::Damaged),
        Err(MigrationError::TooLong) => Err(UnreadReason::TooLong),
        Err(MigrationError::NotAMigration) if !line.contains("://") => Err(UnreadReason::NotACode),
        Err(MigrationError::NotAMigration) => Ok(Found::Code(FoundCode::from(&Code::parse(line)?))),
    }
}

/// Reads an address that a mail broke into lines, with the number of lines after the first.
fn joined(line: &str, after: &[(u32, &str)]) -> Option<(Found, usize)> {
    let more = after.iter().take(MAX_LINES).take_while(|(_, more)| !more.contains("://"));
    let mut whole = Zeroizing::new(String::with_capacity(
        line.len() + more.clone().map(|(_, more)| more.len()).sum::<usize>(),
    ));
    whole.push_str(line.trim_end());
    let mut found = None;
    for (count, (_, more)) in (1..).zip(more) {
        whole.push_str(more.trim());
        match entries(&whole) {
            Ok(read) => found = Some((read, count)),
            Err(_) if found.is_some() => break,
            Err(_) => {}
        }
        let is_continued = after.get(count).is_some_and(|(_, next)| next.trim_start().starts_with('&'));
        if found.is_some() && !is_continued {
            break;
        }
    }
    found
}

/// Returns the name of an entry that was not read, fit for showing.
fn named((issuer, account): (String, String)) -> String {
    let parts = [issuer, account].into_iter().filter(|part| !part.is_empty());
    safe_to_show(&parts.collect::<Vec<_>>().join(": ")).chars().take(MAX_NAME).collect()
}
