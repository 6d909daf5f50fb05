//! The groups of entries.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::{builder::ImportBuilder, syntax::raw};

/// Names of groups by id.
#[derive(Default)]
pub(super) struct Groups(HashMap<String, String>);

impl Groups {
    /// Reads a list of objects, of which one member is the id and another the name.
    pub(super) fn read(import: &mut ImportBuilder<'_>, list: &[&RawValue], id: &str, name: &str) -> Self {
        let mut names = HashMap::new();
        for mut group in list.iter().copied().filter_map(raw::object) {
            let title = group.take_text(name).expose().replace('/', " ");
            if !title.trim().is_empty() {
                import.add_folder(title.trim());
                names.insert(group.take_text(id).expose().to_owned(), title.trim().to_owned());
            }
        }
        Self(names)
    }

    /// Returns the name of a group.
    pub(super) fn name(&self, id: &str) -> Option<String> {
        self.0.get(id).cloned()
    }
}
