//! The settings of `FreeOTP` 1: an XML map of JSON texts.

use serde_json::value::RawValue;

use super::{entry, plain};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    report::ParsedFile,
    syntax::{
        json, raw,
        xml::{Node, XmlReader},
    },
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "authenticators_xml",
        name: "FreeOTP XML",
        program: &super::PROGRAM,
        extensions: &["xml"],
        secret: Secret::Nothing,
    },
    reader: Reader::Xml { recognises: |root| root == "map", read: |text, _, import| read(text, import) },
};

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let mut reader = XmlReader::new(text);
    let mut position = 0;
    while let Some(node) = reader.next()? {
        let Node::Open(tag) = node else { continue };
        if tag.name != "string" {
            continue;
        }
        let name = tag.attribute("name").unwrap_or_default().to_owned();
        let element = reader.whole(tag, &mut |_, _| Ok(()))?;
        if matches!(name.as_str(), "tokenOrder" | "tokensOrder") {
            continue;
        }
        position += 1;
        json::check_depth(&element.text)?;
        let located = serde_json::from_str::<&RawValue>(&element.text).ok();
        match located.and_then(raw::object) {
            Some(members) => {
                let entry = plain::free_otp(&mut import, members);
                entry::add(&mut import, position, entry)?;
            }
            None => import.skip_row(position, "This is not an entry."),
        }
    }
    Ok(import.finish())
}
