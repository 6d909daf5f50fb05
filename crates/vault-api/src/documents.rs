//! Documents: files taken in, attached and written out, each as a job beside the open profile.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use vault_engine::document::{DocumentError, Existing, NewBlob, SealedDocument, open_to_file, seal_file};
use vault_engine::item::{Attachment, Item, ItemType, safe_file_name, safe_to_show};
use vault_engine::profile::DiskError;
use vault_engine::session::{BlobFolder, Opened, Put, Session, Stored};
use vault_engine::{BlobId, ItemId};

use crate::coffer::{Coffer, State};
use crate::error::Outcome;
use crate::events::Event;
use crate::items::position;
use crate::jobs::Job;
use crate::thread::Owner;
use crate::views::{ErrorCode, ErrorView, JobKind, JobView};

/// Files taken in with one call; a folder dropped by mistake has more.
const FILES_AT_ONCE: usize = 500;

impl Coffer {
    /// Takes files in, each as a document of its own. The answer names one job for each file; they run one after the
    /// other, each on all cores.
    ///
    /// # Errors
    /// `locked`, `profile_read_only`, or `invalid_input` for too many files.
    pub async fn document_import(&self, files: Vec<PathBuf>) -> Outcome<Vec<u32>> {
        self.take_in(None, files).await
    }

    /// Attaches files to an item; see [`Coffer::document_import`].
    ///
    /// # Errors
    /// As [`Coffer::document_import`], or `not_found`.
    pub async fn document_attach(&self, item: ItemId, files: Vec<PathBuf>) -> Outcome<Vec<u32>> {
        self.take_in(Some(item), files).await
    }

    /// The name under which a file of an item is offered for saving: safe for every file system.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn document_name(&self, item: ItemId, blob: BlobId) -> Outcome<String> {
        self.read(move |session| Ok(safe_file_name(&attachment(session, item, blob)?.name))).await
    }

    /// Writes a file of an item to `target`, as a job. A file that is there is replaced once every check has held;
    /// the person was asked by the file dialog.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed` if the item asks for the master password again.
    pub async fn document_export(&self, item: ItemId, blob: BlobId, target: PathBuf) -> Outcome<u32> {
        let (attachment, signed, blobs) = self
            .read_guarded(item, move |session, _, guard| {
                guard()?;
                let (attachment, signed) = session.attached(item, &blob)?;
                Ok((attachment, signed, session.blobs().clone()))
            })
            .await?;
        let job = self.jobs.start(JobKind::DocumentExport, safe_to_show(&attachment.name), attachment.size);
        let id = job.id();
        spawn(move || {
            let written =
                open_to_file(&attachment, &signed, &blobs, &target, Existing::Replace, &mut told(&job));
            job.end(written.map(|()| Some(item.to_string())).map_err(document_error));
        })?;
        Ok(id)
    }

    /// Every job of this run of the program that is still remembered.
    #[must_use]
    pub fn job_list(&self) -> Vec<JobView> {
        self.jobs.list()
    }

    /// Asks a job to stop.
    ///
    /// # Errors
    /// `not_found`.
    pub fn job_cancel(&self, id: u32) -> Outcome<()> {
        self.jobs.cancel(id)
    }

    async fn take_in(&self, target: Option<ItemId>, files: Vec<PathBuf>) -> Outcome<Vec<u32>> {
        if files.len() > FILES_AT_ONCE {
            return Err(ErrorView::invalid("These are too many files at once."));
        }
        let blobs = self
            .read(move |session| {
                if let Some(reason) = session.read_only() {
                    return Err(reason.into());
                }
                if let Some(item) = target {
                    session.get(item)?;
                }
                Ok(session.blobs().clone())
            })
            .await?;
        let jobs: Vec<(Job, PathBuf)> = files
            .into_iter()
            .map(|path| {
                let size = path.metadata().map_or(0, |data| data.len());
                (self.jobs.start(JobKind::DocumentImport, safe_to_show(&name_of(&path)), size), path)
            })
            .collect();
        let ids = jobs.iter().map(|(job, _)| job.id()).collect();
        let coffer = self.clone();
        spawn(move || {
            for (job, path) in jobs {
                let stored = coffer.take_in_one(&job, &path, target, &blobs);
                if stored.is_ok() {
                    coffer.events.send(Event::ItemsChanged);
                }
                job.end(stored.map(|Stored { id, revision: _ }| Some(id.to_string())));
            }
        })?;
        Ok(ids)
    }

    /// Seals one file and names it in a revision; runs on a thread of its own.
    fn take_in_one(
        &self,
        job: &Job,
        path: &Path,
        target: Option<ItemId>,
        blobs: &BlobFolder,
    ) -> Outcome<Stored> {
        if job.cancelled() {
            return Err(ErrorCode::Cancelled.into());
        }
        let new = NewBlob::make(&mut (self.make_rng)());
        let sealed = seal_file(path, new, blobs, &mut told(job)).map_err(document_error)?;
        let name = name_of(path);
        let now = self.clock.now();
        let file = blobs.path_of(&sealed.blob.blob_id);
        let stored = name_it(&self.owner, sealed, name, target, now);
        if stored.is_err() {
            // No revision names it, so nothing is lost with it; after a crash here the sweep removes it.
            let _ = std::fs::remove_file(file);
        }
        stored
    }
}

