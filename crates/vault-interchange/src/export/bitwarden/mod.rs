//! Bitwarden's JSON export, plain or encrypted with a password.
//!
//! `{encrypted: false, items: […], folders: […]}`. The folders follow the items, so that a file is written in one pass; a JSON
//! object has no order.

mod encrypted;
mod item;

use std::collections::BTreeMap;
use std::io::{self, Write};

use rand_core::CryptoRng;
use serde::Serialize;
use vault_engine::ItemId;

use super::guid::guid;
use super::output::Export;
use super::source::{ExportOptions, ItemSource};
use crate::report::Outcome;
pub(in crate::export) use item::iso;

/// Items that Bitwarden's own service accepts in one import, of a person; larger files are accepted in parts only.
const ACCEPTED: u32 = 7_000;

/// Writes a readable file.
pub(super) fn write<S: ItemSource>(
    export: &mut Export,
    ids: &[ItemId],
    source: &mut S,
    mut to: impl Write,
) -> Result<(), S::Error> {
    object(export, ids, source, &mut to)?;
    Ok(to.flush()?)
}

/// Writes a file that opens with a password.
pub(super) fn write_encrypted<S: ItemSource>(
    export: &mut Export,
    ids: &[ItemId],
    options: &ExportOptions,
    source: &mut S,
    to: impl Write,
    rng: &mut dyn CryptoRng,
) -> Result<(), S::Error> {
    let mut file = encrypted::Encrypted::begin(to, &options.password, rng)?;
    object(export, ids, source, &mut file)?;
    Ok(file.finish()?)
}

#[derive(Serialize)]
struct Folder<'a> {
    id: String,
    name: &'a str,
}

fn object<S: ItemSource>(
    export: &mut Export,
    ids: &[ItemId],
    source: &mut S,
    to: &mut impl Write,
) -> Result<(), S::Error> {
    let mut folders: BTreeMap<String, String> = BTreeMap::new();
    to.write_all(b"{\"encrypted\":false,\"items\":[")?;
    let mut separator: &[u8] = b"";
    for &id in ids {
        let Some(exported) = export.next(source, id)? else { continue };
        let path = exported.folder();
        let next = folders.len();
        let folder = (!path.is_empty()).then(|| &*folders.entry(path).or_insert_with(|| folder_id(next)));
        to.write_all(separator)?;
        separator = b",";
        json(to, &item::of(export, id, &exported.item, folder.map(String::as_str)))?;
    }
    to.write_all(b"],\"folders\":")?;
    let folders: Vec<_> = folders.iter().map(|(name, id)| Folder { id: id.clone(), name }).collect();
    json(to, &folders)?;
    to.write_all(b"}")?;
    if export.report.items > ACCEPTED {
        export.remarks.add(
            0,
            "",
            "items",
            Outcome::NotKept,
            "Bitwarden's service limits the number of items in one import, and may refuse this file.",
        );
    }
    Ok(())
}

fn json(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(to, value).map_err(io::Error::from)
}

/// Ids of folders mean something inside the file only.
fn folder_id(number: usize) -> String {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&(number as u64 + 1).to_be_bytes());
    guid(&bytes)
}
