//! One-time codes out of pictures: a QR code that a site shows, or those by which another program hands over many.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use vault_engine::SecretText;
use vault_engine::code::migration::{Entry, Migration};
use vault_engine::code::{Code, qr};
use vault_engine::profile::DiskError;

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::views::{ErrorCode, ErrorView, FoundCode};

/// Longest picture that is read, in bytes.
const LONGEST: u64 = 32 << 20;

impl Coffer {
    /// Reads the one-time codes that a picture shows: `otpauth://` addresses, and all that one of another program holds.
    ///
    /// # Errors
    /// `picture_unreadable` if there are none, or the disk.
    pub async fn code_from_picture(&self, path: PathBuf) -> Outcome<Vec<FoundCode>> {
        let read = move || -> Outcome<Vec<FoundCode>> {
            let picture = read_picture(&path).map_err(|error| ErrorView::from(DiskError::from(error)))?;
            let texts = qr::read(&picture).map_err(|_| ErrorView::of(ErrorCode::PictureUnreadable))?;
            let found: Vec<FoundCode> = texts.iter().flat_map(codes_in).collect();
            if found.is_empty() { Err(ErrorCode::PictureUnreadable.into()) } else { Ok(found) }
        };
        tokio::task::spawn_blocking(read).await.map_err(|_| ErrorCode::Internal)?
    }

    /// Reads the one-time codes that a text holds: one set-up, or an address of another program with many.
    ///
    /// # Errors
    /// `code_invalid` if there are none.
    pub fn codes_in_text(text: &SecretText) -> Outcome<Vec<FoundCode>> {
        let found = codes_in(text);
        if found.is_empty() { Err(ErrorCode::CodeInvalid.into()) } else { Ok(found) }
    }
}

/// A picture that is longer is none: what is read of it does not unpack.
fn read_picture(path: &Path) -> std::io::Result<Vec<u8>> {
    // Asked before opening too: to open a pipe would wait for its other end.
    if !path.metadata()?.is_file() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    let mut picture = Vec::new();
    File::open(path)?.take(LONGEST).read_to_end(&mut picture)?;
    Ok(picture)
}

fn codes_in(text: &SecretText) -> Vec<FoundCode> {
    if let Ok(migration) = Migration::read(text.expose()) {
        let usable = |entry: Entry| entry.code.ok().map(|code| found(&code));
        return migration.entries.into_iter().filter_map(usable).collect();
    }
    Code::parse(text.expose()).iter().map(found).collect()
}

fn found(code: &Code) -> FoundCode {
    FoundCode {
        issuer: code.issuer().to_owned(),
        account: code.account().to_owned(),
        setup: code.to_uri().expose().to_owned(),
    }
}
