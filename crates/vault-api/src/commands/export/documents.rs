//! Exporting all documents into a folder of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use vault_engine::ItemId;
use vault_engine::document::{DocumentError, Existing, open_to_file};
use vault_engine::item::{safe_file_name, safe_to_show};

use super::chosen::Chosen;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::files::name_of;
use crate::jobs::Job;
use crate::views::{ExportChoice, ExportReportView, FieldOutcome, ImportNote, JobKind, JobUnit, count};

/// The name of the new folder.
const FOLDER: &str = "Coffer files";
/// The most notes in a report.
const NOTES: usize = 20_000;

impl Coffer {
    /// Writes the files of items into a new folder below `parent`, in folders as the items are. Nothing that exists is replaced.
    /// A job reports the progress; cancelled, it removes what it wrote.
    ///
    /// # Errors
    /// `password_needed` unless the password was confirmed shortly before, `policy_forbids` if no vault may be exported,
    /// `not_found`, `cancelled`, `locked`, or the disk.
    pub async fn document_export_all(
        &self,
        choice: ExportChoice,
        parent: PathBuf,
    ) -> Result<ExportReportView> {
        self.expect_confirmed().await?;
        let chosen = self.read(move |session| Chosen::of(session, choice, false, false)).await?;
        let job = self.jobs.start(JobKind::ItemExport, name_of(&parent), chosen.ids.len() as u64);
        let coffer = self.clone();
        let written = tokio::task::spawn_blocking(move || {
            let written = coffer.write_files(&job, &chosen, &parent);
            job.end_with(written)
        });
        written.await.map_err(|_| ErrorCode::Internal)?
    }

    fn write_files(&self, job: &Job, chosen: &Chosen, parent: &Path) -> Result<ExportReportView> {
        let top = new_folder(parent)?;
        let mut report = ExportReportView::empty(chosen.forbidden.clone());
        let written = self.write_files_into(job, chosen, &top, &mut report);
        if let Err(error) = written {
            // Only what was written here is in it.
            let _ = fs::remove_dir_all(&top);
            return Err(error);
        }
        if report.documents == 0 {
            let _ = fs::remove_dir_all(&top);
        }
        Ok(report)
    }

    fn write_files_into(
        &self,
        job: &Job,
        chosen: &Chosen,
        top: &Path,
        report: &mut ExportReportView,
    ) -> Result<()> {
        let mut names = Names::default();
        for (&id, done) in chosen.ids.iter().zip(1..) {
            job.fail_if_cancelled()?;
            // Large documents keep the number of items still; they are small in number.
            let Some(exported) = chosen.item(self, id)? else { continue };
            let levels = exported.item.folder.as_deref().unwrap_or_default().split('/');
            let levels = exported.vault.iter().map(String::as_str).chain(levels);
            let folder = names.folder(top, levels.filter(|level| !level.is_empty()));
            let mut any = false;
            for file in &exported.item.attachments {
                let path = names.file(&folder, &safe_file_name(&file.name));
                match self.write_file(job, chosen, (id, file.blob_id), &path) {
                    Ok(()) => {
                        report.documents += 1;
                        any = true;
                    }
                    Err(error)
                        if matches!(error.code, ErrorCode::DocumentDamaged | ErrorCode::DocumentNotHere) =>
                    {
                        if report.notes.len() < NOTES {
                            report.notes.push(ImportNote {
                                position: done,
                                title: safe_to_show(&exported.item.title),
                                field: safe_to_show(&file.name),
                                outcome: FieldOutcome::NotKept,
                                reason: match error.code {
                                    ErrorCode::DocumentDamaged => "This file is damaged.",
                                    _ => "The content of this file is not on this computer.",
                                }
                                .to_owned(),
                            });
                        }
                    }
                    Err(error) => return Err(error),
                }
            }
            report.items += u32::from(any);
            let _ = job.progress_in(JobUnit::Items, done.into(), count(chosen.ids.len()).into());
        }
        Ok(())
    }

