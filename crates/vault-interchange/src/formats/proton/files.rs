//! The files of items, in an archive.

use std::collections::BTreeMap;

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    report::Outcome,
    sealed::zip::Archive,
};

const FOLDER: &str = "Proton Pass/files/";
/// The characters of an id that stand before the name of a file.
const ID: usize = 16;

/// The files that no item has taken yet.
pub(super) enum Files<'a> {
    /// The export has none.
    Missing,
    /// Place and name, by the beginning of the id.
    Archive(&'a Archive<'a>, BTreeMap<String, (usize, String)>),
}

impl<'a> Files<'a> {
    /// Lists the files in an archive.
    pub(super) fn of(archive: &'a Archive<'a>) -> Self {
        let mut files = BTreeMap::new();
        for (place, name) in archive.names().enumerate() {
            let Some(file) = name.strip_prefix(FOLDER) else { continue };
            let (id, rest) = file.split_at_checked(ID).unwrap_or((file, ""));
            let name = rest.trim_start_matches('-');
            let name = if name.is_empty() { file } else { name };
            files.insert(id.to_owned(), (place, name.to_owned()));
        }
        Self::Archive(archive, files)
    }

    /// Adds the file with an id to its item.
    pub(super) fn add(&mut self, item: &mut ItemBuilder<'_, '_>, id: &str) {
        let found = match self {
            Self::Missing => None,
            Self::Archive(archive, files) => {
                let id = id.split_at_checked(ID).map_or(id, |(id, _)| id);
                files.remove(id).map(|(place, name)| archive.attach(place, &name))
            }
        };
        match found {
            Some(Ok(content)) => item.file("files", content),
            Some(Err(error)) => item.drop_value("files", &format!("A file is not kept: {error}.")),
            None => item.drop_value("files", "The export does not contain this file: export as ZIP."),
        }
    }

    /// Remarks on the files that belong to no item.
    pub(super) fn remark_on_rest(self, import: &mut ImportBuilder<'_>) {
        if let Self::Archive(_, files) = self {
            for (_, name) in files.into_values() {
                let reason = "This file in the archive belongs to no item and is not kept.";
                import.remark(0, "", &name, Outcome::NotKept, reason);
            }
        }
    }
}
