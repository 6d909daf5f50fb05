//! Values of unknown meaning, kept as custom fields.

use vault_engine::item::{FieldKind, SecretText};

use super::item::{ItemBuilder, LONG_NAME, TOO_MANY, cut};
use crate::{
    limits,
    syntax::{
        json::{Json, Object},
        table::Cells,
    },
};

/// Bytes of the name of a field that are kept: a name made long on purpose is copied for each of its values.
const PATH_BYTES: usize = 200;

const NO_COUNTERPART: &str =
    "Coffer has no field of this meaning; the value is kept as a concealed custom field.";

impl ItemBuilder<'_, '_> {
    /// Keeps the remaining members of an object as custom fields.
    pub(crate) fn unknown_members(&mut self, prefix: &str, object: Object) {
        for (key, value) in object.into_rest() {
            let path = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
            self.unknown_value(cut(&path, PATH_BYTES), value);
        }
    }

    /// Keeps the remaining values of a row as custom fields.
    pub(crate) fn unknown_cells(&mut self, cells: Cells) {
        for (column, value) in cells.into_rest() {
            self.unknown_text(&column, value);
        }
    }

    /// Keeps a value of unknown meaning as custom fields, one for each text, number or truth value in it.
    pub(crate) fn unknown_value(&mut self, path: &str, value: Json) {
        match value {
            Json::Object(object) => self.unknown_members(path, object),
            Json::List(values) => {
                for (at, value) in values.into_iter().enumerate() {
                    // One remark for the rest of a long list, which can have a hundred million values.
                    if self.unknown_values == limits::UNKNOWN_VALUES && !value.is_blank() {
                        return self.drop_value(path, TOO_MANY);
                    }
                    self.unknown_value(&format!("{path}[{at}]"), value);
                }
            }
            scalar => self.unknown_text(path, scalar.into_text()),
        }
    }

    /// Keeps a text of unknown meaning as a custom field, concealed since it may be a secret.
    pub(crate) fn unknown_text(&mut self, field: &str, text: SecretText) {
        if text.is_empty() {
            return;
        }
        if let Some(name) = self.name_of_kept(field) {
            self.keep(name, FieldKind::Concealed, text, NO_COUNTERPART);
        }
    }

    /// Adds a text that is a custom field in the file too, and may have a name of any length. It may be empty, if it has a name.
    pub(crate) fn own_text(&mut self, field: &str, kind: FieldKind, text: SecretText) {
        if field.is_empty() && text.is_empty() {
            return;
        }
        if let Some(name) = self.name_of_kept(field) {
            self.custom(name, name, kind, text);
        }
    }

    /// Returns the name of a custom field, or `None` if there are too many.
    fn name_of_kept<'n>(&mut self, field: &'n str) -> Option<&'n str> {
        if self.unknown_values == limits::UNKNOWN_VALUES {
            self.drop_value(field, TOO_MANY);
            return None;
        }
        self.unknown_values += 1;
        let name = cut(field, PATH_BYTES);
        if name.len() < field.len() {
            self.drop_value(name, LONG_NAME);
        }
        Some(name)
    }
}
