//! Imports, exports and backups. The program that has the profile reads and writes the files, whose paths are absolute.

use std::path::{Path, PathBuf};
use std::time::Duration;

use vault_api::views::{
    ExportChoice, ExportReportView, ExportRequest, FieldOutcome, ImportChoice, ImportNote, ImportRead,
    ImportUnlock,
};
use vault_api::{Coffer, ErrorCode, ErrorView, InputProblem, Result};

use crate::protocol::{Export, Exported, Import, Imported, LockedFile};

/// The most notes of a report; they have to fit into a message.
const NOTES: usize = 10_000;
/// How often it is looked whether a job has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Imports a file, or says what would come of it.
pub(crate) async fn import(coffer: &Coffer, what: Import) -> Result<Imported> {
    let Import {
        path,
        format,
        password,
        key_file,
        accept_cost,
        folder,
        tag,
        keep_identical,
        existing,
        dry_run,
    } = what;
    let mut read = coffer.import_preview(absolute(path)?).await?;
    if let (ImportRead::Locked(locked), true) = (&read, password.is_some() || key_file.is_some()) {
        let token = locked.token.clone();
        if let Some(key_file) = key_file {
            coffer.import_key_file(token.clone(), absolute(key_file)?).await?;
        }
        let password = password.map(|password| password.expose().to_owned()).unwrap_or_default();
        read = coffer.import_unlock(ImportUnlock { token, password, accept_cost }).await?;
    }
    let preview = match read {
        ImportRead::Preview(preview) => preview,
        ImportRead::Locked(locked) => {
            coffer.import_discard(locked.token).await?;
            let (format, takes_key_file) = (locked.format.id().to_owned(), locked.takes_key_file);
            return Ok(Imported::Locked(LockedFile {
                format,
                takes_key_file,
                wrong: locked.wrong,
                cost: locked.cost,
            }));
        }
        ImportRead::Columns(columns) => {
            coffer.import_discard(columns.token).await?;
            return Ok(Imported::UnknownColumns);
        }
    };
    let token = preview.token.clone();
    let found = preview.format.id();
    if let Some(wanted) = format.filter(|wanted| wanted != found) {
        coffer.import_discard(token).await?;
        return Ok(Imported::OtherFormat { wanted, found: found.to_owned() });
    }
    if dry_run {
        let lost = coffer.import_lost(token.clone()).await?;
        coffer.import_discard(token).await?;
        return Ok(Imported::Preview { preview, lost });
    }
    let choice = ImportChoice { token, skip_identical: !keep_identical, same: existing, folder, tag };
    let mut report = coffer.import_commit(choice).await?;
    let lost = lost(&report.notes);
    report.notes.truncate(NOTES);
    Ok(Imported::Report { report, lost })
}

/// Exports items into a file.
pub(crate) async fn export(coffer: &Coffer, what: Export) -> Result<Exported> {
    let Export { path, replace, format, vaults, folder, tag, items, trash, password } = what;
    let path = target(path, replace)?;
    let choice = ExportChoice { vault_ids: vaults, folder, tag, item_ids: items, trash };
    let password = password.map(|password| password.expose().to_owned());
    let mut report: ExportReportView =
        coffer.item_export(ExportRequest { format, choice, password }, path).await?;
    let lost = lost(&report.notes);
    report.notes.truncate(NOTES);
    Ok(Exported { report, lost })
}

/// Makes a backup.
pub(crate) async fn backup(coffer: &Coffer, path: PathBuf, replace: bool) -> Result<()> {
    finished(coffer, coffer.backup_save(target(path, replace)?).await?).await
}

/// Reads and checks a backup completely: a file, or an automatic one by its name.
pub(crate) async fn check(coffer: &Coffer, file: Option<PathBuf>, name: Option<String>) -> Result<()> {
    let job = match (file, name) {
        (Some(file), _) => coffer.backup_check_file(absolute(file)?).await?,
        (None, Some(name)) => coffer.backup_check(name).await?,
        (None, None) => return Err(ErrorCode::NotFound.into()),
    };
    finished(coffer, job).await
}

/// Waits for the end of a job.
async fn finished(coffer: &Coffer, job: u32) -> Result<()> {
    loop {
        let view = coffer.job_list().into_iter().find(|view| view.id == job).ok_or(ErrorCode::Internal)?;
        if view.state.is_over() {
            let error = view.outcome.and_then(|outcome| outcome.error);
            return error.map_or(Ok(()), Err);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// How many notes tell of something that was lost.
fn lost(notes: &[ImportNote]) -> u32 {
    let lost = |note: &&ImportNote| matches!(note.outcome, FieldOutcome::NotKept | FieldOutcome::RowSkipped);
    u32::try_from(notes.iter().filter(lost).count()).unwrap_or(u32::MAX)
}

/// Refuses a path that would mean another file here than where it was written.
fn absolute(path: PathBuf) -> Result<PathBuf> {
    if path.is_absolute() { Ok(path) } else { Err(ErrorCode::NotFound.into()) }
}

/// The path of a new file. One that exists is replaced if that is wanted, but no folder, device or link.
fn target(path: PathBuf, replace: bool) -> Result<PathBuf> {
    let path = absolute(path)?;
    let fits = |path: &Path| match path.symlink_metadata() {
        Ok(meta) => replace && meta.is_file(),
        Err(_) => true,
    };
    if fits(&path) { Ok(path) } else { Err(ErrorView::invalid(InputProblem::FileExists)) }
}
