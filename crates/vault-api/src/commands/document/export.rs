//! Writing documents to files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::sleep;
use vault_engine::document::{Existing, Opening};
use vault_engine::item::safe_to_show;
use vault_engine::{BlobId, ItemId, ProfileId, VaultId};

use super::while_unlocked::{DocumentStore, finished, report_unlocked};
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::jobs::Job;
use crate::views::JobKind;
use crate::worker::spawn;

/// How often it is looked whether a download is cancelled.
const CANCELLED: Duration = Duration::from_millis(200);

/// A file that may leave the profile.
pub(super) struct ExportedFile {
    /// Its name, as the item has it.
    pub(super) name: String,
    /// Bytes.
    pub(super) size: u64,
    pub(super) store: DocumentStore,
    /// The vault to download it from, if it is not on this computer.
    pub(super) missing: Option<VaultId>,
}

impl Coffer {
    /// Writes a file that an item has or had to `target`, as a job. It is downloaded first if it is not on this computer. An
    /// existing file, whose replacement the file dialog has confirmed, is replaced once every check has passed.
    ///
    /// # Errors
    /// `locked`, `not_found`, `policy_forbids`, or `password_needed` if the item asks for the master password again.
    pub async fn document_export(&self, item: ItemId, blob: BlobId, target: PathBuf) -> Result<u32> {
        let ExportedFile { name, size, store, missing } = self.exported_file(item, blob).await?;
        let here = tokio::runtime::Handle::current();
        let job = self.jobs.start(JobKind::DocumentExport, safe_to_show(&name), size);
        let id = job.id();
        let coffer = self.clone();
        spawn("coffer-document", move || {
            let written = missing.map_or(Ok(()), |vault| {
                here.block_on(coffer.download_document(&job, store.profile, (vault, blob)))
            });
            let written = written.and_then(|()| coffer.write_document(&job, &store, (item, blob), &target));
            job.end(written.map(|()| Some(item.to_string())));
        })?;
        Ok(id)
    }

    /// Returns a file that an item has or had, if it may leave the profile.
    pub(super) async fn exported_file(&self, item: ItemId, blob: BlobId) -> Result<ExportedFile> {
        self.read_guarded(item, move |session, opened, guard| {
            guard()?;
            if session.policy_of_item(item)?.no_export {
                return Err(ErrorCode::PolicyForbids.into());
            }
            let (attachment, _) = session.file(item, &blob)?;
            let missing = session.is_missing(&blob).then_some(opened.vault);
            let store = DocumentStore::of(session);
            Ok(ExportedFile { name: attachment.name, size: attachment.size, store, missing })
        })
        .await
    }

    /// Downloads a document that is not here.
    pub(super) async fn download_document(
        &self,
        job: &Job,
        profile: ProfileId,
        document: (VaultId, BlobId),
    ) -> Result<()> {
        let cancelled = async {
            while !job.cancelled() {
                sleep(CANCELLED).await;
            }
        };
        tokio::select! {
            done = self.sync.fetch(self.actor.clone(), profile, document) => done,
            () = cancelled => Err(ErrorCode::Cancelled.into()),
        }
    }

    /// Writes a document to a file, on a thread of its own.
    fn write_document(
        &self,
        job: &Job,
        store: &DocumentStore,
        (item, blob): (ItemId, BlobId),
        target: &Path,
    ) -> Result<()> {
        let mut opening = None;
        self.while_unlocked(job, store.profile, |keys| {
            let found = self.actor.call_blocking(move |state| Ok(state.session()?.file(item, &blob)?));
            let (attachment, signed) = found?;
            let opening = match &mut opening {
                Some(begun) => begun,
                none => none.insert(Opening::start(
                    &attachment,
                    &signed,
                    &store.blobs,
                    target,
                    Existing::Replace,
                )?),
            };
            finished(opening.go_on(&attachment.file_key, &mut report_unlocked(job, keys))?, job)
        })?;
        let opening: Opening = opening.ok_or(ErrorCode::Internal)?;
        Ok(opening.finish()?)
    }
}
