//! Exporting items into an archive or a file of another program, or their documents into a folder.

mod archive;
mod chosen;
mod documents;

use std::io::{self, BufWriter, Read as _, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use vault_engine::ItemId;
use vault_engine::document::{ChunkList, DocumentError, DocumentReader, Existing, PendingFile};
use vault_engine::item::{Attachment, SecretText};
use vault_interchange::export::{ExportFormat, ExportOptions, ExportReport, Exported, ItemSource, export};
use zeroize::Zeroizing;

use chosen::Chosen;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::files::name_of;
use crate::jobs::Job;
use crate::views::{ExportReportView, ExportRequest, JobKind};

/// Bytes of a document that are copied at once.
const PIECE: usize = 128 << 10;

impl Coffer {
    /// Fails unless the password was confirmed shortly before, and that of the file is strong.
    ///
    /// # Errors
    /// `locked`, `password_needed`, or `password_too_weak`.
    pub async fn expect_export(&self, request: &ExportRequest) -> Result<()> {
        self.expect_confirmed().await?;
        if request.format.is_encrypted() {
            // Without a Secret Key, this password alone protects the file.
            let password = SecretText::from(request.password.as_deref().unwrap_or_default());
            self.refuse_weak(&password, Vec::new()).await?;
        }
        Ok(())
    }

    /// Writes items into an archive or a file of another program's format; a job reports the progress. The file is readable only by the
    /// current user, and gets its name when it is complete; an existing one is replaced. Vaults whose team does not permit
    /// the export are left out.
    ///
    /// # Errors
    /// `password_needed` unless the password was confirmed shortly before, `password_too_weak` for the password of the file,
    /// `policy_forbids` if no vault may be exported, `not_found`, `cancelled`, `locked`, or the disk.
    pub async fn item_export(&self, request: ExportRequest, path: PathBuf) -> Result<ExportReportView> {
        self.expect_export(&request).await?;
        let (format, choice) = (request.format, request.choice);
        let password = SecretText::new(request.password.unwrap_or_default());
        let (trash, encrypted) = (format.has_trash(), format.is_encrypted());
        let chosen = self.read(move |session| Chosen::of(session, choice, trash, encrypted)).await?;
        let passes = format.of_program().map_or(1, ExportFormat::passes);
        let items = chosen.ids.len() as u64 * passes;
        let job = self.jobs.start_with_keys(JobKind::ItemExport, name_of(&path), items);
        let coffer = self.clone();
        let written = tokio::task::spawn_blocking(move || {
            let written = match format.of_program() {
                None => archive::write(&coffer, &job, &chosen, password, &path),
                Some(format) => {
                    let options = ExportOptions { password, now: coffer.clock.now() };
                    let mut source = Source { coffer: &coffer, job: &job, chosen: &chosen, done: 0 };
                    let report = write(format, &options, &mut source, &path, &mut *(coffer.make_rng)());
                    report.map(|report| ExportReportView::of(&report, chosen.forbidden))
                }
            };
            job.end_with(written)
        });
        written.await.map_err(|_| ErrorCode::Internal)?
    }
}

fn write(
    format: ExportFormat,
    options: &ExportOptions,
    source: &mut Source<'_>,
    path: &Path,
    rng: &mut dyn CryptoRng,
) -> Result<ExportReport> {
    let mut file = PendingFile::create(path, Existing::Replace)?;
    let ids = &source.chosen.ids;
    let report = export(format, ids, options, source, BufWriter::new(file.file()), rng);
    let report = report.map_err(|ExportFailure(error)| error)?;
    source.job.fail_if_cancelled()?;
    file.finish()?;
    Ok(report)
}

/// Why an export ended.
struct ExportFailure(ErrorView);

impl From<ErrorView> for ExportFailure {
    fn from(error: ErrorView) -> Self {
        Self(error)
    }
}

impl From<ErrorCode> for ExportFailure {
    fn from(code: ErrorCode) -> Self {
        Self(code.into())
    }
}

impl From<DocumentError> for ExportFailure {
    fn from(error: DocumentError) -> Self {
        Self(error.into())
    }
}

impl From<io::Error> for ExportFailure {
    fn from(error: io::Error) -> Self {
        DocumentError::Io(error).into()
    }
}

/// The items of the open profile.
struct Source<'a> {
    coffer: &'a Coffer,
    job: &'a Job,
    chosen: &'a Chosen,
    /// Items read so far, each as often as the format reads it.
    done: u64,
}

impl ItemSource for Source<'_> {
    type Error = ExportFailure;

    fn item(&mut self, id: ItemId) -> Result<Option<Exported>, ExportFailure> {
        self.job.fail_if_cancelled()?;
        let exported = self.chosen.item(self.coffer, id)?;
        self.done += 1;
        self.job.progress(self.done);
        Ok(exported)
    }

    fn has_document(&mut self, _: ItemId, document: &Attachment) -> Result<bool, ExportFailure> {
        let blob = document.blob_id;
        Ok(self.coffer.actor.call_blocking(move |state| Ok(!state.session()?.is_missing(&blob)))?)
    }

    fn document(
        &mut self,
        id: ItemId,
        document: &Attachment,
        to: &mut dyn Write,
    ) -> Result<bool, ExportFailure> {
        let blob = document.blob_id;
        let keys = self.coffer.gate.try_enter(self.chosen.store.profile).ok_or(ErrorCode::Locked)?;
        let (signed, list) = self.coffer.actor.call_blocking(move |state| {
            let session = state.session()?;
            let (_, signed) = session.file(id, &blob)?;
            Ok((signed, session.chunk_list(&signed)?))
        })?;
        let job = self.job;
        let mut on = |_| {
            let stop = job.cancelled() || !keys.is_valid();
            if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let blobs = &self.chosen.store.blobs;
        let list = list.map_or_else(|| ChunkList::make(document, &signed, blobs, &mut on), Ok);
        let mut reader = match list.and_then(|list| DocumentReader::new(document, list, blobs)) {
            Ok(reader) => reader,
            Err(DocumentError::Damaged) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let mut piece = Zeroizing::new(vec![0; PIECE]);
        loop {
            job.fail_if_cancelled()?;
            if !keys.is_valid() {
                return Err(ErrorCode::Locked.into());
            }
            match reader.read(&mut piece).map_err(DocumentError::from_read) {
                Ok(0) => return Ok(true),
                Ok(read) => to.write_all(piece.get(..read).unwrap_or_default())?,
                Err(DocumentError::Damaged) => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
