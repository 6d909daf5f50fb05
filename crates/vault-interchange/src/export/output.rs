//! An export that is being written: what every format does with an item.

use vault_engine::ItemId;
use vault_engine::item::{Field, FieldKind, Item};

use super::remarks::Remarks;
use super::source::{ExportReport, Exported, ItemSource};
use crate::report::Outcome;

/// An export that is being written.
pub(super) struct Export {
    pub(super) report: ExportReport,
    pub(super) remarks: Remarks,
    /// The number of the current item, from 1.
    pub(super) position: u32,
}

impl Export {
    pub(super) fn begin() -> Self {
        Self { report: ExportReport::default(), remarks: Remarks::default(), position: 0 }
    }

    /// Opens the next item; `None` if it is damaged or a template, with a remark.
    pub(super) fn next<S: ItemSource>(
        &mut self,
        source: &mut S,
        id: ItemId,
    ) -> Result<Option<Exported>, S::Error> {
        self.position = self.position.saturating_add(1);
        let Some(exported) = source.item(id)? else {
            self.remarks.add(self.position, "", "", Outcome::RowSkipped, "The item is damaged.");
            return Ok(None);
        };
        let item = &exported.item;
        if item.flags.template {
            let reason = "Templates have no place in this format.";
            self.remarks.add(self.position, &item.title, "", Outcome::RowSkipped, reason);
            return Ok(None);
        }
        for superseded in &item.superseded {
            self.lost(item, &superseded.label, "A value that a merge replaced has no place in this format.");
        }
        if !item.unknown.is_empty() || item.fields.iter().any(|field| !field.unknown.is_empty()) {
            self.lost(item, "", "Parts that a newer program wrote have no place in this format.");
        }
        self.report.items = self.report.items.saturating_add(1);
        Ok(Some(exported))
    }

    /// Remarks that a value is not in the file.
    pub(super) fn lost(&mut self, item: &Item, field: &str, reason: &'static str) {
        self.remarks.add(self.position, &item.title, field, Outcome::NotKept, reason);
    }

    /// Remarks that a value is a custom field in the file, or is written differently.
    pub(super) fn kept(&mut self, item: &Item, field: &str, reason: &'static str) {
        self.remarks.add(self.position, &item.title, field, Outcome::KeptAsCustomField, reason);
    }

    /// Counts what happens to many items, for one remark on the file.
    pub(super) fn count(&mut self, field: &'static str, outcome: Outcome, reason: &'static str) {
        self.remarks.count(field, outcome, reason);
    }

    /// Remarks that a custom field comes back as a text, concealed or not.
    pub(super) fn is_text(&mut self, field: &Field) {
        let is_text = matches!(field.kind, FieldKind::Text | FieldKind::Concealed | FieldKind::File);
        if field.role.is_none() && !is_text {
            let reason = "Fields of this kind are texts in this format, concealed or not.";
            self.count(field.kind.name(), Outcome::KeptAsCustomField, reason);
        }
    }

    /// Remarks that no document of an item is in the file.
    pub(super) fn documents_lost(&mut self, item: &Item) {
        for document in &item.attachments {
            self.lost(item, &document.name, "Files have no place in this format.");
        }
    }

    /// Returns the report with all remarks.
    pub(super) fn finish(self) -> ExportReport {
        ExportReport { remarks: self.remarks.finish(), ..self.report }
    }
}
