//! The Credential Exchange Format 1.0 of the FIDO Alliance, readable.
//!
//! `{version, exporterRpId, exporterDisplayName, timestamp, accounts: [{id, username, email, items: […], collections: […]}]}`. The
//! collections follow the items, so that a file is written in one pass; a JSON object has no order.

mod credential;
mod item;
mod passkey;

use std::collections::BTreeMap;
use std::io::{self, Write};

use rand_core::CryptoRng;
use serde::Serialize;
use vault_engine::ItemId;

use credential::base64url;

use super::output::Export;
use super::source::{ExportOptions, ItemSource};

/// The name of this program in the files, in place of the domain of a service.
const EXPORTER: &str = "app.coffer.desktop";

/// Writes a file.
pub(super) fn write<S: ItemSource>(
    export: &mut Export,
    ids: &[ItemId],
    options: &ExportOptions,
    source: &mut S,
    mut to: impl Write,
    rng: &mut dyn CryptoRng,
) -> Result<(), S::Error> {
    let mut account = [0; 16];
    rng.fill_bytes(&mut account);
    write!(
        to,
        "{{\"version\":{{\"major\":1,\"minor\":0}},\"exporterRpId\":\"{EXPORTER}\",\"exporterDisplayName\":\"Coffer\",\
         \"timestamp\":{},\"accounts\":[{{\"id\":\"{}\",\"username\":\"\",\"email\":\"\",\"items\":[",
        options.now.0 / 1_000,
        base64url(&account)
    )?;
    let mut collections = Folder::default();
    let mut separator: &[u8] = b"";
    for &id in ids {
        let Some(exported) = export.next(source, id)? else { continue };
        collections.add(&exported.folder(), id);
        to.write_all(separator)?;
        separator = b",";
        json(&mut to, &item::of(export, id, &exported.item))?;
    }
    to.write_all(b"],\"collections\":")?;
    json(&mut to, &collections.into_list(&mut 0))?;
    to.write_all(b"}]}")?;
    Ok(to.flush()?)
}

/// A folder with the ids of its items.
#[derive(Default)]
struct Folder {
    items: Vec<ItemId>,
    inner: BTreeMap<String, Self>,
}

impl Folder {
    /// Adds an item below a path; an empty path is none.
    fn add(&mut self, path: &str, id: ItemId) {
        if path.is_empty() {
            return;
        }
        let mut folder = self;
        for name in path.split('/') {
            folder = folder.inner.entry(name.to_owned()).or_default();
        }
        folder.items.push(id);
    }

    /// Returns the folders inside, each with the next number as its id.
    fn into_list(self, number: &mut u64) -> Vec<Collection> {
        let collection = |(title, folder): (String, Self)| {
            *number += 1;
            let id = base64url(&number.to_be_bytes());
            let items = folder.items.iter().map(|id| Link { item: base64url(id.as_bytes()) }).collect();
            let inner = Self { items: Vec::new(), inner: folder.inner };
            Collection { id, title, items, sub_collections: inner.into_list(number) }
        };
        self.inner.into_iter().map(collection).collect()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Collection {
    id: String,
    title: String,
    items: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sub_collections: Vec<Self>,
}

#[derive(Serialize)]
struct Link {
    item: String,
}

fn json(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(to, value).map_err(io::Error::from)
}
