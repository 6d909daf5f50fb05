//! Exports for other programs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_interchange::export::{ExportFormat, ExportReport};

use super::import::ImportNote;

/// The formats of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, rename = "ExportFormat")]
pub enum ExportFormatView {
    /// An archive of Coffer with documents, history and vaults, encrypted.
    Archive,
    /// A `KeePass` database with documents and history, encrypted.
    Kdbx,
    /// Bitwarden's JSON, encrypted.
    BitwardenEncrypted,
    /// Bitwarden's JSON, readable by everybody.
    BitwardenJson,
    /// Credential exchange format (CXF), readable by everybody.
    Cxf,
    /// A table, readable by everybody.
    Csv,
}

impl ExportFormatView {
    /// The format of another program, if it is one.
    pub(crate) const fn of_program(self) -> Option<ExportFormat> {
        match self {
            Self::Archive => None,
            Self::Kdbx => Some(ExportFormat::Kdbx),
            Self::BitwardenEncrypted => Some(ExportFormat::BitwardenEncrypted),
            Self::BitwardenJson => Some(ExportFormat::BitwardenJson),
            Self::Cxf => Some(ExportFormat::Cxf),
            Self::Csv => Some(ExportFormat::Csv),
        }
    }

    pub(crate) fn is_encrypted(self) -> bool {
        self.of_program().is_none_or(ExportFormat::is_encrypted)
    }

    pub(crate) fn has_trash(self) -> bool {
        self.of_program().is_none_or(ExportFormat::has_trash)
    }
}

/// Which items are exported. Vaults, folder and tag each narrow it.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[ts(export)]
pub struct ExportChoice {
    /// These vaults; all if absent.
    #[ts(optional)]
    pub vault_ids: Option<Vec<String>>,
    /// This folder and those below it.
    #[ts(optional)]
    pub folder: Option<String>,
    /// This tag.
    #[ts(optional)]
    pub tag: Option<String>,
    /// Exactly these items, whatever else is chosen.
    #[ts(optional)]
    pub item_ids: Option<Vec<String>>,
    /// Items in the trash too, where the format has a place for them.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub trash: bool,
}

/// The input of an export into a file.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct ExportRequest {
    /// The format.
    pub format: ExportFormatView,
    /// Which items.
    pub choice: ExportChoice,
    /// The password of the file, if it is encrypted.
    #[ts(optional)]
    pub password: Option<String>,
}

/// The result of an export.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export, rename = "ExportReport")]
pub struct ExportReportView {
    /// Items in the file.
    pub items: u32,
    /// Documents in the file.
    pub documents: u32,
    /// Names of vaults whose team does not permit this export; their items are not in the file.
    pub forbidden: Vec<String>,
    /// What is not in the file as it was.
    pub notes: Vec<ImportNote>,
}

impl ExportReportView {
    /// A report of nothing yet.
    pub(crate) const fn empty(forbidden: Vec<String>) -> Self {
        Self { items: 0, documents: 0, forbidden, notes: Vec::new() }
    }

    pub(crate) fn of(report: &ExportReport, forbidden: Vec<String>) -> Self {
        let notes = report.remarks.iter().map(Into::into).collect();
        Self { items: report.items, documents: report.documents, forbidden, notes }
    }
}
