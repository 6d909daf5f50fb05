//! The files of items, in a ZIP export.

use std::collections::BTreeMap;

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    report::Outcome,
    sealed::zip::Archive,
};

const FOLDER: &str = "attachments/";
/// Members of an archive that are no attachments.
const DATA: &str = "data.json";

/// The files in an archive that no item has taken yet.
#[derive(Default)]
pub(in crate::formats::bitwarden) struct Files<'a> {
    archive: Option<&'a Archive<'a>>,
    /// Place and name of each file, by the id of its item.
    of_items: BTreeMap<String, Vec<(usize, String)>>,
    /// Members that are in no folder of an item.
    others: Vec<String>,
}

impl<'a> Files<'a> {
    /// Lists the files in an archive.
    pub(in crate::formats::bitwarden) fn of(archive: &'a Archive<'a>) -> Self {
        let mut files = Self { archive: Some(archive), ..Self::default() };
        for (place, name) in archive.names().enumerate() {
            match name.strip_prefix(FOLDER).and_then(|rest| rest.split_once('/')) {
                Some((item, file)) => {
                    files.of_items.entry(item.to_owned()).or_default().push((place, file.to_owned()));
                }
                None if name == DATA => {}
                None => files.others.push(name.to_owned()),
            }
        }
        files
    }

    /// Whether the export has the files of items at all.
    pub(super) const fn are_exported(&self) -> bool {
        self.archive.is_some()
    }

    /// Adds the files of an item to it; one that is damaged is named.
    pub(super) fn add(&mut self, item: &mut ItemBuilder<'_, '_>, id: &str) {
        let Some(archive) = self.archive else { return };
        for (place, name) in self.of_items.remove(id).unwrap_or_default() {
            match archive.attach(place, &name) {
                Ok(content) => item.file("attachments", content),
                Err(error) => item.drop_value("attachments", &format!("A file is not kept: {error}.")),
            }
        }
    }

    /// Remarks on the files that belong to no item.
    pub(super) fn remark_on_rest(self, import: &mut ImportBuilder<'_>) {
        let left = self.of_items.into_values().flatten().map(|(_, name)| name);
        for name in left.chain(self.others) {
            let reason = "This file in the archive belongs to no item and is not kept.";
            import.remark(0, "", &name, Outcome::NotKept, reason);
        }
    }
}
