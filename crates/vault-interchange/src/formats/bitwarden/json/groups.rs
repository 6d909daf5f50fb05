//! Folders of a person and collections of an organisation.

use std::collections::HashMap;

use super::export::{Export, UNKNOWN_MEMBER};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    limits,
    report::Outcome,
    syntax::{folder, json::Json},
};

/// The members of an export that list groups.
pub(super) const MEMBERS: [&str; 2] = ["folders", "collections"];

/// The names of all groups, by id.
pub(super) struct Groups {
    /// Folders.
    pub(super) folders: HashMap<String, String>,
    /// Collections.
    pub(super) collections: HashMap<String, String>,
}

impl Groups {
    /// Reads both lists; fails if one is too long or is not a list.
    pub(super) fn read(export: &Export<'_>) -> Result<Self, ImportError> {
        let [folders, collections] = MEMBERS.map(|member| names(export, member));
        Ok(Self { folders: folders?, collections: collections? })
    }

    /// Adds every group to the folders of the file.
    pub(super) fn add_folders(&self, import: &mut ImportBuilder<'_>) {
        for name in self.folders.values().chain(self.collections.values()) {
            if let Some(path) = folder::path(name) {
                import.add_folder(&path);
            }
        }
    }
}

fn list(export: &Export<'_>, member: &str) -> Result<Vec<Json>, ImportError> {
    let Some(raw) = export.member(member) else { return Ok(Vec::new()) };
    if raw.get().len() > limits::FOLDER_LIST_BYTES {
        return Err(ImportError::TooManyValues);
    }
    match serde_json::from_str(raw.get()) {
        Ok(Json::List(groups)) => Ok(groups),
        Ok(Json::Null) => Ok(Vec::new()),
        _ => Err(ImportError::Malformed { line: 1, column: 0 }),
    }
}

fn names(export: &Export<'_>, member: &str) -> Result<HashMap<String, String>, ImportError> {
    let mut names = HashMap::new();
    for group in list(export, member)? {
        if let Json::Object(mut group) = group {
            let id = group.take_text("id");
            names.insert(id.expose().to_owned(), group.take_text("name").expose().to_owned());
        }
    }
    Ok(names)
}

/// Remarks on the members of groups that are not imported.
pub(super) fn remark_on_unknown_members(export: &Export<'_>, import: &mut ImportBuilder<'_>) {
    for member in MEMBERS {
        for (at, group) in list(export, member).unwrap_or_default().into_iter().enumerate() {
            let Json::Object(mut group) = group else {
                if !group.is_blank() {
                    import.remark(
                        0,
                        "",
                        &format!("{member}[{at}]"),
                        Outcome::NotKept,
                        "This is not a folder.",
                    );
                }
                continue;
            };
            if !group.take_text("id").is_empty() {
                import.count_dropped("id", "Coffer gives folders and items ids of their own.");
            }
            let name = group.take_text("name");
            for id in ["organizationId", "externalId"] {
                if !group.take_text(id).is_empty() {
                    import.count_dropped(
                        "organizationId",
                        "This only has a meaning inside the organisation it came from.",
                    );
                }
            }
            for (key, _) in group.into_rest() {
                import.remark(
                    0,
                    name.expose(),
                    &format!("{member}[{at}].{key}"),
                    Outcome::NotKept,
                    UNKNOWN_MEMBER,
                );
            }
        }
    }
}
