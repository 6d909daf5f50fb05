//! The JSON of all authenticators that write it; encrypted ones ask for the password.

use super::{
    plain::{self, Kind},
    sealed_json,
};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
    syntax::raw::{self, Members, Shape},
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "authenticators_json",
        name: "Authenticator JSON",
        program: &super::PROGRAM,
        extensions: &["json", "2fas", "txt", "mafile"],
        secret: Secret::Password,
    },
    reader: Reader::Json { recognises, read },
};

/// What a file is.
enum Found<'t> {
    /// It can be read.
    Plain(Kind, Shape<'t>),
    /// It is encrypted.
    Sealed(sealed_json::Kind, Members<'t>),
}

fn find(text: &str) -> Result<Option<Found<'_>>, ImportError> {
    let shape = raw::shape(text)?;
    let members = match &shape {
        Shape::Object(members) => members,
        Shape::List(list) => {
            return Ok(plain::kind_of_list(list).map(|kind| Found::Plain(kind, shape)));
        }
        Shape::Other => return Ok(None),
    };
    if let Some(kind) = sealed_json::kind(members) {
        let Shape::Object(members) = shape else { return Ok(None) };
        return Ok(Some(Found::Sealed(kind, members)));
    }
    Ok(plain::kind(members)?.map(|kind| Found::Plain(kind, shape)))
}

fn recognises(text: &str) -> Result<bool, ImportError> {
    Ok(find(text)?.is_some())
}

fn read(text: &str, options: &Options, import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    match find(text)?.ok_or(ImportError::Damaged)? {
        Found::Plain(kind, shape) => plain::read(kind, shape, import),
        Found::Sealed(kind, members) => {
            let opened = sealed_json::open(kind, &members, options)?;
            read_opened(&opened, members, import)
        }
    }
}

/// Reads what was in an encrypted file.
pub(super) fn read_opened(
    bytes: &[u8],
    around: Members<'_>,
    mut import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    if !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return super::lines::read_text(&crate::syntax::text::decode(bytes)?, import);
    }
    let text = import.inner_json(bytes)?;
    let shape = raw::shape(&text)?;
    let found = match &shape {
        Shape::Object(members) => plain::kind(members)?,
        // A list alone is that of the file around it.
        Shape::List(list) => plain::kind_of_list(list).or(Some(Kind::TwoFas)),
        Shape::Other => None,
    };
    let shape = match shape {
        // 2FAS encrypts the services only; its groups stand beside.
        Shape::List(services) if around.has(&["servicesEncrypted"]) => {
            return plain::read_two_fas(services, around, import);
        }
        shape => shape,
    };
    plain::read(found.ok_or(ImportError::Damaged)?, shape, import)
}
