//! A picture of QR codes, such as the screen of an export from Google Authenticator.

use vault_otp::qr::{self, PictureError};

use super::lines;
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "authenticators_png",
        name: "Authenticator QR code",
        program: &super::PROGRAM,
        extensions: &["png", "jpg", "jpeg", "webp", "gif"],
        secret: Secret::Nothing,
    },
    reader: Reader::Container { recognises: qr::is_picture, read },
};

fn read(bytes: &[u8], _: &Options, import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let texts = qr::read(bytes).map_err(|error| match error {
        PictureError::NoCode => ImportError::NoItems,
        PictureError::TooLarge => ImportError::TooLarge,
        _ => ImportError::Damaged,
    })?;
    lines::read_addresses(texts.iter().map(|text| text.expose().trim()), import)
}
