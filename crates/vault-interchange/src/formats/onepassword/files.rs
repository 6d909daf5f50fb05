//! The files of items.

use std::collections::BTreeMap;

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    content::ParsedFileContent,
    report::Outcome,
    sealed::zip::Archive,
};

/// The folder of files in 1PUX.
const FOLDER: &str = "files/";

/// The files in an export that no item has taken yet.
pub(super) enum Files<'a> {
    /// The export has none.
    Missing,
    /// Members `files/<id>__<name>` of an archive, by id.
    Archive(&'a Archive<'a>, BTreeMap<String, (usize, String)>),
    /// Files that are decrypted, by the id of their item.
    Decrypted(BTreeMap<String, Vec<ParsedFileContent>>),
}

impl<'a> Files<'a> {
    /// Lists the files in an archive.
    pub(super) fn of(archive: &'a Archive<'a>) -> Self {
        let mut files = BTreeMap::new();
        for (place, name) in archive.names().enumerate() {
            if let Some(file) = name.strip_prefix(FOLDER) {
                let (id, file) = file.split_once("__").unwrap_or((file, file));
                files.insert(id.to_owned(), (place, file.to_owned()));
            }
        }
        Self::Archive(archive, files)
    }

    /// Adds the file with an id, which a field names, to its item.
    pub(super) fn add(&mut self, item: &mut ItemBuilder<'_, '_>, field: &str, id: &str, name: &str) {
        let Self::Archive(archive, files) = self else {
            return item.drop_value(field, "The export does not contain this file: save it from 1Password.");
        };
        let Some((place, stored)) = files.remove(id) else {
            return item.drop_value(field, "The export does not contain this file: save it from 1Password.");
        };
        match archive.attach(place, if name.is_empty() { &stored } else { name }) {
            Ok(content) => item.file(field, content),
            Err(error) => item.drop_value(field, &format!("A file is not kept: {error}.")),
        }
    }

    /// Adds the files that name their item themselves.
    pub(super) fn add_all(&mut self, item: &mut ItemBuilder<'_, '_>, id: &str) {
        if let Self::Decrypted(files) = self {
            for content in files.remove(id).unwrap_or_default() {
                item.file("attachment", content);
            }
        }
    }

    /// Remarks on the files that belong to no item. Pictures of vaults and accounts have a meaning in 1Password only.
    pub(super) fn remark_on_rest(self, import: &mut ImportBuilder<'_>, pictures: &[String]) {
        let left: Vec<String> = match self {
            Self::Missing => return,
            Self::Archive(_, files) => files.into_values().map(|(_, name)| name).collect(),
            Self::Decrypted(files) => files.into_values().flatten().map(|content| content.name).collect(),
        };
        for name in left {
            if pictures.contains(&name) {
                import.count_dropped("avatar", "Coffer has no pictures of vaults and accounts.");
            } else {
                let reason = "This file in the export belongs to no item and is not kept.";
                import.remark(0, "", &name, Outcome::NotKept, reason);
            }
        }
    }
}