/// Writes the revision that names a sealed document.
fn name_it(
    owner: &Owner<State>,
    sealed: SealedDocument,
    name: String,
    target: Option<ItemId>,
    now: vault_engine::item::Timestamp,
) -> Outcome<Stored> {
    owner.call_blocking(move |state| {
        let session = state.session()?;
        let blob = sealed.blob;
        let file = sealed.into_attachment(name.clone(), now);
        let mut put = match target {
            Some(id) => {
                let Opened { mut item, vault: _, revision, revisions: _ } = session.get(id)?;
                item.attachments.push(file);
                item.modified_at = now;
                Put::change(id, revision, item)
            }
            None => {
                let mut item = Item::new(ItemType::Document, now);
                item.title = title_of(&name);
                item.attachments.push(file);
                Put::new(item)
            }
        };
        put.blobs.push(blob);
        Ok(session.put(put)?)
    })
}

/// Tells a job how far a document is, and hears whether to go on.
pub(crate) fn told(job: &Job) -> impl FnMut(u64) -> ControlFlow<()> {
    |done| {
        job.progress(done);
        if job.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

pub(crate) fn spawn(work: impl FnOnce() + Send + 'static) -> Outcome<()> {
    let spawned = std::thread::Builder::new().name("coffer-document".to_owned()).spawn(work);
    spawned.map(|_| ()).map_err(|_| ErrorCode::Internal.into())
}

fn attachment(session: &Session, item: ItemId, blob: BlobId) -> Outcome<Attachment> {
    let mut files = session.get(item)?.item.attachments;
    let at = position(&files, blob)?;
    Ok(files.swap_remove(at))
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The title of a document: its file's name without the ending.
fn title_of(name: &str) -> String {
    let shown = safe_to_show(name);
    let stem = Path::new(&shown).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| !stem.trim().is_empty()).unwrap_or(shown)
}

pub(crate) fn document_error(error: DocumentError) -> ErrorView {
    match error {
        DocumentError::Io(error) => DiskError::from(error).into(),
        DocumentError::NotAFile => ErrorView::invalid("This is a folder or device, not a file."),
        DocumentError::Changed => ErrorView {
            message: "The file was changed while it was read, so it was not taken in.".to_owned(),
            ..ErrorView::of(ErrorCode::FileUnreadable)
        },
        DocumentError::TooLarge => ErrorView::invalid("This file is larger than a document can be."),
        DocumentError::Damaged => ErrorCode::DocumentDamaged.into(),
        DocumentError::Exists => ErrorView::invalid("A file of that name exists already."),
        DocumentError::Cancelled => ErrorCode::Cancelled.into(),
    }
}