    fn write_file(
        &self,
        job: &Job,
        chosen: &Chosen,
        (id, blob): (ItemId, vault_engine::BlobId),
        path: &Path,
    ) -> Result<()> {
        let keys = self.gate.try_enter(chosen.store.profile).ok_or(ErrorCode::Locked)?;
        let (attachment, signed, missing) = self.actor.call_blocking(move |state| {
            let session = state.session()?;
            let (attachment, signed) = session.file(id, &blob)?;
            Ok((attachment, signed, session.is_missing(&blob)))
        })?;
        if missing {
            return Err(ErrorCode::DocumentNotHere.into());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(DocumentError::Io)?;
        }
        let mut on = |_| {
            let stop = job.cancelled() || !keys.is_valid();
            if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let written = open_to_file(&attachment, &signed, &chosen.store.blobs, path, Existing::Keep, &mut on);
        match written {
            Err(DocumentError::Cancelled) if !keys.is_valid() => Err(ErrorCode::Locked.into()),
            done => Ok(done?),
        }
    }
}

/// Creates a folder that did not exist, which only this user can open.
fn new_folder(parent: &Path) -> Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let name = if number == 1 { FOLDER.to_owned() } else { format!("{FOLDER} {number}") };
        let path = parent.join(name);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < 1_000 => number += 1,
            Err(error) => return Err(DocumentError::Io(error).into()),
        }
    }
}

/// The longest path of a folder below the new one, in bytes: deeper levels are left out, so that the system accepts each path.
const DEEPEST: usize = 1_000;

/// The paths of an export, in lower case: on some systems letters of both cases are the same.
#[derive(Default)]
struct Names {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
    /// The number that a repeated name got last, so that many equal names are not counted from 1 each time.
    last: BTreeMap<String, u32>,
}

impl Names {
    /// Returns the path of a folder, which is not that of a file.
    fn folder<'l>(&mut self, top: &Path, levels: impl Iterator<Item = &'l str>) -> PathBuf {
        let mut path = top.to_path_buf();
        let deepest = path.as_os_str().len().saturating_add(DEEPEST);
        for level in levels {
            let mut name = safe_file_name(level);
            while self.files.contains(&key(&path.join(&name))) {
                name.push('_');
            }
            if path.as_os_str().len() + name.len() > deepest {
                break;
            }
            path.push(name);
            self.folders.insert(key(&path));
        }
        path
    }

    /// Returns the path of a file, with a number if its name is taken.
    fn file(&mut self, folder: &Path, name: &str) -> PathBuf {
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
            _ => (name, String::new()),
        };
        let whole = folder.join(name);
        let mut path = whole.clone();
        loop {
            let taken = key(&path);
            if !self.folders.contains(&taken) && self.files.insert(taken) {
                return path;
            }
            let last = self.last.entry(key(&whole)).or_insert(1);
            *last = last.saturating_add(1);
            path = folder.join(format!("{stem} ({last}){ending}"));
        }
    }
}

fn key(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_get_numbers_and_folders_are_no_files() {
        let (mut names, top) = (Names::default(), Path::new("/t"));
        assert_eq!(names.file(top, "A.txt"), Path::new("/t/A.txt"));
        assert_eq!(names.file(top, "a.TXT"), Path::new("/t/a (2).TXT"));
        assert_eq!(names.folder(top, ["a.txt", "../b"].into_iter()), Path::new("/t/a.txt_/b"));
        assert_eq!(names.file(top, "a.txt_"), Path::new("/t/a (2).txt_"));
        assert_eq!(names.folder(top, ["A.txt"].into_iter()), Path::new("/t/A.txt_"));
    }

    #[test]
    fn deep_folders_and_many_equal_names_stay_usable() {
        let (mut names, top) = (Names::default(), Path::new("/t"));
        let level = "x".repeat(150);
        let folder = names.folder(top, std::iter::repeat_n(level.as_str(), 50));
        assert!((800..1_100).contains(&folder.as_os_str().len()));
        let all: BTreeSet<_> = (0..50_000).map(|_| names.file(&folder, "scan.pdf")).collect();
        assert_eq!(all.len(), 50_000);
    }
}
