//! The report of an import as a text, which contains titles and names of fields, never values.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use vault_engine::document::{Existing, write_new_file};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::state::FinishedImport;
use crate::views::{FieldOutcome, ImportNote, ImportReport, TypeCount};

impl Coffer {
    /// Returns the report of the last import as a text.
    ///
    /// # Errors
    /// `not_found` if it is not of the last import, or `locked`.
    pub async fn import_report_text(&self, token: String) -> Result<String> {
        self.actor
            .call(move |state| {
                let last = state.open()?.import_report.as_ref();
                let finished = last.filter(|finished| finished.report.token == token);
                Ok(text(finished.ok_or(ErrorCode::NotFound)?))
            })
            .await
    }

    /// Saves the report of the last import, readable only by its owner.
    ///
    /// # Errors
    /// As [`Self::import_report_text`], or the disk.
    pub async fn import_report_to(&self, token: String, path: PathBuf) -> Result<()> {
        let text = self.import_report_text(token).await?;
        Ok(write_new_file(&path, text.as_bytes(), Existing::Replace)?)
    }
}

/// Writes the report as lines, in English like its remarks.
fn text(finished: &FinishedImport) -> String {
    let FinishedImport { file_name, format, at, updated, report } = finished;
    let ImportReport { token: _, imported, updated: changed, skipped, types, fields_mapped, undo: _, notes } =
        report;
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.0) * 1_000_000).ok();
    let at = at.and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default();
    let mut text = format!("Import into Coffer\n\nFile: {file_name}\nFormat: {format}\nTime: {at}\n\n");
    // Writing into a text does not fail.
    let mut line = |line: std::fmt::Arguments<'_>| {
        let _ = writeln!(text, "{line}");
    };
    line(format_args!("Items added: {imported}"));
    for TypeCount { item_type, count } in types {
        let name = json!(item_type);
        line(format_args!("  {}: {count}", name.as_str().unwrap_or_default()));
    }
    line(format_args!("Items with a newer revision: {changed}"));
    for title in updated {
        line(format_args!("  {title}"));
    }
    line(format_args!("Items left out, since they exist: {skipped}"));
    line(format_args!("Values kept in fields of the same meaning: {fields_mapped}"));
    line(format_args!("\nRemarks: {}", notes.len()));
    for ImportNote { position, title, field, outcome, reason } in notes {
        let outcome = match outcome {
            FieldOutcome::KeptAsCustomField => "kept as a custom field",
            FieldOutcome::NotKept => "not kept",
            FieldOutcome::RowSkipped => "left out",
            FieldOutcome::NotNeeded => "not needed",
        };
        let place = if *position == 0 { "file".to_owned() } else { format!("{position}") };
        let named = |text: &str| if text.is_empty() { String::new() } else { format!(", {text}") };
        line(format_args!("  {place}{}{}: {outcome}. {reason}", named(title), named(field)));
    }
    text
}
