//! Lines of `otpauth://…` and `otpauth-migration://…`: Ente Auth, `FreeOTP+`, `WinAuth`, Google Authenticator. A `#` begins a comment.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use vault_engine::item::SecretText;
use vault_otp::migration::Migration;

use super::entry::{self, Entry, Note, Setup};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    limits,
    report::{Outcome, ParsedFile},
    syntax::json::{Json, Object},
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "authenticators_txt",
        name: "Authenticator addresses",
        program: &super::PROGRAM,
        extensions: &["txt"],
        secret: Secret::Nothing,
    },
    reader: Reader::Text { recognises, read: |text, _, import| read_text(text, import) },
};

/// The lines that are not comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn is_address(line: &str) -> bool {
    let scheme = line.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("otpauth" | "otpauth-migration" | "steam"))
}

fn recognises(text: &str) -> bool {
    lines(text).next().is_some_and(is_address)
}

/// Reads all lines.
pub(super) fn read_text(text: &str, import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    read_addresses(lines(text), import)
}

/// Reads addresses.
pub(super) fn read_addresses<'l>(
    addresses: impl Iterator<Item = &'l str>,
    mut import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    let mut batches = Batches::default();
    let mut position = 0_u32;
    for line in addresses {
        if usize::try_from(position).map_or(true, |count| count >= limits::ITEMS) {
            return Err(ImportError::TooManyItems);
        }
        if !line.to_ascii_lowercase().starts_with("otpauth-migration") {
            position += 1;
            if is_address(line) {
                entry::add(&mut import, position, address(line))?;
            } else {
                import.skip_row(position, "This line is not the address of a one-time code.");
            }
            continue;
        }
        match Migration::read(line) {
            Ok(migration) => {
                batches.add(&migration);
                for found in migration.entries {
                    position += 1;
                    let code = match &found.code {
                        Ok(code) => Setup::Uri(code.to_uri()),
                        Err(error) => {
                            import.skip_row(position, &format!("The code cannot be read: {error}."));
                            continue;
                        }
                    };
                    let (issuer, account) = (found.issuer, found.account);
                    entry::add(&mut import, position, Entry { issuer, account, code, ..Entry::default() })?;
                }
            }
            Err(error) => {
                position += 1;
                import.skip_row(position, &format!("The line cannot be read: {error}."));
            }
        }
    }
    batches.remark(&mut import);
    Ok(import.finish())
}

/// The parts of exports in several codes.
#[derive(Default)]
struct Batches(BTreeMap<i32, (u32, Vec<u32>)>);

impl Batches {
    fn add(&mut self, migration: &Migration) {
        let (parts, seen) = self.0.entry(migration.batch).or_default();
        *parts = (*parts).max(migration.parts);
        seen.push(migration.part);
    }

    /// Names the parts that are missing, which hold further codes.
    fn remark(self, import: &mut ImportBuilder<'_>) {
        for (parts, seen) in self.0.into_values() {
            let missing: Vec<String> = (0..parts)
                .filter(|part| !seen.contains(part))
                .map(|part| format!("{} of {parts}", part + 1))
                .collect();
            if !missing.is_empty() {
                let reason = format!(
                    "The export has {parts} QR codes, and some are missing here: {}. Import them too.",
                    missing.join(", ")
                );
                import.remark(0, "", "QR code", Outcome::NotKept, &reason);
            }
        }
    }
}

/// Reads an address, of which Ente Auth's has a parameter with JSON of its own.
fn address(line: &str) -> Entry {
    let Some((front, query)) = line.split_once('?') else {
        return Entry { code: Setup::Uri(SecretText::from(line)), ..Entry::default() };
    };
    let (mut display, mut kept) = (None, Vec::new());
    for parameter in query.split('&') {
        match parameter.split_once('=') {
            Some(("codeDisplay", value)) => {
                let text = percent_decode_str(value).decode_utf8_lossy();
                display = serde_json::from_str::<Json>(&text).ok();
            }
            _ => kept.push(parameter),
        }
    }
    let code = Setup::Uri(SecretText::new(format!("{front}?{}", kept.join("&"))));
    let mut display = match display {
        Some(Json::Object(display)) => display,
        _ => Object::default(),
    };
    for name in ["lastUsedAt", "tapCount", "position", "iconSrc", "iconID"] {
        let _ = display.take(name);
    }
    Entry {
        code,
        favourite: display.take_bool("pinned") == Some(true),
        trashed: display.take_bool("trashed") == Some(true),
        tags: display.take_list("tags").iter().map(Json::as_text).collect(),
        note: Note(display.take_text("note")),
        rest: display,
        ..Entry::default()
    }
}
